import { describe, expect, it } from "vitest";
import type { TariffAnswer } from "../../../api/answers/records.ts";
import { parsePark } from "../../../park/load.ts";
import { measured, shared, unknown } from "../../kit/settled.ts";
import { SMALL_PARK_YAML } from "../../kit/small-park.ts";
import { ask, ONE_DAY, put, reopen, steady, withApi } from "./kit.ts";

withApi();

describe("GET /tariff", () => {
  it("prices 10:30 as 10:30: a day with 10 kWh at 10:15 and 20 kWh at 10:30", async () => {
    await put("gate", "energyImportKwh", (i, t) => measured(t, i === 41 ? 10 : i === 42 ? 20 : 0));
    const answer = await ask<TariffAnswer>("/tariff", { scope: "park", ...ONE_DAY });
    const of = (band: string) => answer.bands.find((b) => b.band === band)?.total;
    expect(of("flat")).toEqual({ energyKwh: 10, cost: 5, share: 10 / 30 });
    expect(of("peak")).toEqual({ energyKwh: 20, cost: 18, share: 20 / 30 });
    expect(of("valley")).toEqual({ energyKwh: 0, cost: 0, share: 0 });
    expect(answer.total).toEqual({ energyKwh: 30, cost: 23, costPerKwh: 23 / 30 });
    expect(answer.currency).toBe("CNY");
    expect(answer.remarks.map((r) => r.code)).toEqual(["energy-cost-not-bill", "simulated-tariff"]);
  });

  it("by day and by month give the same sums; a day is 1 kWh a quarter-hour, by hand", async () => {
    await put("gate", "energyImportKwh", steady(1), Date.parse("2026-11-01T00:00:00+08:00"), 28);
    const span = { scope: "park", from: "2026-11-01T00:00:00+08:00", to: "2026-12-01T00:00:00+08:00" };
    const days = await ask<TariffAnswer>("/tariff", { ...span, resolution: "1d" });
    const months = await ask<TariffAnswer>("/tariff", { ...span, resolution: "1M" });
    expect(days.time).toHaveLength(30);
    expect(months.time).toEqual(["2026-11-01T00:00:00+08:00"]);
    const peak = days.bands.find((b) => b.band === "peak");
    // 2026-11-19, a workday: 6 h of peak
    expect(peak?.energyKwh[18]).toBe(24);
    expect(peak?.cost[18]).toBeCloseTo(21.6, 9);
    // a Sunday is flat throughout
    expect(peak?.energyKwh[21]).toBe(0);
    expect(days.total).toEqual(months.total);
    expect(days.total.energyKwh).toBe(28 * 96);
  });

  it("E4, E14 a band of which nothing is known is null, and coverage stands by band", async () => {
    await put("gate", "energyImportKwh", (i, t) =>
      i < 32 ? unknown(t) : i < 42 ? shared(t, 1) : measured(t, 1),
    );
    const answer = await ask<TariffAnswer>("/tariff", { scope: "park", ...ONE_DAY });
    const of = (band: string) => answer.bands.find((b) => b.band === band);
    expect(of("valley")?.energyKwh).toEqual([null]);
    expect(of("valley")?.cost).toEqual([null]);
    expect(of("valley")?.coverage?.missing).toBe(1);
    expect(of("peak")?.coverage).toEqual({ measured: 1, estimated: 0, missing: 0 });
    expect(of("flat")?.coverage?.estimated).toBeCloseTo(10 / 40, 12);
    expect(of("sharp")).toMatchObject({ coverage: null, energyKwh: [0], cost: [0] });
  });

  it("a park without a tariff says so and gives no cost", async () => {
    await reopen(parsePark(SMALL_PARK_YAML));
    await put("gate", "energyImportKwh", steady(1));
    const answer = await ask<TariffAnswer>("/tariff", { scope: "park", ...ONE_DAY });
    expect([answer.bands, answer.currency, answer.total.cost]).toEqual([[], null, null]);
    expect(answer.unpricedKwh).toBe(96);
    expect(answer.remarks.map((r) => r.code)).toContain("no-tariff");
  });
});
