import { describe, expect, it } from "vitest";
import { pictureOf } from "../../api/live/picture.ts";
import type { LiveValue } from "../../store/feed.ts";
import { smallPark } from "../kit/small-park.ts";

const park = smallPark();
const NOW = Date.parse("2026-11-20T12:00:30+08:00");

function latest(powersKw: Readonly<Record<string, number>>, ageMs: Readonly<Record<string, number>> = {}) {
  return new Map(
    Object.entries(powersKw).map(([meter, powerKw]): [string, LiveValue] => [
      meter,
      {
        meter,
        timeMs: NOW - (ageMs[meter] ?? 10_000),
        powerKw,
        powerFrom: "gauge",
        stateOfCharge: meter === "pack" ? 0.5 : null,
        simulated: false,
      },
    ]),
  );
}

const NOON = { gate: 300, "wafer-load": 500, "carpet-load": 90, "carpet-line": 40, roof: -400, pack: 100 };

describe("the picture of now", () => {
  it("what flows in is what flows out, a meter below another counts once", () => {
    const picture = pictureOf(park, latest(NOON), NOW);
    expect(picture.sources).toEqual({ gridImportKw: 300, pvKw: 400, storageOutKw: 0 });
    expect(picture.uses).toEqual({ useKw: 590, storageInKw: 100, gridExportKw: 0, unknownKw: 10 });
    expect(picture.busKw).toBe(700);
    expect(picture.meters).toEqual({ total: 7, silent: 1 });
  });

  it("self-supply is PV that stayed over use: at night a discharging storage supplies nothing of its own", () => {
    expect(pictureOf(park, latest(NOON), NOW).selfSupplyShare).toBeCloseTo(400 / 590, 12);
    const night = { ...NOON, gate: 400, roof: 0.4, pack: -200 };
    expect(pictureOf(park, latest(night), NOW).selfSupplyShare).toBe(0);
    const exporting = { ...NOON, gate: -100, roof: -800 };
    expect(pictureOf(park, latest(exporting), NOW).selfSupplyShare).toBe(1);
  });

  it("a silent meter is told, left out of the sums, and its share is not attributed", () => {
    const picture = pictureOf(park, latest(NOON, { "carpet-load": 46 * 60_000 }), NOW);
    expect(picture.uses.useKw).toBe(500);
    expect(picture.uses.unknownKw).toBe(100);
    expect(picture.unknownBecause).toContainEqual({ enterprise: "carpet", reason: "silent" });
    const carpet = picture.enterprises.find((e) => e.id === "carpet");
    expect(carpet).toMatchObject({ powerKw: null, stale: true });
  });

  it("with a silent connection nothing is said of the grid, the whole or the rest", () => {
    const picture = pictureOf(park, latest(NOON, { gate: 46 * 60_000 }), NOW);
    expect(picture.sources.gridImportKw).toBeNull();
    expect(picture.busKw).toBeNull();
    expect(picture.uses.unknownKw).toBeNull();
  });
});
