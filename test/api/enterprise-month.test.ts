import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import {
  type EnterpriseMonthAnswer,
  enterpriseMonthAnswer as schema,
} from "../../api/answers/enterprise-month.ts";
import { EnergyReader } from "../../api/energy/reader.ts";
import { enterpriseMonthAnswer } from "../../api/enterprise-month.ts";
import { enterpriseMonthCsv } from "../../api/reports/enterprise-csv.ts";
import { enterpriseMonthHtml } from "../../api/reports/enterprise-html.ts";
import type { StandardsDeps } from "../../api/standards/deps.ts";
import { RecordBook } from "../../api/standards/record-book.ts";
import { csvCell } from "../../api/tables/csv.ts";
import { matchingFrom } from "../kit/green-days.ts";
import { greenPark, putDays } from "../kit/green-park.ts";
import { MemoryRecords } from "../kit/memory-records.ts";
import { MemoryTelemetry } from "../kit/memory-telemetry.ts";

const MONTH = Date.parse("2026-11-01T00:00:00+08:00");
const LATER = Date.parse("2026-12-10T00:00:00+08:00");
const park = greenPark();
let telemetry = new MemoryTelemetry();

function deps(): StandardsDeps {
  const reader = new EnergyReader(park, telemetry);
  const records = new RecordBook(new MemoryRecords(), () => LATER);
  return { park, reader, matching: matchingFrom(park, telemetry), records };
}

const cell = (nowMs = LATER, month = "2026-11") =>
  enterpriseMonthAnswer(deps(), { enterprise: "cell", month, nowMs });

beforeEach(async () => {
  telemetry = new MemoryTelemetry();
  await putDays(telemetry, park, MONTH, 30);
});

describe("enterpriseMonthAnswer", () => {
  it("by hand: 144,000 kWh bought, 24,000 from the neighbour's PV, 60,000 contracted; gas 28,800 m³", async () => {
    const answer = schema.parse(await cell());
    expect(answer.complete).toBe(true);
    expect(answer.energy.map((e) => [e.medium, e.importAmount, e.unit])).toEqual([
      ["electricity", 144_000, "kWh"],
      ["gas:natural-gas", 28_800, "m³"],
    ]);
    const national = answer.carbon[0];
    expect(national?.terms.map((t) => t.amount)).toEqual([60_000, 24_000, 60_000, 28_800]);
    expect(national?.totalKg).toBeCloseTo(60_000 * 0.8325 + 28_800 * 2.162189, 1);
    expect(answer.green.annualShare).toBeCloseTo(84_000 / 144_000, 12);
    expect(answer.green.hourMatchedShare).toBeCloseTo(24_000 / 144_000, 12);
    expect(answer.balance).toMatchObject({ useKwh: 144_000, unknownKwh: 0 });
  });

  it("the days add up to the month", async () => {
    const answer = await cell();
    expect(answer.days.length).toBe(30);
    expect(answer.days.reduce((s, d) => s + (d.carbonKg ?? Number.NaN), 0)).toBeCloseTo(
      answer.carbon[0]?.totalKg ?? Number.NaN,
      4,
    );
    expect(answer.days.reduce((s, d) => s + (d.useKwh ?? Number.NaN), 0)).toBeCloseTo(144_000, 6);
    expect(answer.days.every((d) => d.quality === "measured")).toBe(true);
  });

  it("a running month reaches to the end of today and says so", async () => {
    const answer = await cell(Date.parse("2026-11-20T12:00:00+08:00"));
    expect([answer.complete, answer.days.length, answer.to.slice(0, 10)]).toEqual([false, 20, "2026-11-21"]);
    expect(answer.carbon[0]?.provisional).toBe(true);
  });

  it("refuses a month that has not begun and an enterprise that is not there", async () => {
    await expect(cell(LATER, "2027-02")).rejects.toThrow("cannot be answered");
    await expect(
      enterpriseMonthAnswer(deps(), { enterprise: "nobody", month: "2026-11", nowMs: LATER }),
    ).rejects.toThrow("no such enterprise");
  });
});

