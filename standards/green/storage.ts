import type { GreenStorage } from "./layout.ts";
import { SOURCE_COUNT, UNKNOWN } from "./layout.ts";
import { splitInto } from "./split.ts";

/**
 * What is in one storage, by source, in whole Wh. Energy is counted inside the battery: charging brings in what its
 * efficiency leaves, discharging takes out what its efficiency needs, and both losses fall on the sources in
 * proportion. Fractions of a Wh are rounded down, so that never more is given than was taken.
 *
 * The running balance is held between nothing and the usable capacity: where it reaches its minimum the content is
 * nothing (anchored anew), above the capacity it is lost. A storage that loses less than declared is thereby empty a
 * little early and gives the rest as unknown; one that loses more holds old content no longer than its capacity allows.
 */
export class StorageTrace {
  readonly #chargeEfficiency: number;
  readonly #dischargeEfficiency: number;
  readonly #usableWh: number;
  readonly #content = new Float64Array(SOURCE_COUNT);
  /** Of the day: what it took, gave and lost, by source. */
  readonly #in = new Float64Array(SOURCE_COUNT);
  readonly #out = new Float64Array(SOURCE_COUNT);
  readonly #lost = new Float64Array(SOURCE_COUNT);
  readonly #removed = new Float64Array(SOURCE_COUNT);
  readonly #delivered = new Float64Array(SOURCE_COUNT);

  constructor(storage: Pick<GreenStorage, "chargeEfficiency" | "dischargeEfficiency" | "usableWh">) {
    this.#chargeEfficiency = storage.chargeEfficiency;
    this.#dischargeEfficiency = storage.dischargeEfficiency;
    this.#usableWh = storage.usableWh;
  }

  /** Begins a day with five sources' content from `at` on. */
  begin(content: Float64Array, at: number): void {
    for (let k = 0; k < SOURCE_COUNT; k++) {
      this.#content[k] = content[at + k] ?? 0;
      this.#in[k] = 0;
      this.#out[k] = 0;
      this.#lost[k] = 0;
    }
  }

  /** Ends a day: its content, and what it took, gave and lost, by source. */
  end(content: Float64Array, at: number, sums: Float64Array, sumsAt: number): void {
    content.set(this.#content, at);
    sums.set(this.#in, sumsAt);
    sums.set(this.#out, sumsAt + SOURCE_COUNT);
    sums.set(this.#lost, sumsAt + 2 * SOURCE_COUNT);
  }

  /** @param taken what charging took, by source, whole Wh. */
  charge(taken: Float64Array): void {
    const content = this.#content;
    const lost = this.#lost;
    let sum = 0;
    for (let k = 0; k < SOURCE_COUNT; k++) {
      const one = taken[k] ?? 0;
      if (one === 0) {
        sum += content[k] ?? 0;
        continue;
      }
      const kept = Math.floor(one * this.#chargeEfficiency);
      this.#in[k] = (this.#in[k] ?? 0) + one;
      lost[k] = (lost[k] ?? 0) + one - kept;
      const after = (content[k] ?? 0) + kept;
      content[k] = after;
      sum += after;
    }
    if (sum > this.#usableWh) this.#remove(sum - this.#usableWh, sum);
  }

  /**
   * Takes out what a discharge of whole Wh needs.
   * @param out given by source, Wh; overwritten. What the content did not cover is of unknown source.
   */
  discharge(wh: number, out: Float64Array): void {
    const content = this.#content;
    const lost = this.#lost;
    let available = 0;
    for (let k = 0; k < SOURCE_COUNT; k++) {
      available += content[k] ?? 0;
      out[k] = 0;
    }
    const needed = Math.ceil(wh / this.#dischargeEfficiency);
    const taken = Math.min(available, needed);
    const given = taken === needed ? wh : Math.min(wh, Math.floor(taken * this.#dischargeEfficiency));
    if (taken > 0) {
      splitInto(taken, content, SOURCE_COUNT, available, this.#removed);
      splitInto(given, this.#removed, SOURCE_COUNT, taken, this.#delivered);
      for (let k = 0; k < SOURCE_COUNT; k++) {
        const removed = this.#removed[k] ?? 0;
        if (removed === 0) continue;
        const delivered = this.#delivered[k] ?? 0;
        content[k] = (content[k] ?? 0) - removed;
        lost[k] = (lost[k] ?? 0) + removed - delivered;
        out[k] = delivered;
        this.#out[k] = (this.#out[k] ?? 0) + delivered;
      }
    }
    out[UNKNOWN] = (out[UNKNOWN] ?? 0) + wh - given;
    this.#out[UNKNOWN] = (this.#out[UNKNOWN] ?? 0) + wh - given;
  }

  #remove(wh: number, sum: number): void {
    const content = this.#content;
    splitInto(wh, content, SOURCE_COUNT, sum, this.#removed);
    for (let k = 0; k < SOURCE_COUNT; k++) {
      const removed = this.#removed[k] ?? 0;
      content[k] = (content[k] ?? 0) - removed;
      this.#lost[k] = (this.#lost[k] ?? 0) + removed;
    }
  }
}
