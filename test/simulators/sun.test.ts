import { describe, expect, it } from "vitest";
import { hash32, noise, normal, seedOf, stream, uniform } from "../../simulators/random.ts";
import { arrayPowerKw, irradiance, planeOfArray, sunPosition } from "../../simulators/sun.ts";

const xining = { latitude: 36.6, longitude: 101.8, altitudeM: 2261 };
const highest = (date: string) => {
  const start = Date.parse(`${date}T00:00:00+08:00`);
  let best = { timeMs: start, sun: sunPosition(xining, start) };
  for (let t = start; t < start + 86_400_000; t += 60_000) {
    const sun = sunPosition(xining, t);
    if (sun.cosZenith > best.sun.cosZenith) best = { timeMs: t, sun };
  }
  return best;
};

describe("the sun", () => {
  it("stands at 90 − latitude ± 23.44° at the solstices and 90 − latitude at the equinox", () => {
    const elevation = (date: string) => 90 - (Math.acos(highest(date).sun.cosZenith) * 180) / Math.PI;
    expect(elevation("2026-06-21")).toBeCloseTo(90 - 36.6 + 23.44, 0);
    expect(elevation("2026-12-21")).toBeCloseTo(90 - 36.6 - 23.44, 0);
    expect(Math.abs(elevation("2026-03-20") - 53.4)).toBeLessThan(0.6);
  });

  it("is in the south at noon: 13:13 on the clock at 101.8 E, ± the equation of time", () => {
    for (const [date, minutes] of [
      ["2026-11-03", 16.4],
      ["2026-02-11", -14.2],
    ] as const) {
      const { timeMs, sun } = highest(date);
      const clock = (timeMs - Date.parse(`${date}T00:00:00+08:00`)) / 60_000;
      expect(Math.abs(clock - (13 * 60 + 12.8 - minutes))).toBeLessThan(2.5);
      expect(Math.abs(sun.azimuthDeg - 180)).toBeLessThan(1.5);
    }
  });

  it("rises in the east and sets in the west, and shines only above the horizon", () => {
    const morning = sunPosition(xining, Date.parse("2026-06-21T08:00:00+08:00"));
    const evening = sunPosition(xining, Date.parse("2026-06-21T19:00:00+08:00"));
    expect(morning.azimuthDeg).toBeLessThan(120);
    expect(evening.azimuthDeg).toBeGreaterThan(240);
    const night = sunPosition(xining, Date.parse("2026-06-21T01:00:00+08:00"));
    expect(irradiance(xining, night, 0).global).toBe(0);
  });

  it("is stronger high up, and clouds take the beam first", () => {
    const { sun } = highest("2026-06-21");
    const high = irradiance(xining, sun, 0);
    const low = irradiance({ ...xining, altitudeM: 0 }, sun, 0);
    expect(high.beam).toBeGreaterThan(980);
    expect(high.beam).toBeLessThan(1100);
    expect(low.beam).toBeLessThan(0.95 * high.beam);
    const cloudy = irradiance(xining, sun, 0.9);
    expect(cloudy.global).toBeLessThan(0.6 * high.global);
    expect(cloudy.diffuse / cloudy.global).toBeGreaterThan(0.7);
    for (const light of [high, low, cloudy])
      expect(light.diffuse + light.beam * sun.cosZenith).toBeCloseTo(light.global, 6);
  });

  it("a tilted plane gains in winter and a flat one sees the global", () => {
    const { sun } = highest("2026-12-21");
    const light = irradiance(xining, sun, 0.1);
    expect(planeOfArray(sun, light, 0, 180)).toBeCloseTo(light.global, 6);
    expect(planeOfArray(sun, light, 35, 180)).toBeGreaterThan(1.3 * light.global);
    expect(planeOfArray(sun, light, 35, 0)).toBeLessThan(0.5 * light.global);
  });

  it("an array loses with heat and age and is clipped by its inverters", () => {
    const array = { capacityKwp: 100, tiltDeg: 30, azimuthDeg: 180, commissionedMs: 0, inverterKw: 1000 };
    expect(arrayPowerKw(array, 800, 30, 0)).toBeLessThan(arrayPowerKw(array, 800, -10, 0));
    expect(arrayPowerKw(array, 800, 10, 10 * 31_557_600_000)).toBeCloseTo(
      0.94 * arrayPowerKw(array, 800, 10, 0),
      6,
    );
    expect(arrayPowerKw({ ...array, inverterKw: 50 }, 1000, 0, 0)).toBe(50);
    expect(arrayPowerKw(array, 0, 0, 0)).toBe(0);
  });
});

describe("randomness", () => {
  it("depends on seed and index only, and is even", () => {
    expect(hash32(1, 2)).toBe(hash32(1, 2));
    expect(hash32(1, 2)).not.toBe(hash32(2, 1));
    expect(seedOf(1, "a")).not.toBe(seedOf(1, "b"));
    const cells = new Array<number>(16).fill(0);
    for (let i = 0; i < 16_000; i++) {
      const cell = Math.floor(16 * uniform(9, i));
      cells[cell] = (cells[cell] ?? 0) + 1;
    }
    for (const count of cells) expect(Math.abs(count - 1000)).toBeLessThan(140);
  });

  it("noise is smooth, within ±1, and the same from either side", () => {
    for (let x = -5; x < 5; x += 0.01) {
      expect(Math.abs(noise(3, x))).toBeLessThanOrEqual(1);
      expect(Math.abs(noise(3, x + 0.001) - noise(3, x))).toBeLessThan(0.01);
    }
  });

  it("a stream's normal deviates have mean 0 and variance 1", () => {
    const next = stream(4);
    const draws = Array.from({ length: 20_000 }, () => normal(next));
    const mean = draws.reduce((s, x) => s + x, 0) / draws.length;
    const variance = draws.reduce((s, x) => s + (x - mean) ** 2, 0) / draws.length;
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.abs(variance - 1)).toBeLessThan(0.05);
  });
});
