import type { DirtyMark } from "../telemetry.ts";
import type { InfluxClient, InfluxSeries } from "./client.ts";
import { line, timeCondition } from "./lines.ts";

/** A mark that was cleared: there are no deletions in the common surface. */
const CLEARED = Number.MAX_SAFE_INTEGER;

/** Marks by meter, and whether they stand in the present slot. */
type Marks = Map<string, { readonly fromMs: number; readonly inSlot: boolean }>;

/**
 * Dirty marks in an engine that knows neither a minimum nor a deletion. A meter's mark is the field of its newest
 * point. All points of one run share a time (the slot), so they overwrite each other and do not pile up. After a
 * write whose outcome is unknown a new slot begins, and a mark counts as standing only once it stands there: should
 * the old write still arrive, it changes an older point only. The single writer of a park remembers its marks, and
 * learns them anew after such a failure.
 */
export class InfluxDirty {
  readonly #client: InfluxClient;
  readonly #park: string;
  #known: Marks | null = null;
  #slotMs = 0;

  constructor(client: InfluxClient, park: string) {
    this.#client = client;
    this.#park = park;
  }

  async read(): Promise<DirtyMark[]> {
    const marks = (await this.#query()).map(({ tags, rows }) => ({
      meter: tags["meter"] ?? "",
      fromMs: Number(rows[0]?.[1]),
    }));
    return marks.filter((mark) => mark.fromMs < CLEARED).sort((a, b) => (a.meter < b.meter ? -1 : 1));
  }

  /** Moves marks back; what is no earlier than the mark that stands costs nothing. */
  async mark(marks: readonly DirtyMark[]): Promise<void> {
    const known = await this.#learn();
    const moved: DirtyMark[] = [];
    for (const { meter, fromMs } of marks) {
      const stands = known.get(meter) ?? { fromMs: CLEARED, inSlot: false };
      if (fromMs < stands.fromMs || !stands.inSlot) {
        moved.push({ meter, fromMs: Math.min(fromMs, stands.fromMs) });
      }
    }
    await this.#write(moved);
  }

  async clear(meters: readonly string[]): Promise<void> {
    const known = await this.#learn();
    const marked = [...new Set(meters)].filter((meter) => (known.get(meter)?.fromMs ?? CLEARED) < CLEARED);
    await this.#write(marked.map((meter) => ({ meter, fromMs: CLEARED })));
  }

  async #write(marks: readonly DirtyMark[]): Promise<void> {
    try {
      await this.#client.write(
        marks.map(({ meter, fromMs }) =>
          line("dirty", { park: this.#park, meter }, [["from_ms", fromMs]], this.#slotMs),
        ),
      );
    } catch (error) {
      this.#known = null;
      throw error;
    }
    for (const { meter, fromMs } of marks) this.#known?.set(meter, { fromMs, inSlot: true });
  }

  async #learn(): Promise<Marks> {
    if (this.#known !== null) return this.#known;
    const known: Marks = new Map();
    let newest = this.#slotMs;
    for (const { tags, rows } of await this.#query()) {
      known.set(tags["meter"] ?? "", { fromMs: Number(rows[0]?.[1]), inSlot: false });
      newest = Math.max(newest, Number(rows[0]?.[0]));
    }
    this.#slotMs = Math.max(Date.now(), newest + 1); // also where the clock was set back
    this.#known = known;
    return known;
  }

  #query(): Promise<InfluxSeries[]> {
    const span = timeCondition(0, Number.POSITIVE_INFINITY);
    return this.#client.query(
      `SELECT last("from_ms") FROM dirty WHERE park = '${this.#park}' AND ${span} GROUP BY meter`,
    );
  }
}
