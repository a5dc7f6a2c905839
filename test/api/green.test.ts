import { beforeEach, describe, expect, it } from "vitest";
import { greenPowerAnswer as greenSchema } from "../../api/answers/green.ts";
import {
  greenClaimsAnswer as claimsSchema,
  greenProofAnswer as proofSchema,
} from "../../api/answers/green-claims.ts";
import { carbonAnswer } from "../../api/carbon.ts";
import { EnergyReader } from "../../api/energy/reader.ts";
import { greenClaimsAnswer } from "../../api/green-claims.ts";
import { greenPowerAnswer } from "../../api/green-power.ts";
import { greenProofAnswer } from "../../api/green-proof.ts";
import type { StandardsDeps } from "../../api/standards/deps.ts";
import { ledgerTrades } from "../../api/standards/interval-trades.ts";
import { RecordBook } from "../../api/standards/record-book.ts";
import { DAY_MS, QUARTER_MS } from "../../park/calendar.ts";
import type { Park } from "../../park/park.ts";
import type { Scope } from "../../park/topology.ts";
import type { CertificateLot, CertificateUse, New, Settlement } from "../../store/records.ts";
import { testApi } from "../kit/api.ts";
import { matchingFrom } from "../kit/green-days.ts";
import { GREEN_DAY, greenPark, putDays } from "../kit/green-park.ts";
import { MemoryRecords } from "../kit/memory-records.ts";
import { MemoryTelemetry } from "../kit/memory-telemetry.ts";
import { shared } from "../kit/settled.ts";

const MONTH = Date.parse("2026-11-01T00:00:00+08:00");
const DAY = MONTH + 18 * DAY_MS;
const LATER = Date.parse("2026-12-10T00:00:00+08:00");
const span = { fromMs: DAY, toMs: DAY + DAY_MS, nowMs: LATER };
const month = { fromMs: MONTH, toMs: MONTH + 30 * DAY_MS, nowMs: LATER };
const CELL: Scope = { kind: "enterprise", id: "cell" };
const WAFER: Scope = { kind: "enterprise", id: "wafer" };
const ZC: Scope = { kind: "boundary", id: "zc" };

let telemetry = new MemoryTelemetry();
let records = new MemoryRecords();

/** Without the contracts of the park file, and with a code on the certificates of the roof. */
const bare = (yaml: string) =>
  yaml
    .slice(0, yaml.indexOf("contracts:"))
    .replace("commissioned: 2024-01-01", "commissioned: 2024-01-01, certificateProject: ROOF-CODE");
const park = greenPark(bare);

function depsFor(of: Park = park): StandardsDeps & { telemetry: MemoryTelemetry } {
  const book = new RecordBook(records, () => LATER);
  const matching = matchingFrom(of, telemetry, { trades: ledgerTrades(of, book) });
  return { park: of, reader: new EnergyReader(of, telemetry), matching, records: book, telemetry };
}

const written = { by: "c", byLabel: "office", atMs: 0, evidence: "a document", evidenceFile: null };
const lot = (more: Partial<New<CertificateLot>> = {}): New<CertificateLot> => ({
  ...written,
  series: "S",
  first: 1,
  last: 100,
  project: "ROOF-CODE",
  month: "2026-11",
  energy: "solar",
  tradable: true,
  holder: "park",
  ...more,
});
const use = (more: Partial<New<CertificateUse>> = {}): New<CertificateUse> => ({
  ...written,
  series: "S",
  first: 1,
  last: 10,
  purpose: "allocated",
  beneficiary: "wafer",
  month: "2026-11",
  ...more,
});
const settled = (more: Partial<New<Settlement>> = {}): New<Settlement> => ({
  ...written,
  kind: "green-trade",
  reference: "GT-1",
  project: "wind",
  month: "2026-11",
  beneficiary: "cell",
  energyKwh: 6000,
  quarterHoursKwh: null,
  replaces: null,
  ...more,
});

beforeEach(() => {
  telemetry = new MemoryTelemetry();
  records = new MemoryRecords();
});

