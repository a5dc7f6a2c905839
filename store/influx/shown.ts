import { setTimeout as delay } from "node:timers/promises";
import { StoreError } from "../telemetry.ts";
import { meterCondition, timeCondition } from "./lines.ts";

/** No engine's shards are shorter than those we ask for; of a database made by others they may be as short as a day. */
const BUCKET_MS = 86_400_000;
const LOOK_AGAIN_MS = 100;
const GIVE_UP_MS = 30_000;
const MOST_KNOWN = 200_000;
const MOST_SERIES = 100;

/** Asks one statement. @returns its series */
type Query = (statement: string) => Promise<readonly { readonly tags: Readonly<Record<string, string>> }[]>;

/** What one query can show: series with points in one bucket of time that differ in their meters only. */
interface Group {
  /** Measurement, bucket and tags but the meter. */
  readonly key: string;
  /** The query but for its meters. */
  readonly select: string;
  readonly where: string;
  /** "" where the measurement has no meters. */
  readonly meters: Set<string>;
}

/**
 * Waits until what was written can be read. openGemini takes a point and shows it in no query for some seconds where
 * its series is new, also new to a shard: its index is flushed every two or three, and what it remembers of each
 * tag's value is forgotten every ten. Energy settled from such an answer would lack a reading for good. So each series
 * is looked for once a day of its times, by every tag, until it is there.
 */
export class ShownSeries {
  readonly #query: Query;
  readonly #giveUpMs: number;
  readonly #known = new Set<string>();

  constructor(query: Query, giveUpMs = GIVE_UP_MS) {
    this.#query = query;
    this.#giveUpMs = giveUpMs;
  }

  /** @throws StoreError "unavailable" when it takes too long: what was written may be written again */
  async wait(lines: readonly string[]): Promise<void> {
    const giveUpMs = performance.now() + this.#giveUpMs;
    for (const group of this.#unknownOf(lines)) {
      const meters = [...group.meters];
      for (let i = 0; i < meters.length; i += MOST_SERIES) {
        const some = meters.slice(i, i + MOST_SERIES);
        while (!(await this.#areShown(group, some))) {
          if (performance.now() > giveUpMs) {
            throw new StoreError(
              "unavailable",
              `points were taken but are not shown after ${this.#giveUpMs / 1000} s: ${group.key}`,
            );
          }
          await delay(LOOK_AGAIN_MS);
        }
      }
      if (this.#known.size > MOST_KNOWN) this.#known.clear();
      for (const meter of meters) this.#known.add(`${group.key} ${meter}`);
    }
  }

  async #areShown({ select, where }: Group, meters: readonly string[]): Promise<boolean> {
    const condition = meters.includes("") ? where : `${where} AND ${meterCondition(meters)}`;
    const found = await this.#query(`${select} WHERE ${condition} GROUP BY meter`);
    const shown = new Set(found.map(({ tags }) => tags["meter"] ?? ""));
    return meters.every((meter) => shown.has(meter));
  }

  /** Ids and names need no escaping, so a line's tags, first field and time can be cut out of it. */
  #unknownOf(lines: readonly string[]): Iterable<Group> {
    const groups = new Map<string, Group>();
    for (const line of lines) {
      const space = line.indexOf(" ");
      const [measurement = "", ...pairs] = line.slice(0, space).split(",");
      const tags = pairs.map((pair) => pair.split("="));
      const meter = tags.find(([name]) => name === "meter")?.[1] ?? "";
      const others = tags.filter(([name]) => name !== "meter");
      const fromMs = Math.floor(Number(line.slice(line.lastIndexOf(" ") + 1)) / BUCKET_MS) * BUCKET_MS;
      const key = `${measurement} ${others.join(" ")} ${fromMs}`;
      if (this.#known.has(`${key} ${meter}`)) continue;
      const group = groups.get(key) ?? {
        key,
        select: `SELECT count("${line.slice(space + 1, line.indexOf("=", space))}") FROM "${measurement}"`,
        where: [
          ...others.map(([name, value]) => `${name} = '${value}'`),
          timeCondition(fromMs, fromMs + BUCKET_MS),
        ].join(" AND "),
        meters: new Set<string>(),
      };
      group.meters.add(meter);
      groups.set(key, group);
    }
    return groups.values();
  }
}
