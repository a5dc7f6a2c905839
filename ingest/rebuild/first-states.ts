import type { JudgementRow, Telemetry } from "../../store/telemetry.ts";

const METERS_TOGETHER = 100;

/**
 * The newest states of meters at a start, read for many at a time: nothing changes those of a meter before it is loaded
 * itself. Each is handed out once.
 */
export class FirstStates {
  readonly #telemetry: Pick<Telemetry, "readNewestJudgements">;
  readonly #meters: readonly string[];
  readonly #groups = new Map<number, Promise<Map<string, JudgementRow[]>>>();

  constructor(telemetry: Pick<Telemetry, "readNewestJudgements">, meters: readonly string[]) {
    this.#telemetry = telemetry;
    this.#meters = meters;
  }

  /** Those of all registers of a meter, whatever is declared. @throws StoreError */
  async take(meter: string, atOrBeforeMs: number): Promise<readonly JudgementRow[]> {
    const place = this.#meters.indexOf(meter);
    const number = Math.floor(place / METERS_TOGETHER);
    const reading = this.#groups.get(number) ?? this.#read(number, atOrBeforeMs);
    this.#groups.set(number, reading);
    try {
      const states = await reading;
      const own = states.get(meter);
      states.delete(meter);
      if (states.size === 0) this.#groups.delete(number);
      return own ?? (await this.#telemetry.readNewestJudgements([meter], atOrBeforeMs));
    } catch (error) {
      this.#groups.delete(number);
      throw error;
    }
  }

  async #read(number: number, atOrBeforeMs: number): Promise<Map<string, JudgementRow[]>> {
    const meters = this.#meters.slice(number * METERS_TOGETHER, (number + 1) * METERS_TOGETHER);
    const states = new Map(meters.map((meter): [string, JudgementRow[]] => [meter, []]));
    for (const row of await this.#telemetry.readNewestJudgements(meters, atOrBeforeMs))
      states.get(row.meter)?.push(row);
    return states;
  }
}
