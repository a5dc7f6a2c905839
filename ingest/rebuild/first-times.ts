import type { Channel } from "../../park/quantities.ts";
import type { Telemetry } from "../../store/telemetry.ts";

/** When things were first heard of. Asked for all meters together, once: at a start all of them ask. */
export class FirstTimes {
  readonly #telemetry: Pick<Telemetry, "readFirstTimes">;
  readonly #meters: readonly string[];
  readonly #together = new Map<Channel | null, Promise<ReadonlyMap<string, number>>>();
  /** The earliest instant told by who asked. */
  #toldMs = Number.POSITIVE_INFINITY;

  constructor(telemetry: Pick<Telemetry, "readFirstTimes">, meters: readonly string[]) {
    this.#telemetry = telemetry;
    this.#meters = meters;
  }

  /**
   * The first reading of any meter, or what was told of earlier ones that came after it was asked for.
   * @param toldMs no later than a reading that the asker knows of. @throws StoreError
   */
  async ofAll(toldMs: number): Promise<number> {
    this.#toldMs = Math.min(this.#toldMs, toldMs);
    const firsts = await this.#askedOnce(null);
    return Math.min(this.#toldMs, ...firsts.values());
  }

  /**
   * The first reading of a meter that gives a channel; null: there is none.
   * @param isEarly what has come since the start is told otherwise: the answer of then will do. @throws StoreError
   */
  async of(meter: string, channel: Channel, isEarly: boolean): Promise<number | null> {
    const firsts = isEarly
      ? await this.#askedOnce(channel)
      : await this.#telemetry.readFirstTimes([meter], channel);
    return firsts.get(meter) ?? null;
  }

  #askedOnce(channel: Channel | null): Promise<ReadonlyMap<string, number>> {
    const asked = this.#together.get(channel) ?? this.#telemetry.readFirstTimes(this.#meters, channel);
    this.#together.set(channel, asked);
    asked.catch(() => this.#together.delete(channel));
    return asked;
  }
}