describe("ASVS 1.2.10: CSV cells", () => {
  it.each([
    ["=1+1", "'=1+1"],
    ["+cmd", "'+cmd"],
    ["-cmd", "'-cmd"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["\tx", "'\tx"],
    ["-12.5", "-12.5"],
    ["-1e-7", "-1e-7"],
    ["a,b", '"a,b"'],
    ['say "x"', '"say ""x"""'],
    ["=a,b", `"'=a,b"`],
  ])("%j becomes %j", (text, expected) => {
    expect(csvCell(text)).toBe(expected);
  });

  it("numbers stay numbers, what is unknown stays empty", () => {
    expect([csvCell(-3.5), csvCell(0), csvCell(null)]).toEqual(["-3.5", "0", ""]);
  });

  it("read back, a cell is the text (or the text with an apostrophe), and never begins a formula", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const [[back] = []] = parse(`${csvCell(text)},x\r\n`, { relax_column_count: true }) as string[][]; // csv-parse types rows as unknown
        expect([text, `'${text}`]).toContain(back);
        if (!/^-?[\d.]+(e[+-]?\d+)?$/i.test(text)) expect(back ?? "").not.toMatch(/^[=+\-@\t\r]/);
      }),
    );
  });
});

describe("the month as a file and as a page", () => {
  const hostile = (answer: EnterpriseMonthAnswer): EnterpriseMonthAnswer => ({
    ...answer,
    enterprise: {
      ...answer.enterprise,
      name: { zh: '<script>alert("1")</script>', en: "=HYPERLINK(1)" },
    },
    remarks: [{ code: "x", zh: "<img src=x onerror=alert(1)>", en: "@cmd" }],
  });

  it("CSV: every figure at full precision, with unit, factor id, grade and coverage", async () => {
    const csv = enterpriseMonthCsv(await cell(), "zh");
    const rows = parse(csv, { bom: true, relax_column_count: true }) as string[][]; // csv-parse types rows as unknown
    const fossil = rows.find((r) => r[0] === "外购电（其余）");
    expect(fossil?.slice(1, 7)).toEqual([
      "60000",
      "kWh",
      "0.8325",
      "kgCO2/kWh",
      "cn-910-2025-annex-4/electricity/other/2022",
      "A",
    ]);
    expect(rows.flat()).toContain("模拟数据");
    expect(rows.filter((r) => /^2026-11-\d\d$/.test(r[0] ?? "")).length).toBe(30);
  });

  it("CSV: a hostile name cannot become a formula", async () => {
    const csv = enterpriseMonthCsv(hostile(await cell()), "en");
    expect(csv).toContain("'=HYPERLINK(1)");
    expect(csv).toContain("'@cmd");
  });

  it("page: escapes every text, has no script, keeps the badge, names factors and grades", async () => {
    const html = enterpriseMonthHtml(hostile(await cell()), "zh");
    expect(html).not.toMatch(/<script|<img|javascript:|https?:\/\/[^ <]*["']/);
    expect(html).toContain("&#60;script&#62;");
    expect(html).toContain("模拟数据");
    expect(html.replaceAll("<wbr>", "")).toContain("cn-mee-2025-47/province/qinghai/2023");
    expect(html).toContain("@page{size:A4");
    // every sheet says it, not the first alone
    expect(html).toMatch(/@bottom-left\{content:"模拟数据 · [^"]+ · \d{4}-\d{2}"/);
  });

  it("page: English, and unknown figures are a dash, never 0", async () => {
    telemetry = new MemoryTelemetry();
    const html = enterpriseMonthHtml(await cell(), "en");
    expect(html).toContain('<html lang="en">');
    expect(html).toContain("Monthly energy and carbon report");
    expect(html).toContain('<td class="n">—</td>');
    expect(html).not.toMatch(/NaN|undefined|null/);
  });

  it("page: what is known in part is printed as a lower bound, what is known whole is not", async () => {
    const whole = await cell();
    expect(enterpriseMonthHtml(whole, "en")).not.toContain("≥");
    const part = { measured: 0.4, estimated: 0, missing: 0.6 };
    const html = enterpriseMonthHtml(
      {
        ...whole,
        energy: whole.energy.map((e) => ({ ...e, coverage: part })),
        carbon: whole.carbon.map((f) => ({
          ...f,
          terms: f.terms.map((term) => ({ ...term, coverage: part })),
        })),
      },
      "en",
    );
    expect(html).toContain('<td class="n">≥144,000.0</td>');
    expect(html).toContain('<td class="n">≥112,221.0</td>');
    expect(html).not.toContain("≥0.0");
  });
});