describe("claims", () => {
  it("self-use, its own certificate and a trade for the same MWh make one claim", async () => {
    await putDays(telemetry, park, MONTH, 30);
    await records.addLot(lot());
    await records.useCertificates(use({ last: 36 }));
    await records.addSettlements([settled({ project: "array", beneficiary: "wafer", energyKwh: 36_000 })]);
    const answer = claimsSchema.parse(await greenClaimsAnswer(depsFor(), { scope: WAFER, ...month }));
    expect(answer.claims).toHaveLength(1);
    expect(answer.claims[0]).toMatchObject({
      project: "array",
      selfUseKwh: 36_000,
      documentsKwh: 0,
      countedKwh: 36_000,
      carriedKwh: 0,
    });
    expect(answer.claims[0]?.instruments.map((i) => i.kind)).toEqual([
      "self-use",
      "certificate",
      "green-trade",
    ]);
    const green = await greenPowerAnswer(depsFor(), { scope: WAFER, ...month });
    expect(green.annualShare).toBeCloseTo(1200 / 5760, 12);
  });

  it("certificates of what left the park count for it; sold ones take it first, then deliveries, then own use", async () => {
    // A month: 60 MWh made, 36 used at home, 24 delivered to the neighbour, nothing left.
    await putDays(telemetry, park, MONTH, 30);
    await records.addLot(lot());
    const share = async (scope: Scope) =>
      (await greenPowerAnswer(depsFor(), { scope, ...month })).annualShare;
    expect(await share(CELL)).toBeCloseTo(24_000 / 144_000, 12);
    await records.useCertificates(use({ purpose: "sold", beneficiary: "a buyer", first: 1, last: 6 }));
    expect(await share(CELL)).toBeCloseTo(18_000 / 144_000, 12);
    expect(await share(WAFER)).toBeCloseTo(36_000 / 172_800, 12);
    await records.useCertificates(use({ purpose: "sold", beneficiary: "a buyer", first: 7, last: 34 }));
    expect(await share(CELL)).toBe(0);
    expect(await share(WAFER)).toBeCloseTo(26_000 / 172_800, 12);
    const carbonOf = async (scope: Scope) => {
      const { figures } = await carbonAnswer(depsFor(), { scope, ...month });
      return figures[0]?.terms.find((t) => t.id === "electricity-own:sold")?.amount ?? null;
    };
    expect(await carbonOf(WAFER)).toBe(10_000);
    const cell = (await carbonAnswer(depsFor(), { scope: CELL, ...month })).figures[0]?.terms;
    expect(cell?.find((t) => t.id === "electricity-in-fossil")?.amount).toBe(144_000);
    const answer = await greenClaimsAnswer(depsFor(), { scope: ZC, ...month });
    expect(answer.claims.map((c) => c.lostKwh)).toEqual([24_000, 10_000]);
    expect(answer.remarks.map((r) => r.code)).toContain("sold-certificates");
  });

  it("expired, not tradable and future certificates are listed with the rule that refuses them", async () => {
    await putDays(telemetry, park, MONTH, 30);
    await records.addLots([
      lot({ series: "OLD", project: "wind", month: "2024-11" }),
      lot({ series: "BOUND", project: "hydro", tradable: false }),
      lot({ series: "GOOD", project: "wind", month: "2026-10" }),
    ]);
    await records.addUses([
      use({ series: "OLD", beneficiary: "cell" }),
      use({ series: "BOUND", beneficiary: "cell" }),
      use({ series: "GOOD", beneficiary: "cell" }),
    ]);
    const answer = claimsSchema.parse(await greenClaimsAnswer(depsFor(), { scope: CELL, ...month }));
    expect(answer.refused.map((r) => [r.certificate?.series, r.refused?.code])).toEqual([
      ["OLD", "certificate-expired"],
    ]);
    const bound = answer.claims.find((c) => c.project === "hydro");
    expect([bound?.countedKwh, bound?.instruments[0]?.refused?.code]).toEqual([
      0,
      "certificate-not-tradable",
    ]);
    expect(answer.claims.find((c) => c.project === "wind")?.countedKwh).toBe(10_000);
  });

  it("what lost its zero with sold certificates, bought ones cover", async () => {
    await putDays(telemetry, park, MONTH, 30);
    await records.addLot(lot({ last: 24 }));
    await records.useCertificates(use({ purpose: "sold", beneficiary: "abroad", last: 10 }));
    await records.addLot(lot({ series: "W", project: "wind", last: 500 }));
    await records.useCertificates(use({ series: "W", last: 500, beneficiary: "cell" }));
    const { claims } = await greenClaimsAnswer(depsFor(), { scope: CELL, ...month });
    const bought = claims.find((c) => c.project === "wind");
    // 144 MWh used, 24 of them the neighbour's, of which 10 were sold: 130 are left to cover.
    expect(bought).toMatchObject({ countedKwh: 130_000, carriedKwh: 370_000 });
    const green = await greenPowerAnswer(depsFor(), { scope: CELL, ...month });
    expect(green.annualShare).toBeCloseTo(1, 9);
    const carbon = await carbonAnswer(depsFor(), { scope: CELL, ...month });
    expect(carbon.figures[0]?.terms.find((t) => t.id === "electricity-in-fossil")?.amount).toBeCloseTo(0, 6);
  });

  it("a released certificate counts no more", async () => {
    await putDays(telemetry, park, MONTH, 30);
    await records.addLot(lot({ project: "wind" }));
    const id = await records.useCertificates(use({ beneficiary: "cell" }));
    const counted = async () =>
      (await greenClaimsAnswer(depsFor(), { scope: CELL, ...month })).claims.find((c) => c.project === "wind")
        ?.countedKwh;
    expect(await counted()).toBe(10_000);
    await records.releaseUse(id, written);
    expect(await counted()).toBeUndefined();
  });

  it("claims of a month are at most its remaining use: the rest is carried and shown", async () => {
    await putDays(telemetry, park, MONTH, 30);
    await records.addSettlements([settled({ energyKwh: 200_000 })]);
    const { claims } = await greenClaimsAnswer(depsFor(), { scope: CELL, ...month });
    const trade = claims.find((c) => c.project === "wind");
    expect([trade?.countedKwh, trade?.carriedKwh]).toEqual([120_000, 80_000]);
    expect((await greenPowerAnswer(depsFor(), { scope: CELL, ...month })).annualShare).toBe(1);
  });
});

