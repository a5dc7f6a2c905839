import { noise, uniform } from "./random.ts";
import type { Quarter } from "./weather.ts";

/**
 * What works draw: for each kind of process the share of the meter's rated power in a quarter-hour, 0…0.9.
 * Pure functions of time, weather and a seed of the meter.
 */

/** Everything a process may depend on. */
interface Drive {
  readonly quarter: Quarter;
  /** The meter's own seed. */
  readonly seed: number;
  /** The enterprise's seed: what all its lines feel together. */
  readonly worksSeed: number;
}

/** The share of rated power in a quarter-hour. */
type Process = (drive: Drive) => number;

const clamp = (x: number, low = 0, high = 0.9) => Math.min(high, Math.max(low, x));

/** Orders and staffing of the whole works: slow, a few per cent. */
function activity({ quarter, worksSeed }: Drive): number {
  return 1 + 0.05 * noise(worksSeed, quarter.index / 700);
}

/** What a single line does on its own: minutes to hours, by `size`. */
function jitter({ quarter, seed }: Drive, size: number): number {
  return 1 + size * (0.6 * noise(seed, quarter.index / 5) + 0.4 * noise(seed + 1, quarter.index));
}

/**
 * Several machines on one meter, each running the same batch over and over with a start of its own.
 * @param shape share of rated power over the batch, 0…1 of its length.
 */
function batches(machines: number, hours: number, shape: (x: number) => number): Process {
  // The machines of a meter never change, so their periods and phases are drawn once.
  const drawn = new Map<number, Float64Array>();
  return (drive) => {
    let machine = drawn.get(drive.seed);
    if (machine === undefined) {
      machine = new Float64Array(2 * machines);
      for (let m = 0; m < machines; m++) {
        machine[2 * m] = 1 / (hours * 4 * (1 + 0.06 * (uniform(drive.seed, m + 10) - 0.5)));
        machine[2 * m + 1] = uniform(drive.seed, m + 50);
      }
      drawn.set(drive.seed, machine);
    }
    let sum = 0;
    for (let m = 0; m < machines; m++) {
      const x = (drive.quarter.index + 0.5) * (machine[2 * m] ?? 0) + (machine[2 * m + 1] ?? 0);
      sum += shape(x - Math.floor(x));
    }
    return clamp((sum / machines) * activity(drive) * jitter(drive, 0.02));
  };
}

/** Siemens reduction: power follows the growing rods, then the furnace cools and is opened. */
const reduction = batches(8, 110, (x) => (x < 0.93 ? 0.42 + 0.44 * Math.sqrt(x / 0.93) : 0.08));

/** Czochralski pulling: melting, seeding, the long body, cooling and recharging. */
const pulling = batches(10, 46, (x) =>
  x < 0.14 ? 0.86 : x < 0.2 ? 0.72 : x < 0.88 ? 0.7 - 0.12 * ((x - 0.2) / 0.68) : 0.16,
);

/** Formation: charging draws, discharging gives part of it to the racks beside. */
const formation = batches(6, 9, (x) => (x < 0.5 ? 0.86 : x < 0.62 ? 0.3 : x < 0.9 ? 0.42 : 0.6));

/** Roller kiln: burns without a break, saggars come in waves. */
const kiln = batches(3, 5, (x) => (x < 0.6 ? 0.68 : 0.54));

/** A line that runs day and night: dips at the change of shifts, cleaned once a fortnight. */
const shiftLine: Process = (drive) => {
  const { hour, day } = drive.quarter;
  const change = Math.abs(hour - 8) < 0.3 || Math.abs(hour - 20) < 0.3 ? 0.84 : 1;
  const cleaningDay = (day + Math.floor(uniform(drive.seed, 3) * 14)) % 14 === 0;
  const cleaned = cleaningDay && hour > 9 && hour < 13 ? 0.22 : 1;
  return clamp(0.65 * activity(drive) * change * cleaned * jitter(drive, 0.05));
};

/** 06:00 to 22:30 from Monday to Saturday, a break for each meal, the lamps and a compressor otherwise. */
const twoShifts: Process = (drive) => {
  const { hour, weekday } = drive.quarter;
  if (weekday === 0 || hour < 5.5 || hour > 22.75) return clamp(0.07 * jitter(drive, 0.1));
  const ramp = Math.min(1, (hour - 5.5) / 0.9, (22.75 - hour) / 0.6);
  const meal = (hour > 11.9 && hour < 12.6) || (hour > 17.9 && hour < 18.4) ? 0.6 : 1;
  return clamp((0.07 + 0.72 * Math.max(0, ramp)) * meal * activity(drive) * jitter(drive, 0.06));
};

/** Offices, laboratories, canteens: working hours. */
const office: Process = (drive) => {
  const { hour, weekday } = drive.quarter;
  const rest = weekday === 0 || weekday === 6 ? 0.25 : 1;
  const open = Math.max(0, Math.min(1, (hour - 7.2) / 1.3, (19.2 - hour) / 1.6));
  const noon = hour > 12 && hour < 14 ? 0.85 : 1;
  return clamp((0.16 + 0.62 * rest * open * noon) * jitter(drive, 0.06));
};

