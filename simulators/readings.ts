import type { Calendar } from "../park/calendar.ts";
import type { Meter, Park } from "../park/park.ts";
import type { Channel } from "../park/quantities.ts";
import { Display } from "./display.ts";
import { ParkModel } from "./model.ts";
import { seedOf, uniform } from "./random.ts";

/** What simulated meters send: readings as on the wire. */

export interface Reading {
  readonly meter: string;
  readonly timeMs: number;
  readonly values: Readonly<Partial<Record<Channel, number>>>;
}

interface Instrument {
  readonly meter: Meter;
  readonly displays: readonly { readonly channel: Channel; readonly display: Display }[];
  readonly phaseMs: number;
}

/** Every real meter of a park as an instrument that can be read at any instant: same seed, same instant, same reading. */
export class Instruments {
  readonly model: ParkModel;
  readonly ids: readonly string[];
  readonly #instruments: ReadonlyMap<string, Instrument>;

  constructor(park: Park, seed: number) {
    this.model = new ParkModel(park, seed);
    const list = park.meters
      .filter((meter) => meter.sum === null)
      .map(
        (meter): Instrument => ({
          meter,
          displays: meter.registers
            .filter((register) => register.expected)
            .map((register) => ({
              channel: register.channel,
              display: new Display(this.model, meter, register, seed),
            })),
          phaseMs: phaseOf(meter, seed),
        }),
      );
    this.#instruments = new Map(list.map((instrument) => [instrument.meter.id, instrument]));
    this.ids = list.map((instrument) => instrument.meter.id);
  }

  /** Reads a meter at an instant. @throws RangeError for a meter that is virtual or unknown. */
  read(meterId: string, timeMs: number): Reading {
    const instrument = this.#instruments.get(meterId);
    if (instrument === undefined) throw new RangeError(`${meterId} is not a real meter`);
    const { meter, displays } = instrument;
    const values: Partial<Record<Channel, number>> = {};
    for (const { channel, display } of displays) values[channel] = display.at(timeMs);
    if (meter.medium === "electricity") {
      const power = this.model.power(meterId, timeMs) * (meter.invert ? -1 : 1);
      values.powerKw = Number(power.toFixed(2)) + 0; // + 0: never −0
    }
    const charge = this.model.stateOfCharge(meterId, timeMs);
    if (charge !== null) values.stateOfCharge = Number(charge.toFixed(4));
    return { meter: meterId, timeMs, values };
  }

  /** First instant after `afterMs` at which the meter reports. */
  nextReport(meterId: string, afterMs: number): number {
    const instrument = this.#instruments.get(meterId);
    if (instrument === undefined) throw new RangeError(`${meterId} is not a real meter`);
    const every = instrument.meter.reportsEveryMs;
    return (Math.floor((afterMs - instrument.phaseMs) / every) + 1) * every + instrument.phaseMs;
  }
}

/**
 * Meters that report every few minutes do so at a second of their own, so that the load is even; those that report
 * every quarter-hour or less often freeze their registers on the quarter, as real ones do.
 */
function phaseOf(meter: Meter, seed: number): number {
  if (meter.reportsEveryMs >= 900_000) return 0;
  const seconds = Math.max(1, Math.floor(meter.reportsEveryMs / 1000));
  return Math.floor(uniform(seedOf(seed, meter.id), 99) * seconds) * 1000;
}

/** The topic of a meter's readings. */
export function topicOf(parkId: string, meterId: string): string {
  return `parks/${parkId}/meters/${meterId}/readings`;
}

/** The payload of one or several readings of a meter; whole seconds in the park's offset, others as epoch milliseconds. */
export function payloadOf(readings: readonly Reading[], calendar: Calendar, simulated: boolean): string {
  const items = readings.map(({ timeMs, values }) => ({
    time: timeMs % 1000 === 0 ? calendar.iso(timeMs) : timeMs,
    ...values,
    ...(simulated ? { simulated: true } : {}),
  }));
  return JSON.stringify(items.length === 1 ? items[0] : items);
}