describe("the hour-matched share", () => {
  it("counts a trade settled by interval in its quarter-hours, up to the use they have left; by month it counts nothing", async () => {
    await putDays(telemetry, park, MONTH, 30);
    const byQuarter = Array.from({ length: 30 * 96 }, (_, q) => (q % 96 === 50 || q % 96 === 80 ? 30 : 0));
    const deps = depsFor();
    const green = async () => greenSchema.parse(await greenPowerAnswer(deps, { scope: CELL, ...span }));
    const before = await green();
    expect(before.hourMatchedShare).toBeCloseTo(800 / 4800, 12);
    await records.addSettlements([settled({ energyKwh: 1800, quarterHoursKwh: byQuarter })]);
    deps.records.forget();
    const after = await green();
    // At noon PV leaves 10 of 50 kWh, in the evening all is open.
    expect(after.hourMatchedShare).toBeCloseTo((800 + 10 + 30) / 4800, 12);
    expect(after.sources.find((s) => s.id === "green-trade")?.matchedKwh).toBe(40);
    expect(after.annualShare ?? 0).toBeGreaterThanOrEqual(after.hourMatchedShare ?? 1);
    await records.addSettlements([settled({ reference: "GT-2", project: "sun", energyKwh: 3000 })]);
    deps.records.forget();
    expect((await green()).hourMatchedShare).toBe(after.hourMatchedShare);
  });

  it("brings PV back through storage, and says what is in it", async () => {
    // At noon 20 of cell's 20 kWh of charging come with the mix of 40 of 70 kWh PV; in the evening 9 come back.
    const day = GREEN_DAY.map(([meter, channel, profile]): (typeof GREEN_DAY)[number] => {
      if (meter === "pack-b") return [meter, channel, (q) => (q === 50 ? 20 : 0)];
      if (meter === "gate-b")
        return [meter, channel, (q) => profile(q) + (q === 50 ? 20 : 0) - (q === 80 ? 9 : 0)];
      return [meter, channel, profile];
    });
    await putDays(telemetry, park, DAY, 1, [
      ...day,
      ["pack-b", "energyExportKwh", (q) => (q === 80 ? 9 : 0)],
    ]);
    const answer = greenSchema.parse(await greenPowerAnswer(depsFor(), { scope: CELL, ...span }));
    const share = 40 / 70;
    expect(answer.sources.find((s) => s.id === "storage-pv")?.energyKwh).toBeCloseTo(9 * share, 2);
    expect(answer.storages[0]).toMatchObject({ id: "pack", outKwh: 9, usableKwh: 800 });
    expect(answer.storages[0]?.inKwh).toBeCloseTo(20, 2);
    expect(answer.storages[0]?.contentKwh).toBeCloseTo(20 * 0.9 - 9 / 0.9, 2);
    expect(answer.storages[0]?.greenShare).toBeCloseTo(share, 3);
    expect(answer.directShare).toBeCloseTo((800 - 20 * share + 9 * share) / 4800, 3);
    const [direct, matched, annual] = [
      answer.directShare ?? 0,
      answer.hourMatchedShare ?? 0,
      answer.annualShare ?? 0,
    ];
    expect(direct).toBeLessThanOrEqual(annual);
    expect(matched).toBeLessThanOrEqual(annual);
  });

  it("with the grid's share by hour there is a 24/7 share, without it the missing input is named", async () => {
    await putDays(telemetry, park, DAY, 1);
    const without = await greenPowerAnswer(depsFor(), { scope: CELL, ...span });
    expect([without.cfeShare, without.cfeMissing?.code]).toEqual([null, "cfe-grid-share-missing"]);
    const hours = Array.from({ length: 24 }, (_, h) => (h < 12 ? 0.5 : 0.25)).join(", ");
    const given = greenPark(
      (yaml) =>
        `${bare(yaml)}gridCleanShares: [{ month: "2026-11", byHour: [${hours}], authority: the grid, grade: C }]\n`,
    );
    const { cfeShare, cfeMissing } = await greenPowerAnswer(depsFor(given), { scope: CELL, ...span });
    // PV from 10 to 15: 80 of 200 kWh an hour in two hours of the morning and three of the afternoon.
    const clean = 10 * 100 + 2 * (160 + 20) + 3 * (160 + 10) + 9 * 50;
    expect(cfeShare).toBeCloseTo(clean / 4800, 12);
    expect(cfeMissing).toBeNull();
  });
});

