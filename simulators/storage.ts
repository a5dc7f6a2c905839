import { noise, seedOf, uniform } from "./random.ts";
import type { Quarter } from "./weather.ts";

/** How storage is run. Each park day begins and ends at the same state of charge, so any day stands by itself. */

export interface Battery {
  readonly capacityKwh: number;
  readonly maxChargeKw: number;
  readonly maxDischargeKw: number;
  readonly chargeEfficiency: number;
  readonly dischargeEfficiency: number;
  readonly minStateOfCharge: number;
  readonly maxStateOfCharge: number;
}

/** A day of a battery: energies at the meter by quarter-hour, and the state of charge at each quarter's start and the day's end. */
export interface BatteryDay {
  readonly chargeKwh: Float64Array;
  readonly dischargeKwh: Float64Array;
  readonly stateOfCharge: Float64Array;
}

/** State of charge at midnight of a battery that trades between tariff bands. */
function midnightStateOfCharge(battery: Battery): number {
  return battery.minStateOfCharge + 0.35 * (battery.maxStateOfCharge - battery.minStateOfCharge);
}

/**
 * One day between Qinghai's tariff bands as the simulator plays them: peak 07–09 and 17–23, valley 09–17, flat in the
 * night. Empties into the morning peak, fills at noon, and gives in the evening until it is where it began.
 */
export function arbitrageDay(battery: Battery, quarters: readonly Quarter[], seed: number): BatteryDay {
  const { capacityKwh, chargeEfficiency, dischargeEfficiency } = battery;
  const count = quarters.length;
  const chargeKwh = new Float64Array(count);
  const dischargeKwh = new Float64Array(count);
  const stateOfCharge = new Float64Array(count + 1);
  const day = quarters[0]?.day ?? 0;
  const start = midnightStateOfCharge(battery);
  const eveningQuarters = quarters.filter((q) => q.hour > 17 && q.hour < 23).length;
  const eager = 0.62 + 0.3 * uniform(seed, day);
  // Never fill more than the evening can give back.
  const ceiling = Math.min(
    battery.maxStateOfCharge - 0.06 * uniform(seed + 1, day) * (battery.maxStateOfCharge - start),
    start + (0.9 * eveningQuarters * battery.maxDischargeKw * 0.25) / dischargeEfficiency / capacityKwh,
  );
  // Nor empty more in the morning than noon and the last hour are sure to bring back.
  const refillKwh = (10 + 4) * 0.25 * battery.maxChargeKw * chargeEfficiency;
  const floorKwh = Math.max(battery.minStateOfCharge * capacityKwh, start * capacityKwh - refillKwh);
  let stored = start * capacityKwh;
  let eveningLeft = eveningQuarters;
  quarters.forEach((quarter, q) => {
    stateOfCharge[q] = stored / capacityKwh;
    const swing = 1 + 0.06 * noise(seed + 2, quarter.index);
    if (quarter.hour > 7 && quarter.hour < 9) {
      const available = Math.max(0, stored - floorKwh) * dischargeEfficiency;
      const given = Math.min(eager * swing * battery.maxDischargeKw * 0.25, available);
      dischargeKwh[q] = given;
      stored -= given / dischargeEfficiency;
    } else if (quarter.hour > 9.5 && quarter.hour < 17) {
      const room = Math.max(0, ceiling * capacityKwh - stored) / chargeEfficiency;
      const taken = Math.min(0.72 * eager * swing * battery.maxChargeKw * 0.25, room);
      chargeKwh[q] = taken;
      stored += taken * chargeEfficiency;
    } else if (quarter.hour > 17 && quarter.hour < 23) {
      const toGive = (stored - start * capacityKwh) * dischargeEfficiency;
      const even = toGive / Math.max(1, eveningLeft);
      const given = eveningLeft <= 1 ? toGive : Math.min(toGive, even * (1 + 0.5 * (swing - 1)));
      // A morning that ended below the start leaves the noon to make up for it; nothing is given until it has.
      dischargeKwh[q] = Math.max(0, Math.min(given, battery.maxDischargeKw * 0.25));
      stored -= (dischargeKwh[q] ?? 0) / dischargeEfficiency;
      eveningLeft--;
    } else if (quarter.hour > 23 || q === count - 1) {
      // What is still missing to the start is taken in the flat band before midnight.
      const missing = (start * capacityKwh - stored) / chargeEfficiency;
      const taken = Math.max(0, Math.min(missing, battery.maxChargeKw * 0.25));
      chargeKwh[q] = taken;
      stored += taken * chargeEfficiency;
    }
  });
  stateOfCharge[count] = stored / capacityKwh;
  return { chargeKwh, dischargeKwh, stateOfCharge };
}

/**
 * State of charge of a battery that follows the grid's frequency, at the edge of a minute: a slow wander and a fast
 * signal, back in the middle at every midnight. What the meter shows follows from its changes.
 * @param minute minutes since the day's start; @param minutes in the whole day.
 */
export function frequencyStateOfCharge(
  battery: Battery,
  seed: number,
  day: number,
  minute: number,
  minutes: number,
): number {
  const low = battery.minStateOfCharge;
  const high = battery.maxStateOfCharge;
  const middle = (low + high) / 2;
  const stepShare = Math.min(battery.maxChargeKw, battery.maxDischargeKw) / 60 / battery.capacityKwh;
  const wander = Math.min(0.3 * (high - low), 30 * stepShare);
  const fast = Math.min(0.1 * (high - low), 0.3 * stepShare);
  // Long enough that the slow part never asks for more than a quarter of the power.
  const stretch = Math.max(40, (12.8 * wander) / stepShare);
  const edge = Math.min(1, minute / stretch, (minutes - minute) / stretch);
  const daySeed = seedOf(seed, String(day));
  const slow = wander * noise(daySeed, minute / stretch);
  return middle + edge * (slow + fast * (2 * uniform(daySeed + 1, minute) - 1));
}
