import { parse } from "csv-parse/sync";
import { unzipSync } from "fflate";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type {
  ComparisonAnswer,
  DemandAnswer,
  SubMetersAnswer,
  TariffAnswer,
} from "../../api/answers/records.ts";
import { baseSpan, yearBefore } from "../../api/records/comparison.ts";
import { Calendar, DAY_MS, QUARTER_MS } from "../../park/calendar.ts";
import { parsePark } from "../../park/load.ts";
import type { RegisterChannel } from "../../park/quantities.ts";
import { type EnergyRow, StoreError } from "../../store/telemetry.ts";
import { type TestApi, testApi } from "../kit/api.ts";
import { measured, settlement, shared, unknown } from "../kit/settled.ts";
import { SMALL_PARK_YAML } from "../kit/small-park.ts";
import { TARIFF_YAML } from "../kit/tariff.ts";

/** Sub-meter balance, bands, demand and comparison over HTTP, reckoned by hand on the small park. */

const park = parsePark(`${SMALL_PARK_YAML}${TARIFF_YAML}`);
/** A Thursday. */
const DAY = Date.parse("2026-11-19T00:00:00+08:00");
const NOW = DAY + 10 * DAY_MS;
let api: TestApi;
let office = "";

beforeEach(async () => {
  api = await testApi(park, NOW);
  office = await api.token("office");
});
afterEach(async () => await api.close());

type Make = (i: number, startMs: number) => EnergyRow;
const steady =
  (kwh: number): Make =>
  (_, t) =>
    measured(t, kwh);

async function put(
  meter: string,
  channel: RegisterChannel,
  make: Make,
  fromMs = DAY,
  days = 1,
): Promise<void> {
  const rows = Array.from({ length: 96 * days }, (_, i) => make(i, fromMs + i * QUARTER_MS));
  await api.telemetry.writeSettlements([settlement(park.calendar, meter, channel, rows)]);
}

/** Gate 100 in and 2 out a quarter-hour; below it 80 + 25 use, 20 PV, storage 15 in and 5 out: 98 against 95. */
async function wholePark(): Promise<void> {
  await put("gate", "energyImportKwh", steady(100));
  await put("gate", "energyExportKwh", steady(2));
  await put("wafer-load", "energyImportKwh", steady(80));
  await put("carpet-load", "energyImportKwh", steady(25));
  await put("carpet-line", "energyImportKwh", steady(10));
  await put("roof", "energyExportKwh", steady(20));
  await put("pack", "energyImportKwh", steady(15));
  await put("pack", "energyExportKwh", steady(5));
}

const query = (values: Readonly<Record<string, string>>) => new URLSearchParams(values).toString();
const iso = (timeMs: number) => park.calendar.iso(timeMs);
const ONE_DAY = { from: iso(DAY), to: iso(DAY + DAY_MS) };

async function ask<T>(path: string, values: Readonly<Record<string, string>>, token = office): Promise<T> {
  const response = await api.ask(`/api/v1${path}?${query(values)}`, token);
  expect(response.status, await response.clone().text()).toBe(200);
  return (await response.json()) as T; // the answers' schemas are checked by the compiler where they are made
}