describe("the proof of a quarter-hour", () => {
  const noon = DAY + 50 * QUARTER_MS;
  const ask = async (scope: Scope, fromMs: number, seesAll = true) =>
    proofSchema.parse(await greenProofAnswer(depsFor(), { scope, fromMs, nowMs: LATER, seesAll }));

  it("rows add up to the interval's use, each with what displays showed or the settlement behind it", async () => {
    await putDays(telemetry, park, MONTH, 30);
    const row = (timeMs: number, energyExportKwh: number) => ({
      meter: "pv-a",
      timeMs,
      values: { energyExportKwh },
      superseded: {},
      simulated: false,
    });
    await telemetry.writeReadings([row(noon, 1000), row(noon + QUARTER_MS, 1100)], []);
    const byQuarter = Array.from({ length: 30 * 96 }, (_, q) => (q % 96 === 50 ? 6 : 0));
    await records.addSettlements([settled({ energyKwh: 180, quarterHoursKwh: byQuarter })]);
    await records.addLot(lot({ project: "wind", last: 1 }));
    await records.useCertificates(use({ beneficiary: "cell", last: 1 }));
    const proof = await ask(CELL, noon);
    expect(proof.rows.map((r) => [r.kind, r.energyKwh])).toEqual([
      ["network-pv", 40],
      ["green-trade", 6],
      ["unmatched", 4],
    ]);
    expect(proof).toMatchObject({ useKwh: 50, matchedKwh: 46, matchedShare: 0.92, quality: "measured" });
    expect(proof.rows[0]?.readings).toEqual([
      {
        meter: "pv-a",
        channel: "energyExportKwh",
        multiplier: 1,
        from: { time: park.calendar.iso(noon), display: 1000 },
        to: { time: park.calendar.iso(noon + QUARTER_MS), display: 1100 },
      },
    ]);
    expect(proof.rows[1]?.certificates[0]).toMatchObject({
      series: "S",
      first: 1,
      last: 1,
      state: "allocated",
      validThrough: "2028-10",
    });
    expect(proof.rows[2]?.carbonKg).toBeCloseTo(4 * 0.8325, 12);
    expect(proof.checks.map((c) => [c.text.code, c.status])).toEqual([
      ["used-once", "met"],
      ["storage-balance", "met"],
      ["certificates-valid", "met"],
      ["all-measured", "met"],
      ["contracts-by-interval", "met"],
    ]);
    const takers = await ask(CELL, noon, false);
    expect(takers.rows[0]?.readings).toEqual([]);
    // Nor what its neighbour, or the whole park, made.
    const told = [
      takers.rows[0]?.detail?.en,
      takers.checks.find((c) => c.text.code === "used-once")?.text.en,
    ];
    for (const text of told) expect(text).toMatch(/^[^0-9]+$/);
    expect((await ask(WAFER, noon, false)).rows[0]?.readings).toHaveLength(1);
  });

  it("adds up for the boundary, too", async () => {
    await putDays(telemetry, park, DAY, 1);
    const proof = await ask(ZC, noon);
    expect(proof.rows.map((r) => [r.kind, r.energyKwh])).toEqual([
      ["own-pv", 60],
      ["network-pv", 40],
      ["unmatched", 10],
    ]);
    expect(proof.useKwh).toBe(110);
  });

  it("is asked over HTTP: on quarter-hours that have begun, by who may read the scope, with factors as pinned", async () => {
    const api = await testApi(park, LATER);
    try {
      await putDays(api.telemetry, park, DAY, 1);
      const [office, own] = [await api.token("office"), await api.token("enterprise", "cell")];
      const get = async (query: Record<string, string>, token = office) =>
        await api.ask(`/api/v1/green-power/proof?${new URLSearchParams(query)}`, token);
      const time = park.calendar.iso(noon);
      const proof = proofSchema.parse(await (await get({ scope: "enterprise:cell", time })).json());
      expect(proof.rows.map((r) => r.energyKwh)).toEqual([40, 10]);
      expect((await get({ scope: "enterprise:cell", time }, own)).status).toBe(200);
      expect((await get({ scope: "enterprise:wafer", time }, own)).status).toBe(403);
      expect((await get({ scope: "park", time: park.calendar.iso(noon + 60_000) })).status).toBe(400);
      expect((await get({ scope: "park", time: park.calendar.iso(LATER + DAY_MS) })).status).toBe(400);
      expect((await get({ scope: "park", time, factors: "no-such-set" })).status).toBe(400);
      const claims = await api.ask(
        `/api/v1/green-power/claims?${new URLSearchParams({ scope: "park", from: park.calendar.iso(MONTH), to: park.calendar.iso(DAY) })}`,
        office,
      );
      expect(claimsSchema.parse(await claims.json()).claims.map((c) => c.project)).toEqual([
        "array",
        "array",
      ]);
    } finally {
      await api.close();
    }
  });

  it("an estimated quarter-hour is shown and matches nothing", async () => {
    await putDays(telemetry, park, DAY, 1, GREEN_DAY, (row, meter) =>
      meter === "load-b" && row.startMs === noon ? shared(row.startMs, 50) : row,
    );
    const proof = await ask(CELL, noon);
    expect(proof).toMatchObject({ quality: "estimated", matchedKwh: 0, matchedShare: 0 });
    expect(proof.rows.find((r) => r.kind === "network-pv")?.matched).toBe(false);
    expect(proof.checks.some((c) => c.status === "provisional")).toBe(true);
  });
});

