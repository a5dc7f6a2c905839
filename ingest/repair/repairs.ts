import type { Logger } from "pino";
import { z } from "zod";
import { DAY_MS } from "../../park/calendar.ts";
import type { Park } from "../../park/park.ts";
import {
  decidedMeter,
  decidedPark,
  earliestMs,
  metersOf,
  type NumberedAction,
  parseAction,
  type RepairAction,
  standing,
} from "../../park/repair.ts";
import type { Ledger, Repair } from "../../store/ledger.ts";
import type { Telemetry } from "../../store/telemetry.ts";
import { sleep } from "../backoff.ts";
import type { Settler } from "../settle/settler.ts";

/** How soon it is looked again whether what was decided has been carried out. */
const CHECK_MS = 25;
const OPEN_AT_ONCE = 100;

export interface LoadedRepairs {
  /** The park as the standing repairs make it. */
  readonly park: Park;
  readonly known: ReadonlyMap<number, RepairAction>;
  /** Meters that were ever repaired; since when the store may not follow what stands, null where it does. */
  readonly meters: ReadonlyMap<string, number | null>;
}

/** What was repaired before the start. @throws StoreError */
export async function loadRepairs(park: Park, ledger: Pick<Ledger, "listRepairs">): Promise<LoadedRepairs> {
  const known = new Map<number, RepairAction>();
  const open = new Set<string>();
  for (const repair of await ledger.listRepairs()) {
    const action = parseAction(repair.action);
    if (action === null) continue;
    known.set(repair.id, action);
    if (repair.doneAtMs === null) for (const meter of touchedBy(action, known)) open.add(meter);
  }
  const meters = new Map<string, number | null>();
  for (const action of known.values()) {
    for (const meter of metersOf(action)) {
      const sinceMs = Math.min(earliestMs(action), meters.get(meter) ?? Number.POSITIVE_INFINITY);
      meters.set(meter, open.has(meter) ? sinceMs : null);
    }
  }
  return { park: decidedPark(park, standing(numbered(known))), known, meters };
}

export interface RepairsParts {
  /** As declared in the park file. */
  readonly park: Park;
  readonly telemetry: Pick<Telemetry, "readJudgements">;
  readonly ledger: Pick<Ledger, "openRepairs" | "finishRepair">;
  readonly settler: Pick<Settler, "redeclare" | "isAsDeclared">;
  readonly known: ReadonlyMap<number, RepairAction>;
  readonly clock: () => number;
  readonly logger: Logger;
  readonly everyMs: number;
}

/**
 * Carries out repairs: the registers they touch are declared anew and judged anew from where the declarations differ;
 * once that is done the ledger is told what became of each. One that was not finished when the process ended is open
 * still, and is carried out at the next start.
 */
export class Repairs {
  readonly #parts: RepairsParts;
  readonly #known: Map<number, RepairAction>;
  readonly #abort = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(parts: RepairsParts) {
    this.#parts = parts;
    this.#known = new Map(parts.known);
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { ledger, logger, everyMs } = this.#parts;
    const { signal } = this.#abort;
    let isFailing = false;
    while (!signal.aborted) {
      const nextMs = performance.now() + everyMs;
      try {
        let open: readonly Repair[] = await ledger.openRepairs(OPEN_AT_ONCE);
        this.#takeNew(open);
        while (open.length > 0 && !signal.aborted) {
          open = await this.#finish(open);
          if (performance.now() >= nextMs) break;
          await sleep(CHECK_MS, signal);
        }
        isFailing = false;
      } catch (error) {
        if (!isFailing) logger.warn({ err: error }, "repairs cannot be carried out now; trying again");
        isFailing = true;
      }
      await sleep(Math.max(CHECK_MS, nextMs - performance.now()), signal);
    }
  }

  #takeNew(open: readonly Repair[]): void {
    const { park, settler } = this.#parts;
    const touched = new Set<string>();
    for (const repair of open) {
      const action = parseAction(repair.action);
      if (action === null || this.#known.has(repair.id)) continue;
      this.#known.set(repair.id, action);
      for (const meter of touchedBy(action, this.#known)) touched.add(meter);
    }
    if (touched.size === 0) return;
    const actions = standing(numbered(this.#known));
    for (const id of touched) {
      const meter = park.meterById.get(id);
      if (meter !== undefined) settler.redeclare(decidedMeter(meter, actions));
    }
  }

  /** Finishes those whose registers were judged anew; returns the others. */
  async #finish(open: readonly Repair[]): Promise<Repair[]> {
    const { ledger, settler, clock, logger } = this.#parts;
    const waiting: Repair[] = [];
    for (const repair of open) {
      const action = this.#known.get(repair.id);
      if (action !== undefined && !touchedBy(action, this.#known).every((m) => settler.isAsDeclared(m))) {
        waiting.push(repair);
        continue;
      }
      const outcome =
        action === undefined ? "refused: this is no repair known here" : await this.#outcome(action);
      await ledger.finishRepair(repair.id, clock(), outcome);
      logger.info({ repair: repair.id, kind: repair.kind, outcome }, "a repair was carried out");
    }
    return waiting;
  }

  async #outcome(action: RepairAction): Promise<string> {
    const { park } = this.#parts;
    const unknown = touchedBy(action, this.#known).filter((id) => !park.meterById.has(id));
    if (unknown.length > 0) return `refused: the park has no meter ${unknown.join(", ")}`;
    if (action.kind === "declare-exchange") {
      const refusal = await this.#listed(
        action,
        action.atMs,
        (e) => e.kind === "exchange-refused" && e.timeMs === action.atMs,
      );
      if (refusal !== null) return `refused: does not fit the readings beside it (${refusal.detail})`;
    }
    if (action.kind === "accept-step") {
      const event = await this.#listed(
        action,
        action.atMs,
        (e) => e.kind === "step-accepted" && e.untilMs === action.atMs,
      );
      if (event === null) return "carried out, but there is no step up at this reading now";
    }
    return "carried out";
  }

  /** The first event of a register about an instant for which the predicate holds: of the days before it as of its own. */
  async #listed(
    { meter, channel }: { readonly meter: string; readonly channel: string },
    aroundMs: number,
    predicate: (event: ListedEvent) => boolean,
  ): Promise<ListedEvent | null> {
    const { telemetry, park } = this.#parts;
    const energyChannel = park.meterById
      .get(meter)
      ?.registers.find((r) => r.channel === channel)?.energyChannel;
    const days = await telemetry.readJudgements({
      meters: [meter],
      fromMs: aroundMs - LONGEST_GAP_MS,
      toMs: aroundMs + 1,
      limit: 20_000,
    });
    for (const day of days.toReversed()) {
      if (day.channel !== energyChannel) continue;
      const event = listedEvents.parse(JSON.parse(day.events)).find(predicate);
      if (event !== undefined) return event;
    }
    return null;
  }
}

/** A step is listed on the day of the reading before it. */
const LONGEST_GAP_MS = 400 * DAY_MS;

const listedEvents = z.array(
  z.object({ kind: z.string(), timeMs: z.number(), untilMs: z.number(), detail: z.string() }),
);
type ListedEvent = z.infer<typeof listedEvents>[number];

function numbered(known: ReadonlyMap<number, RepairAction>): NumberedAction[] {
  return [...known].map(([id, action]) => ({ id, action }));
}

function touchedBy(action: RepairAction, known: ReadonlyMap<number, RepairAction>): string[] {
  const of = action.kind === "undo" ? known.get(action.of) : action;
  return of === undefined ? [] : metersOf(of);
}
