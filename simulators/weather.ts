import type { Calendar } from "../park/calendar.ts";
import { noise, normal, seedOf, stream, uniform } from "./random.ts";
import type { Place } from "./sun.ts";

/** The quarter-hours of one park day as every process sees them. */
export interface Quarter {
  readonly startMs: number;
  /** Quarter-hours since 1970: the index of noise. */
  readonly index: number;
  /** Hours since local midnight at the middle of the quarter. */
  readonly hour: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  /** Days since 1970 in the park's calendar. */
  readonly day: number;
  readonly temperatureC: number;
}

/** Quarter-hours of the park day that begins at `dayStartMs` (92 and 100 of them when clocks change). */
export function quartersOf(dayStartMs: number, calendar: Calendar, place: Place, seed: number): Quarter[] {
  const endMs = calendar.next(dayStartMs, "1d");
  const { year, month, day, weekday } = calendar.parts(dayStartMs);
  const dayNumber = Math.round(Date.UTC(year, month - 1, day) / 86_400_000);
  // Only a day on which clocks change needs the calendar for each quarter-hour.
  const plain = endMs - dayStartMs === 86_400_000;
  const quarters: Quarter[] = [];
  for (let startMs = dayStartMs; startMs < endMs; startMs += 900_000) {
    const clock = plain ? null : calendar.parts(startMs);
    const local =
      0.125 + (clock === null ? (startMs - dayStartMs) / 3_600_000 : clock.hour + clock.minute / 60);
    quarters.push({
      startMs,
      index: startMs / 900_000,
      hour: local,
      weekday,
      day: dayNumber,
      temperatureC: temperatureC(place, startMs + 450_000, local, seed),
    });
  }
  return quarters;
}

/**
 * Outdoor temperature: a yearly wave by latitude and height, a daily one that peaks at 15:00, and weather of a few days.
 * Fitted to Xining (36.6 N, 2261 m): January −8, July 17, yearly mean 6 °C.
 */
function temperatureC(place: Place, timeMs: number, localHour: number, seed: number): number {
  const mean = 30 - 0.35 * Math.max(0, Math.abs(place.latitude) - 10) - 0.0065 * place.altitudeM;
  const swing = 0.35 * Math.abs(place.latitude) * (place.latitude < 0 ? -1 : 1);
  const yearShare = (timeMs / 31_557_600_000) % 1;
  const yearly = -swing * Math.cos(2 * Math.PI * (yearShare - 0.055));
  const daily = 6 * Math.cos((2 * Math.PI * (localHour - 15)) / 24);
  const weather = 4.5 * noise(seedOf(seed, "temperature"), timeMs / 259_200_000);
  return mean + yearly + daily + weather;
}

/** The clouds of one day: over the park, and over each array as the field drifts. */
export interface DayClouds {
  /** Share of the sky covered over the park's middle, by quarter. */
  readonly park: Float64Array;
  /** The same over one array: later or earlier by its place, and a little of its own. */
  over(arraySeed: number): Float64Array;
  /** How ragged the light is within a quarter-hour, 0…1: broken cloud most. */
  readonly ragged: Float64Array;
}

/**
 * Cloud cover as a first-order autoregression by quarter-hour around the day's mean; it begins anew each night, when
 * nobody can see it, so that any day can be worked out by itself. Days hang together by slow noise.
 */
export function cloudsOf(day: number, quarters: number, seed: number): DayClouds {
  const cloudSeed = seedOf(seed, "cloud");
  const mean = Math.min(
    0.95,
    Math.max(0.03, 0.4 + 0.55 * noise(cloudSeed, day / 2.3) + 0.2 * (uniform(cloudSeed + 1, day) - 0.5)),
  );
  const spread = 0.04 + 0.5 * mean * (1 - mean);
  const ar = (streamSeed: number, phi: number) => {
    const next = stream(streamSeed);
    const values = new Float64Array(quarters);
    let x = normal(next);
    for (let q = 0; q < quarters; q++) {
      values[q] = x;
      x = phi * x + Math.sqrt(1 - phi * phi) * normal(next);
    }
    return values;
  };
  const clamp = (x: number) => Math.min(1, Math.max(0, x));
  const field = ar(seedOf(cloudSeed, String(day)), 0.9);
  const park = field.map((x) => clamp(mean + spread * x));
  return {
    park,
    ragged: park.map((c) => 4 * c * (1 - c)),
    over: (arraySeed) => {
      const own = ar(seedOf(arraySeed, String(day)), 0.8);
      const drift = 2 * uniform(arraySeed, 0) - 1;
      return own.map((x, q) => {
        const near = field[q] ?? 0;
        const beside = field[Math.min(quarters - 1, Math.max(0, q + (drift < 0 ? -1 : 1)))] ?? near;
        const drifted = near + (beside - near) * Math.abs(drift);
        return clamp(mean + spread * (0.93 * drifted + 0.37 * x));
      });
    },
  };
}
