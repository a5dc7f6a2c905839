import { describe, expect, it } from "vitest";
import type { DemandAnswer } from "../../../api/answers/records.ts";
import { measured, shared, unknown } from "../../kit/settled.ts";
import { api, ask, DAY, iso, put, steady, withApi } from "./kit.ts";

withApi();

describe("GET /demand", () => {
  const MONTH = { scope: "meter:wafer-load", month: "2026-11" };

  it("is 4 × the kWh of the highest measured quarter-hour, with load factor and top ten", async () => {
    await put("wafer-load", "energyImportKwh", (i, t) => measured(t, i === 50 ? 300 : i === 51 ? 250 : 100));
    const answer = await ask<DemandAnswer>("/demand", MONTH);
    expect(answer.peak).toEqual({
      time: "2026-11-19T12:30:00+08:00",
      end: "2026-11-19T12:45:00+08:00",
      demandKw: 1200,
    });
    expect(answer.top.map((t) => t.demandKw)).toEqual([1200, 1000, ...Array.from({ length: 8 }, () => 400)]);
    expect(answer.top[2]?.time).toBe("2026-11-19T00:00:00+08:00");
    const mean = (4 * (300 + 250 + 94 * 100)) / 96;
    expect(answer.meanKw).toBeCloseTo(mean, 9);
    expect(answer.loadFactor).toBeCloseTo(mean / 1200, 12);
    expect(answer.days[18]).toEqual({
      date: "2026-11-19",
      peakKw: 1200,
      time: "2026-11-19T12:30:00+08:00",
      measured: 1,
    });
    expect(answer.days[17]).toEqual({ date: "2026-11-18", peakKw: null, time: null, measured: 0 });
  });

  it("an estimated interval is listed apart and never the peak", async () => {
    await put("wafer-load", "energyImportKwh", (i, t) =>
      i === 60 ? shared(t, 500) : i === 61 ? unknown(t) : measured(t, 100),
    );
    const answer = await ask<DemandAnswer>("/demand", MONTH);
    expect(answer.peak?.demandKw).toBe(400);
    expect(answer.estimated.intervals).toBe(1);
    expect(answer.estimated.abovePeak).toBe(1);
    expect(answer.estimated.top).toEqual([
      { time: "2026-11-19T15:00:00+08:00", end: "2026-11-19T15:15:00+08:00", demandKw: 2000, known: 1 },
    ]);
    expect(answer.intervals).toEqual({ due: 28 * 96, measured: 94, estimated: 1, missing: 28 * 96 - 95 });
    expect(answer.coverage.measured).toBeCloseTo(94 / (28 * 96), 12);
  });

  it("a month with nothing measured has no peak, which is not zero", async () => {
    await put("wafer-load", "energyImportKwh", (_, t) => shared(t, 100));
    const answer = await ask<DemandAnswer>("/demand", MONTH);
    expect([answer.peak, answer.loadFactor, answer.meanKw, answer.top]).toEqual([null, null, null, []]);
  });

  it("adds several connections up in the same interval", async () => {
    await put("wafer-load", "energyImportKwh", (i, t) => measured(t, i === 10 ? 50 : 10));
    await put("carpet-load", "energyImportKwh", (i, t) => measured(t, i === 20 ? 50 : 10));
    await put("gate", "energyImportKwh", (i, t) => measured(t, i === 10 || i === 20 ? 60 : 20));
    const answer = await ask<DemandAnswer>("/demand", { scope: "park", month: "2026-11" });
    expect(answer.peak?.demandKw).toBe(240);
  });

  it("shows the meter's own maximum demand where it sends it, and says where none does", async () => {
    await put("wafer-load", "energyImportKwh", steady(100));
    const none = await ask<DemandAnswer>("/demand", MONTH);
    expect(none.meters).toEqual([{ meter: "wafer-load", name: null, maxDemandKw: null, time: null }]);
    expect(none.remarks.map((r) => r.code)).toContain("no-meter-demand");
    const reading = (timeMs: number, values: Record<string, number>) => ({
      meter: "wafer-load",
      timeMs,
      values,
      superseded: {},
      simulated: false,
    });
    await api.telemetry.writeReadings(
      [
        reading(DAY + 3_600_000, { maxDemandKw: 410 }),
        reading(DAY + 7_200_000, { maxDemandKw: 433.5 }),
        reading(DAY + 7_260_000, { powerKw: 400 }),
      ],
      [],
    );
    const some = await ask<DemandAnswer>("/demand", MONTH);
    expect(some.meters[0]).toMatchObject({ maxDemandKw: 433.5, time: iso(DAY + 7_200_000) });
  });
});