async function rowsOf(path: string, values: Readonly<Record<string, string>>): Promise<string[][]> {
  const response = await api.ask(`/api/v1${path}?${query({ ...values, format: "csv" })}`, office);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8");
  expect(response.headers.get("content-disposition")).toMatch(/^attachment; filename="[A-Za-z0-9.-]+\.csv"$/);
  const bytes = new Uint8Array(await response.arrayBuffer());
  expect([...bytes.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  return parse(new TextDecoder().decode(bytes), { bom: true }) as string[][]; // csv-parse types rows as unknown
}

describe("GET /sub-meters", () => {
  const rowOf = (answer: SubMetersAnswer, meter: string) => {
    const row = answer.rows.find((r) => r.meter === meter);
    if (row === undefined) throw new Error(`no row of ${meter}`);
    return row;
  };

  it("balances a gate over PV and storage by what it sees: Σ (import − export) of those below", async () => {
    await wholePark();
    const answer = await ask<SubMetersAnswer>("/sub-meters", { scope: "park", ...ONE_DAY });
    const gate = rowOf(answer, "gate");
    // 98 − (80 + 25 − 20 + 15 − 5) = 3 a quarter-hour; in: 100 + 20 + 5
    expect(gate.amount).toBe(98 * 96);
    expect(gate.childrenAmount).toBe(95 * 96);
    expect(gate.difference).toBe(3 * 96);
    expect(gate.throughput).toBe(125 * 96);
    expect(gate.share).toBeCloseTo(3 / 125, 12);
    expect(gate.state).toBe("over");
    expect(gate.children.map((c) => [c.meter, c.amount])).toEqual([
      ["wafer-load", 80 * 96],
      ["carpet-load", 25 * 96],
      ["roof", -20 * 96],
      ["pack", 10 * 96],
    ]);
    expect(gate.coverage).toEqual({ measured: 1, estimated: 0, missing: 0 });
  });

  it("stands at every level, as the tree is read, and leaves out what is reckoned from the same meters", async () => {
    await wholePark();
    const answer = await ask<SubMetersAnswer>("/sub-meters", { scope: "park", ...ONE_DAY });
    expect(answer.rows.map((r) => [r.meter, r.depth])).toEqual([
      ["gate", 0],
      ["carpet-load", 1],
    ]);
    const carpet = rowOf(answer, "carpet-load");
    expect(carpet.children.map((c) => c.meter)).toEqual(["carpet-line"]);
    expect(carpet.leftOut).toEqual(["carpet-rest"]);
    expect(carpet.difference).toBe(15 * 96);
    const below = await ask<SubMetersAnswer>("/sub-meters", { scope: "meter:carpet-load", ...ONE_DAY });
    expect(below.rows.map((r) => r.meter)).toEqual(["carpet-load"]);
  });

  it("2 % exactly is within the tolerance", async () => {
    await put("carpet-load", "energyImportKwh", steady(100));
    await put("carpet-line", "energyImportKwh", steady(98));
    const scope = "meter:carpet-load";
    const within = await ask<SubMetersAnswer>("/sub-meters", { scope, ...ONE_DAY });
    expect([within.tolerance, within.rows[0]?.share, within.rows[0]?.state]).toEqual([0.02, 0.02, "ok"]);
    await put("carpet-line", "energyImportKwh", steady(102.1));
    const above = await ask<SubMetersAnswer>("/sub-meters", { scope, ...ONE_DAY });
    expect(above.rows[0]?.state).toBe("over");
    expect(above.rows[0]?.difference).toBeCloseTo(-2.1 * 96, 9);
  });

  it("E4 where a part is missing the difference is null, and never a loss", async () => {
    await wholePark();
    await put("wafer-load", "energyImportKwh", (i, t) => (i === 7 ? unknown(t) : measured(t, 80)));
    const answer = await ask<SubMetersAnswer>("/sub-meters", { scope: "park", ...ONE_DAY });
    const gate = rowOf(answer, "gate");
    expect([gate.difference, gate.share, gate.state]).toEqual([null, null, "missing"]);
    expect(gate.amount).toBe(98 * 96);
    expect(gate.childrenAmount).toBe(95 * 96 - 80);
    expect(gate.childrenCoverage.missing).toBeGreaterThan(0);
    // of the only day, which is not known throughout, nothing can be matched
    expect(gate.matched).toBeNull();
    expect(rowOf(answer, "carpet-load").state).toBe("over");
  });

  it("beside a missing part stands what the days known on both sides say", async () => {
    await put("carpet-load", "energyImportKwh", steady(100), DAY, 4);
    await put("carpet-line", "energyImportKwh", (i, t) => (i === 100 ? unknown(t) : measured(t, 99)), DAY, 4);
    const answer = await ask<SubMetersAnswer>("/sub-meters", {
      scope: "meter:carpet-load",
      from: iso(DAY),
      to: iso(DAY + 4 * DAY_MS),
    });
    expect([answer.rows[0]?.state, answer.rows[0]?.difference]).toEqual(["missing", null]);
    expect(answer.rows[0]?.matched).toEqual({ known: 3 / 4, difference: 288, share: 0.01 });
  });

  it("nothing at all flowing is idle, and no share is made of it", async () => {
    await put("carpet-load", "energyImportKwh", steady(0));
    await put("carpet-line", "energyImportKwh", steady(0));
    const answer = await ask<SubMetersAnswer>("/sub-meters", { scope: "meter:carpet-load", ...ONE_DAY });
    expect([answer.rows[0]?.difference, answer.rows[0]?.share, answer.rows[0]?.state]).toEqual([
      0,
      null,
      "idle",
    ]);
  });

  it("a span still running is counted by its closed days, and says so", async () => {
    await wholePark();
    api.clock.nowMs = DAY + DAY_MS + 3_600_000;
    const answer = await ask<SubMetersAnswer>("/sub-meters", {
      scope: "park",
      from: iso(DAY),
      to: iso(DAY + 12 * DAY_MS),
    });
    expect(answer.through).toBe(iso(DAY + DAY_MS));
    expect(rowOf(answer, "gate").difference).toBe(3 * 96);
    expect(answer.remarks.map((r) => r.code)).toContain("closed-only");
  });

  it("follows a meter that was moved: each parent has it for its own days", async () => {
    const moved = parsePark(
      SMALL_PARK_YAML.replace(
        "{ id: carpet-line, role: load, enterprise: carpet, parent: carpet-load,",
        `{ id: carpet-line, role: load, enterprise: carpet, parent: [{ value: carpet-load }, { from: "${iso(DAY + DAY_MS)}", value: wafer-load }],`,
      ),
    );
    await api.close();
    api = await testApi(moved, NOW);
    office = await api.token("office");
    await put("carpet-load", "energyImportKwh", steady(25), DAY, 2);
    await put("wafer-load", "energyImportKwh", steady(80), DAY, 2);
    await put("carpet-line", "energyImportKwh", steady(10), DAY, 2);
    const answer = await ask<SubMetersAnswer>("/sub-meters", {
      scope: "park",
      from: iso(DAY),
      to: iso(DAY + 2 * DAY_MS),
    });
    expect([rowOf(answer, "carpet-load").amount, rowOf(answer, "carpet-load").childrenAmount]).toEqual([
      25 * 96,
      10 * 96,
    ]);
    expect([rowOf(answer, "wafer-load").amount, rowOf(answer, "wafer-load").childrenAmount]).toEqual([
      80 * 96,
      10 * 96,
    ]);
  });

  it("never tells an enterprise what meters of others took", async () => {
    await wholePark();
    const wafer = await api.token("enterprise", "wafer");
    const answer = await ask<SubMetersAnswer>(
      "/sub-meters",
      { scope: "enterprise:wafer", ...ONE_DAY },
      wafer,
    );
    const gate = rowOf(answer, "gate");
    expect(gate.amount).toBe(98 * 96);
    expect([gate.childrenAmount, gate.difference, gate.throughput, gate.state]).toEqual([
      null,
      null,
      null,
      "hidden",
    ]);
    expect(gate.children).toEqual([]);
    expect(JSON.stringify(answer)).not.toContain("carpet");
  });
});

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
    await api.close();
    api = await testApi(parsePark(SMALL_PARK_YAML), NOW);
    office = await api.token("office");
    await put("gate", "energyImportKwh", steady(1));
    const answer = await ask<TariffAnswer>("/tariff", { scope: "park", ...ONE_DAY });
    expect([answer.bands, answer.currency, answer.total.cost]).toEqual([[], null, null]);
    expect(answer.unpricedKwh).toBe(96);
    expect(answer.remarks.map((r) => r.code)).toContain("no-tariff");
  });
});

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

