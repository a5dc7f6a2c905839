import type { DirtyMark, ReadingRow, Telemetry } from "../../store/telemetry.ts";

/**
 * The dirty marks as the store holds them. Every write that may set a mark and every clearing goes through one lane,
 * one after the other: two requests to a store may overtake each other, and a mark cleared by an older clearing would
 * be a reading that is never settled after a crash.
 */
export class Marks {
  readonly #telemetry: Pick<Telemetry, "writeReadings" | "clearDirty">;
  readonly #durable = new Map<string, number>();
  /** Cleared without an answer: the mark may still stand. */
  readonly #unsure = new Set<string>();
  #lane: Promise<unknown> = Promise.resolve();

  constructor(telemetry: Pick<Telemetry, "writeReadings" | "clearDirty">) {
    this.#telemetry = telemetry;
  }

  /** Marks found in the store at start. */
  load(marks: readonly DirtyMark[]): void {
    for (const mark of marks) this.#durable.set(mark.meter, mark.fromMs);
  }

  /** Writes readings with the marks the store does not hold yet; `after` runs when both are durable, before any clearing. */
  write(readings: readonly ReadingRow[], marks: readonly DirtyMark[], after: () => void): Promise<void> {
    return this.#inLane(async () => {
      const needed = marks.filter((m) => m.fromMs < (this.#durable.get(m.meter) ?? Number.POSITIVE_INFINITY));
      await this.#telemetry.writeReadings(readings, needed);
      for (const mark of needed) this.#durable.set(mark.meter, mark.fromMs);
      after();
    });
  }

  /** Clears the marks of those meters of which `isSettled` still holds when their turn has come. */
  clear(meters: readonly string[], isSettled: (meter: string) => boolean): Promise<void> {
    return this.#inLane(async () => {
      const list = meters.filter((m) => (this.#durable.has(m) || this.#unsure.has(m)) && isSettled(m));
      if (list.length === 0) return;
      for (const meter of list) {
        this.#durable.delete(meter);
        this.#unsure.add(meter);
      }
      await this.#telemetry.clearDirty(list);
      for (const meter of list) this.#unsure.delete(meter);
    });
  }

  #inLane<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#lane.then(work);
    this.#lane = result.catch(() => undefined);
    return result;
  }
}
