import type { LeverAmounts } from "../standards/pathway/scenario.ts";
import type { PathwayAnswer } from "./answers/pathway.ts";
import { describePath, withScenario } from "./pathway/describe.ts";
import { type Path, readPath } from "./pathway/path.ts";
import type { StandardsDeps } from "./standards/deps.ts";

/** GET /pathway: where a boundary stands on the way to its target, what is missing, and what closes it. */

export interface Scenario {
  readonly amounts: LeverAmounts;
  readonly gasPower: "zero" | "other";
}

interface PathQuery {
  readonly boundary: string;
  readonly nowMs: number;
  readonly factors?: readonly string[];
  readonly exports?: "own-kind" | "other";
}

interface Kept {
  readonly path: Path;
  readonly answer: PathwayAnswer;
  readonly revision: string;
  readonly atMs: number;
}

/** How long a path is answered from what was read of it, and how long a scenario may lean on it while it is read anew. */
const FRESH_MS = 60_000;
const SCENARIO_FRESH_MS = 600_000;
const MOST_KEPT = 32;

/**
 * Keeps what a path is made of, so that a scenario is reckoned from it at once while somebody drags a lever. A record
 * written meanwhile makes it be read anew; telemetry of the last minute comes with the next reading.
 */
export class Pathways {
  readonly #deps: StandardsDeps;
  readonly #kept = new Map<string, Kept>();
  readonly #reading = new Map<string, Promise<Kept>>();

  constructor(deps: StandardsDeps) {
    this.#deps = deps;
  }

  /** @throws StoreError; RangeError for an unknown boundary. */
  async answer(query: PathQuery, scenario: Scenario | null): Promise<PathwayAnswer> {
    const { path, answer } = await this.#path(query, scenario !== null);
    return scenario === null ? answer : withScenario(path, answer, scenario.amounts, scenario.gasPower);
  }

  async #path(query: PathQuery, forScenario: boolean): Promise<Kept> {
    const key = JSON.stringify([query.boundary, query.factors ?? [], query.exports ?? null]);
    const revision = await this.#deps.records.revision();
    const kept = this.#kept.get(key);
    // A park that has just begun: what could not be foretold a moment ago is asked for again.
    if (kept !== undefined && kept.revision === revision && kept.answer.forecast !== null) {
      const age = query.nowMs - kept.atMs;
      if (age >= 0 && age < FRESH_MS) return kept;
      if (forScenario && age >= 0 && age < SCENARIO_FRESH_MS) {
        // The next question has it; a store that fails is told to whoever must wait for it.
        this.#read(key, query, revision).catch(() => undefined);
        return kept;
      }
    }
    return await this.#read(key, query, revision);
  }

  #read(key: string, query: PathQuery, revision: string): Promise<Kept> {
    const running = this.#reading.get(`${key}/${revision}`);
    if (running !== undefined) return running;
    const reading = readPath(this.#deps, query)
      .then((path): Kept => {
        const kept = { path, answer: describePath(path), revision, atMs: query.nowMs };
        this.#kept.delete(key);
        this.#kept.set(key, kept);
        for (const oldest of this.#kept.keys()) {
          if (this.#kept.size <= MOST_KEPT) break;
          this.#kept.delete(oldest);
        }
        return kept;
      })
      .finally(() => this.#reading.delete(`${key}/${revision}`));
    this.#reading.set(`${key}/${revision}`, reading);
    return reading;
  }
}