describe("tables as files", () => {
  it("every table is CSV with a header row with units, and a workbook", async () => {
    await wholePark();
    const questions: readonly (readonly [string, Record<string, string>, string])[] = [
      ["/energy", { scope: "park", ...ONE_DAY }, "购入 (kWh)"],
      ["/balance", { scope: "park", ...ONE_DAY }, "购网电 (kWh)"],
      ["/sub-meters", { scope: "park", ...ONE_DAY }, "差额率"],
      ["/tariff", { scope: "park", ...ONE_DAY }, "电度电费 (CNY)"],
      ["/demand", { scope: "park", month: "2026-11" }, "需量 (kW)"],
      ["/comparison", { scope: "park", ...ONE_DAY }, "购入 (kWh)"],
    ];
    for (const [path, values, column] of questions) {
      const [head = [], ...rows] = await rowsOf(path, values);
      expect(head, path).toContain(column);
      expect(rows.length, path).toBeGreaterThan(0);
      const [english = []] = await rowsOf(path, { ...values, lang: "en" });
      expect(english.join(), path).not.toMatch(/[\u4e00-\u9fff]/);
      const response = await api.ask(`/api/v1${path}?${query({ ...values, format: "xlsx" })}`, office);
      expect(response.headers.get("content-type"), path).toContain("spreadsheetml");
      const files = unzipSync(new Uint8Array(await response.arrayBuffer()));
      expect(Object.keys(files), path).toContain("xl/worksheets/sheet2.xml");
    }
  });

  it("a workbook holds numbers as numbers and no formula", async () => {
    await put("carpet-load", "energyImportKwh", steady(12.345678));
    const values = { scope: "meter:carpet-load", ...ONE_DAY, resolution: "1d", format: "xlsx" };
    const response = await api.ask(`/api/v1/energy?${query(values)}`, office);
    const files = unzipSync(new Uint8Array(await response.arrayBuffer()));
    const sheet = new TextDecoder().decode(files["xl/worksheets/sheet1.xml"]);
    expect(sheet).toContain("<v>1185.185088</v>");
    expect(sheet).not.toContain("<f>");
  });

  it("E1 the grid's 96 points stamp the end: 00:15 … 24:00, and the header says so", async () => {
    await put("gate", "energyImportKwh", (i, t) => measured(t, i));
    const values = { scope: "park", ...ONE_DAY, resolution: "15m" };
    const [head = [], ...rows] = await rowsOf("/energy", { ...values, stamp: "end" });
    expect(head[0]).toBe("结束时间");
    expect(rows).toHaveLength(96);
    expect([rows[0]?.[0], rows[0]?.[1]]).toEqual(["2026-11-19T00:15:00+08:00", "0"]);
    expect([rows[95]?.[0], rows[95]?.[1]]).toEqual(["2026-11-19T24:00:00+08:00", "95"]);
    const [startHead = [], first] = await rowsOf("/energy", values);
    expect([startHead[0], first?.[0]]).toEqual(["开始时间", "2026-11-19T00:00:00+08:00"]);
    for (const wrong of [
      { resolution: "1d", format: "csv" },
      { resolution: "15m", format: "json" },
    ]) {
      const response = await api.ask(
        `/api/v1/energy?${query({ ...values, ...wrong, stamp: "end" })}`,
        office,
      );
      expect(response.status).toBe(400);
    }
  });

  it("missing stays an empty cell, never 0", async () => {
    await put("gate", "energyImportKwh", (i, t) => (i === 4 ? unknown(t) : measured(t, 1)));
    const [head = [], ...rows] = await rowsOf("/energy", { scope: "park", ...ONE_DAY, resolution: "15m" });
    expect(rows[4]?.[1]).toBe("");
    expect(rows[4]?.[head.indexOf("质量")]).toBe("缺失");
  });
});

