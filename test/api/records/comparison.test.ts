import { describe, expect, it } from "vitest";
import type { ComparisonAnswer } from "../../../api/answers/records.ts";
import { baseSpan, yearBefore } from "../../../api/records/comparison.ts";
import { Calendar, DAY_MS } from "../../../park/calendar.ts";
import { measured, unknown } from "../../kit/settled.ts";
import { api, ask, DAY, iso, ONE_DAY, office, put, query, steady, withApi } from "./kit.ts";

withApi();

describe("GET /comparison", () => {
  const LAST = Date.parse("2025-11-19T00:00:00+08:00");

  it("compares with the same dates last year and with a base period", async () => {
    await put("gate", "energyImportKwh", steady(110));
    await put("gate", "energyExportKwh", steady(0));
    await put("gate", "energyImportKwh", steady(100), LAST);
    await put("gate", "energyExportKwh", steady(0), LAST);
    const answer = await ask<ComparisonAnswer>("/comparison", {
      scope: "park",
      ...ONE_DAY,
      with: "year,base",
      baseFrom: iso(LAST),
    });
    expect(answer.current.importAmount).toBe(110 * 96);
    expect(answer.compared.map((c) => [c.with, c.from, c.importAmount])).toEqual([
      ["year", "2025-11-19T00:00:00+08:00", 100 * 96],
      ["base", "2025-11-19T00:00:00+08:00", 100 * 96],
    ]);
    expect(answer.compared[0]?.importChange.amount).toBe(10 * 96);
    expect(answer.compared[0]?.importChange.share).toBeCloseTo(0.1, 12);
    // nothing of nothing has no share
    expect(answer.compared[0]?.exportChange).toEqual({ amount: 0, share: null });
  });

  it("tells no change where a side is not known enough, and shows its coverage", async () => {
    await put("gate", "energyImportKwh", steady(110));
    await put("gate", "energyImportKwh", (i, t) => (i < 12 ? unknown(t) : measured(t, 100)), LAST);
    const answer = await ask<ComparisonAnswer>("/comparison", { scope: "park", ...ONE_DAY });
    const [year] = answer.compared;
    expect(year?.comparable).toBe(false);
    expect(year?.importChange).toEqual({ amount: null, share: null });
    expect(year?.coverage.missing).toBeGreaterThan(0.05);
    expect(answer.remarks.map((r) => r.code)).toContain("not-known-enough");
  });

  it("cuts both sides to the days that are closed: half a month is not compared with a whole one", async () => {
    api.clock.nowMs = DAY + DAY_MS + 3_600_000;
    const answer = await ask<ComparisonAnswer>("/comparison", {
      scope: "park",
      from: "2026-11-01T00:00:00+08:00",
      to: "2026-12-01T00:00:00+08:00",
    });
    expect(answer.current.to).toBe("2026-11-20T00:00:00+08:00");
    expect(answer.compared[0]?.to).toBe("2025-11-20T00:00:00+08:00");
  });

  it("needs a base period's beginning on a day", async () => {
    for (const baseFrom of [{}, { baseFrom: "2025-11-19T01:00:00+08:00" }]) {
      const response = await api.ask(
        `/api/v1/comparison?${query({ scope: "park", ...ONE_DAY, with: "base", ...baseFrom })}`,
        office,
      );
      expect(response.status).toBe(400);
      expect(await response.text()).toContain("baseFrom");
    }
  });

  it("knows leap days and months of other lengths", () => {
    const calendar = new Calendar("Asia/Shanghai");
    const at = (text: string) => Date.parse(`${text}T00:00:00+08:00`);
    const year = (from: string, to: string) => {
      const span = yearBefore(calendar, { fromMs: at(from), toMs: at(to) });
      return [calendar.dateKey(span.fromMs), calendar.dateKey(span.toMs)];
    };
    expect(year("2028-02-01", "2028-03-01")).toEqual(["2027-02-01", "2027-03-01"]);
    expect(year("2029-02-01", "2029-03-01")).toEqual(["2028-02-01", "2028-03-01"]);
    expect(year("2028-02-29", "2028-03-01")).toEqual(["2027-02-28", "2027-03-01"]);
    expect(year("2028-02-28", "2028-02-29")).toEqual(["2027-02-28", "2027-03-01"]);
    expect(year("2026-12-15", "2027-01-16")).toEqual(["2025-12-15", "2026-01-16"]);
    const base = baseSpan(calendar, { fromMs: at("2027-01-01"), toMs: at("2027-02-01") }, at("2025-04-01"));
    expect(calendar.dateKey(base.toMs)).toBe("2025-05-01");
    const days = baseSpan(calendar, { fromMs: at("2027-01-01"), toMs: at("2027-01-11") }, at("2025-04-01"));
    expect(calendar.dateKey(days.toMs)).toBe("2025-04-11");
  });
});
