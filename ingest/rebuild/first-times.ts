import type { RegisterDeclaration } from "../../park/park.ts";
import type { Channel } from "../../park/quantities.ts";
import { StoreError, type Telemetry } from "../../store/telemetry.ts";

type Register = Pick<RegisterDeclaration, "channel" | "energyChannel"> & { readonly meter: string };

/** When things were first heard of. Asked for all meters together, once: at a start all of them ask. */
export class FirstTimes {
  readonly #telemetry: Pick<Telemetry, "readFirstTimes" | "readEnergy">;
  readonly #meters: readonly string[];
  readonly #registers: readonly Register[];
  #rowsUnheard: Promise<boolean> | null = null;
  readonly #together = new Map<Channel | null, Promise<ReadonlyMap<string, number>>>();
  /** The earliest instant told by who asked. */
  #toldMs = Number.POSITIVE_INFINITY;

  /** @param registers all that are declared of the meters */
  constructor(
    telemetry: Pick<Telemetry, "readFirstTimes" | "readEnergy">,
    meters: readonly string[],
    registers: readonly Register[],
  ) {
    this.#telemetry = telemetry;
    this.#meters = meters;
    this.#registers = registers;
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

  /** Whether energy stands in the store of any register that was never heard of at the start. @throws StoreError */
  hasRowsUnheard(): Promise<boolean> {
    const asked = this.#rowsUnheard ?? this.#lookForRows();
    this.#rowsUnheard = asked;
    asked.catch(() => {
      this.#rowsUnheard = null;
    });
    return asked;
  }

  async #lookForRows(): Promise<boolean> {
    const unheard: { meter: string; channel: RegisterDeclaration["energyChannel"] }[] = [];
    for (const { meter, channel, energyChannel } of this.#registers)
      if (!(await this.#askedOnce(channel)).has(meter)) unheard.push({ meter, channel: energyChannel });
    const whole = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY, limit: 1 };
    try {
      const series = await this.#telemetry.readEnergy({ rows: "interval", registers: unheard, ...whole });
      return series.some(({ startMs }) => startMs.length > 0);
    } catch (error) {
      if (error instanceof StoreError && error.code === "too-much") return true;
      throw error;
    }
  }

  #askedOnce(channel: Channel | null): Promise<ReadonlyMap<string, number>> {
    const asked = this.#together.get(channel) ?? this.#telemetry.readFirstTimes(this.#meters, channel);
    this.#together.set(channel, asked);
    asked.catch(() => this.#together.delete(channel));
    return asked;
  }
}