describe("who may ask", () => {
  it("an enterprise its own scope, a VPP operator none, nobody without a token", async () => {
    const carpet = await api.token("enterprise", "carpet");
    const vpp = await api.token("vpp");
    for (const [path, span] of [
      ["/sub-meters", ONE_DAY],
      ["/tariff", ONE_DAY],
      ["/demand", { month: "2026-11" }],
      ["/comparison", ONE_DAY],
    ] as const) {
      for (const format of ["json", "csv", "xlsx"]) {
        const status = async (scope: string, token?: string) =>
          (await api.ask(`/api/v1${path}?${query({ scope, ...span, format })}`, token)).status;
        expect(await status("enterprise:carpet", carpet), path).toBe(200);
        expect(await status("enterprise:wafer", carpet), path).toBe(403);
        expect(await status("park", carpet), path).toBe(403);
        expect(await status("meter:gate", carpet), path).toBe(403);
        expect(await status("park", vpp), path).toBe(403);
        expect(await status("park"), path).toBe(401);
      }
    }
  });

  it("a store that fails is an error, in files too", async () => {
    api.telemetry.readEnergy = async () => {
      throw new StoreError("unavailable", "down");
    };
    const response = await api.ask(`/api/v1/tariff?${query({ ...ONE_DAY, format: "csv" })}`, office);
    expect(response.status).toBe(503);
    expect(response.headers.get("content-type")).toContain("json");
  });
});