/** Street lamps: by the clock of the sun, near enough. */
const lamps: Process = (drive) => {
  const { hour, day } = drive.quarter;
  const summer = Math.cos((2 * Math.PI * ((((day % 365.25) + 365.25) % 365.25) - 172)) / 365.25);
  const lit = hour < 7.2 - 1.3 * summer || hour > 19.2 + 1.3 * summer;
  return lit ? clamp((hour > 0.5 && hour < 5.5 ? 0.45 : 0.82) * jitter(drive, 0.01)) : 0.02;
};

/** Chillers and clean-room air: a base for the process, the rest for the weather; free cooling in the cold. */
const cooling: Process = (drive) => {
  const warm = clamp((drive.quarter.temperatureC - 2) / 24, 0, 1);
  return clamp((0.52 + 0.3 * warm) * activity(drive) * jitter(drive, 0.03));
};

/** Heating and ventilation of a building. */
const ventilation: Process = (drive) => {
  const { temperatureC, hour, weekday } = drive.quarter;
  const need = clamp(Math.max((temperatureC - 20) / 10, (14 - temperatureC) / 30), 0, 1);
  const open = weekday > 0 && weekday < 6 && hour > 6.5 && hour < 19.5 ? 1 : 0.45;
  return clamp((0.15 + 0.65 * need) * open * jitter(drive, 0.05));
};

/** Compressors, pumps, columns: nearly level. */
const steady: Process = (drive) => clamp(0.63 * activity(drive) * jitter(drive, 0.03));

/** Servers: nearly flat, a little more in the evening, tenants come and go over weeks. */
const servers: Process = (drive) => {
  const evening = 0.025 * Math.cos((2 * Math.PI * (drive.quarter.hour - 20.5)) / 24);
  const tenants = 0.04 * noise(drive.seed, drive.quarter.index / 1300);
  return clamp(0.63 * (1 + evening + tenants) * jitter(drive, 0.008));
};

/** Vehicles arrive by the hour, stay half an hour to two hours and draw less towards the end. */
const charging: Process = (drive) => {
  const points = 5;
  let load = 0;
  for (let back = 0; back < 8; back++) {
    const hour = (((drive.quarter.hour - back / 4) % 24) + 24) % 24;
    const rate =
      0.05 + 0.16 * Math.exp(-(((hour - 12.5) / 2.6) ** 2)) + 0.14 * Math.exp(-(((hour - 22) / 3) ** 2));
    for (let p = 0; p < points; p++) {
      const key = (drive.quarter.index - back) * 16 + p;
      if (uniform(drive.seed, key) > rate) continue;
      const stay = 2 + Math.floor(6 * uniform(drive.seed + 1, key));
      if (back >= stay) continue;
      load += (0.55 + 0.45 * uniform(drive.seed + 2, key)) * (back + 1 < stay ? 1 : 0.5);
    }
  }
  return clamp(load / points, 0.004);
};

const BY_SECTOR: ReadonlyMap<string, Process> = new Map([
  ["polysilicon", reduction],
  ["silicon-ingot", pulling],
  ["silicon-wafer", shiftLine],
  ["solar-cell", shiftLine],
  ["solar-module", shiftLine],
  ["lithium-battery", shiftLine],
  ["cathode-material", kiln],
  ["carpet", twoShifts],
  ["wool", twoShifts],
  ["textile", twoShifts],
  ["public-service", office],
  ["charging", charging],
  ["data-centre", steady],
]);

/** Parts of a works are known by words of the meter's id; the first that fits. */
const BY_WORD: readonly (readonly [RegExp, Process])[] = [
  [/office|lab|canteen|sockets/, office],
  [/hvac|ventilation/, ventilation],
  [/chill|cool|air-hand|dry-room/, cooling],
  [/compress|pump|utilit|argon|oxygen|exhaust|distill|hydrogen|sewage|coolant/, steady],
  [/reduction/, reduction],
  [/pulling|puller/, pulling],
  [/formation/, formation],
  [/kiln|furnace/, kiln],
];

/** The process behind a load, by the meter's role, words of its id, and its enterprise's sector. */
export function processOf(role: string, meterId: string, sector: string): Process {
  if (role === "it-load") return servers;
  if (role === "charger") return charging;
  if (/lamp|-light$/.test(meterId)) return sector === "public-service" ? office : lamps;
  for (const [word, process] of BY_WORD) if (word.test(meterId)) return process;
  return BY_SECTOR.get(sector) ?? shiftLine;
}

/** How raggedly a load moves from minute to minute, as a share of itself. */
export function minuteNoiseOf(role: string, sector: string): number {
  if (role === "it-load") return 0.005;
  if (role === "charger" || sector === "charging") return 0.06;
  return sector === "carpet" || sector === "wool" ? 0.05 : 0.025;
}

/**
 * Gas, steam, heat and water of a works: part follows its process, part the cold outside (heat more than gas, water
 * not at all). A share of the declared largest rate.
 */
export function mediumProcess(medium: string, sector: string): Process {
  const electric = sector === "data-centre" ? cooling : (BY_SECTOR.get(sector) ?? shiftLine);
  const process = sector === "charging" ? office : electric;
  const heating = sector === "public-service" ? 0.75 : medium === "heat" ? 0.3 : medium === "gas" ? 0.15 : 0;
  return (drive) => {
    const need = clamp((16 - drive.quarter.temperatureC) / 32, 0, 1);
    const driven = heating >= 0.75 ? 0.05 : process(drive) * (0.85 - heating);
    return clamp(driven + heating * need * jitter(drive, 0.05));
  };
}