describe("a boundary whose members change within a month", () => {
  const MIDDLE = "2026-11-16T00:00:00+08:00";
  const halves = [
    { member: `{ enterprise: cell, to: "${MIDDLE}" }`, fromMs: MONTH, toMs: Date.parse(MIDDLE) },
    { member: `{ enterprise: cell, from: "${MIDDLE}" }`, fromMs: Date.parse(MIDDLE), toMs: month.toMs },
  ];

  it.each(halves)("counts a member's claims while it belongs: $member", async ({ member, fromMs, toMs }) => {
    const dated = greenPark((yaml) =>
      yaml.replace("members: [wafer, cell]\n    a", `members: [wafer, ${member}]\n    a`),
    );
    await putDays(telemetry, dated, MONTH, 30);
    const deps = depsFor(dated);
    const totalKg = async (scope: Scope, of = month) =>
      (await carbonAnswer(deps, { scope, ...of })).figures.find((f) => f.method === "cn-910-2025-annex-4")
        ?.totalKg ?? null;
    const whole = await totalKg(ZC);
    const parts = [await totalKg(WAFER), await totalKg(CELL, { fromMs, toMs, nowMs: LATER })];
    // While cell belongs, half of wafer's 24 MWh of exports reaches it inside: neither side counts them in carbon.
    expect(whole).toBeCloseTo((parts[0] ?? Number.NaN) + (parts[1] ?? Number.NaN), 6);
    const green = await greenPowerAnswer(deps, { scope: ZC, ...month });
    expect(green.sources.find((s) => s.id === "green-trade")?.energyKwh).toBeCloseTo(30_000, 6);
    expect(green.byEnterprise.map((e) => e.id).sort()).toEqual(["cell", "wafer"]);
  });
});
