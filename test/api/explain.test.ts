import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ExplainAnswer, explainAnswer as schema } from "../../api/answers/explain.ts";
import { CHANNEL_WORDS } from "../../api/explain/names.ts";
import { DAY_MS, HOUR_MS, QUARTER_MS } from "../../park/calendar.ts";
import { CHANNELS, REGISTER_CHANNELS } from "../../park/quantities.ts";
import en from "../../web/i18n/pages.en.json" with { type: "json" };
import zh from "../../web/i18n/pages.zh-CN.json" with { type: "json" };
import { type TestApi, testApi } from "../kit/api.ts";
import { GREEN_DAY, greenPark, putDays } from "../kit/green-park.ts";

const DAY = Date.parse("2026-11-18T00:00:00+08:00");
const NOW = DAY + 2 * DAY_MS + 6 * HOUR_MS;
const SPAN = { from: "2026-11-18T00:00:00+08:00", to: "2026-11-20T00:00:00+08:00" };

const NATIONAL = "cn-910-2025-annex-4";

interface Answer {
  readonly core?: { readonly value: number };
  readonly figures?: readonly { readonly totalKg: number }[];
}

let api: TestApi;
let office = "";
let park = greenPark();

beforeEach(async () => {
  park = greenPark((yaml) =>
    yaml
      .replace(
        "  - { id: gas-b,",
        "  - { id: rest-a, role: load, enterprise: wafer, reportsEvery: 1m, sum: [{ meter: gate-a, factor: 1 }, { meter: pv-a, factor: -1 }, { meter: load-a, factor: -1 }] }\n  - { id: it-b, name: { zh: 机柜, en: Racks }, role: it-load, enterprise: cell, parent: gate-b, maxPowerKw: 900, reportsEvery: 1m }\n  - { id: gas-b,",
      )
      .replace(
        "contracts:",
        "  - { id: hall, kind: data-hall, name: { zh: 机房, en: Hall }, enterprise: cell, meters: [gate-b], itMeters: [it-b] }\ncontracts:",
      ),
  );
  api = await testApi(park, NOW);
  office = await api.token("office");
  await putDays(api.telemetry, park, DAY, 2, [...GREEN_DAY, ["it-b", "energyImportKwh", () => 5]]);
});

afterEach(async () => await api.close());

async function explain(
  figure: string,
  scope: string,
  span: { readonly from: string; readonly to: string } = SPAN,
  reading: Readonly<Record<string, string>> = {},
): Promise<ExplainAnswer> {
  const asked = new URLSearchParams({ figure, scope, ...span, ...reading });
  const response = await api.ask(`/api/v1/explain?${asked}`, office);
  const body: unknown = await response.json();
  expect(response.status, `${figure} ${scope} ${JSON.stringify(body)}`).toBe(200);
  return schema.parse(body);
}

/** Rows of each group add up to it, and what a row opens has the row's amount: all the way down. */
async function walk(answer: ExplainAnswer, depth: number, seen: Set<string>): Promise<void> {
  for (const group of answer.groups) {
    const sum = group.rows.reduce((total, r) => total + (r.result ?? 0), 0);
    expect(group.result ?? 0, `${answer.figure} ${group.id}`).toBeCloseTo(sum, 9);
    for (const [place, row] of group.rows.entries()) {
      if (row.factor !== null && row.amount !== null && row.result !== null)
        expect(Math.abs(row.result), row.id).toBeCloseTo((Math.abs(row.amount) * row.factor.value) / 1000, 6);
      const key = JSON.stringify(row.opens);
      // Of many alike the first and the last are opened.
      const isAlike = place > 2 && place < group.rows.length - 1;
      if (row.opens === null || depth === 0 || isAlike || seen.has(key)) continue;
      seen.add(key);
      const below = await explain(row.opens.figure, row.opens.scope, row.opens);
      expect(Math.abs(below.value ?? 0), key).toBeCloseTo(Math.abs(row.amount ?? 0), 6);
      await walk(below, depth - 1, seen);
    }
  }
}

describe("GET /explain", () => {
  it("carbon per tce opens to its terms, their meters, and the displays of a measured quarter-hour", async () => {
    const display = (timeMs: number, energyImportKwh: number) => ({
      meter: "gate-b",
      timeMs,
      values: { energyImportKwh },
      simulated: false,
      superseded: {},
    });
    await api.telemetry.writeReadings(
      [display(LAST_QUARTER, 1000), display(LAST_QUARTER + QUARTER_MS, 1050)],
      [],
    );
    const top = await explain("carbon-per-tce", "boundary:zc");
    const [over, under] = top.groups;
    expect(top.value).toBeCloseTo((over?.result ?? 0) / (under?.result ?? 1), 9);
    expect(top.groups.map((g) => g.id)).toEqual(["numerator", "denominator"]);
    expect(top.formula.zh).toContain("综合能源消费量");
    expect(top.sensitivity.length).toBeGreaterThan(2);
    expect(top.openQuestions.length).toBeGreaterThan(0);
    expect(top.factorSets.length).toBeGreaterThan(0);
    expect(top.readings).toMatchObject([
      { meter: "gate-b", from: { display: 1000 }, to: { display: 1050 }, energy: 50, quality: "measured" },
    ]);
  });

  it("all the way down, what a row opens is the row's amount and rows add up", async () => {
    const seen = new Set<string>();
    for (const figure of [
      "carbon-per-tce",
      "consumption",
      "green:annual",
      "green:hour-matched",
      "green:direct",
    ])
      await walk(await explain(figure, "boundary:zc"), 4, seen);
    for (const method of ["cn-910-2025-annex-4", "location-based", "market-based"])
      await walk(await explain(`carbon:${method}`, "park"), 4, seen);
    expect(seen.size).toBeGreaterThan(30);
    expect([...seen].some((k) => k.includes("register:gas-b/volumeM3"))).toBe(true);
    expect([...seen].some((k) => k.includes("electricity-in-zero:contracts"))).toBe(true);
  });

  it("the gap of the target's year opens to forecast and target, and a hall's PUE to its registers", async () => {
    await putDays(api.telemetry, park, DAY - 20 * DAY_MS, 22, [
      ...GREEN_DAY,
      ["it-b", "energyImportKwh", () => 5],
    ]);
    api.clock.nowMs += 120_000;
    const gap = await explain("pathway-gap", "boundary:zc");
    const pathway: unknown = await (await api.ask("/api/v1/pathway?boundary=zc", office)).json();
    expect(pathway).toMatchObject({ gap: { gapTco2: expect.closeTo(gap.groups[0]?.result ?? -1, 6) } });
    expect(pathway).toMatchObject({ gap: { gapKwh: expect.closeTo(gap.value ?? -1, 3) } });
    await walk(gap, 1, new Set());
    const halls = await explain("hall:hall/pue", "enterprise:cell");
    expect(halls.value).toBeCloseTo(4800 / 480, 9);
    expect(halls.groups.map((g) => g.result)).toEqual([9600, 960]);
    await walk(halls, 2, new Set());
    const cue = await explain("hall:hall/cue", "enterprise:cell");
    const shown: unknown = await (
      await api.ask(`/api/v1/data-centres?${new URLSearchParams({ ...SPAN, resolution: "1d" })}`, office)
    ).json();
    expect(shown).toMatchObject({
      halls: [{ cue: [{ value: expect.closeTo(cue.value ?? -1, 9) }, {}, {}] }],
    });
    const [emissions, it, electricity, consumed] = cue.groups.map((g) => g.result ?? Number.NaN);
    expect(cue.value).toBeCloseTo(((emissions ?? 0) * 1000) / (it ?? 0), 9);
    expect(emissions).toBeCloseTo((9600 * (electricity ?? 0)) / (consumed ?? 0), 9);
    expect(consumed).toBeGreaterThan(0);
    await walk(cue, 2, new Set());
    const none = await api.ask(
      `/api/v1/explain?${new URLSearchParams({ figure: "hall:hall/pue", scope: "enterprise:wafer", ...SPAN })}`,
      office,
    );
    expect(none.status).toBe(404);
  });

  it("the figures are those of the answers they explain", async () => {
    const ask = async (path: string): Promise<Record<string, unknown>> =>
      (await (await api.ask(`/api/v1${path}&${new URLSearchParams(SPAN)}`, office)).json()) as Record<
        string,
        unknown
      >; // read by key below
    const indicators = await ask("/indicators?boundary=zc");
    const green = await ask("/green-power?scope=boundary:zc");
    const top = await explain("carbon-per-tce", "boundary:zc");
    expect(indicators["core"]).toMatchObject({ value: top.value });
    expect((await explain("green:annual", "boundary:zc")).value).toBeCloseTo(
      Number(green["annualShare"]) * 100,
      9,
    );
    expect((await explain("green:hour-matched", "boundary:zc")).value).toBeCloseTo(
      Number(green["hourMatchedShare"]) * 100,
      9,
    );
  });

  it("what exports carry is read as the question says, as in /indicators and /carbon", async () => {
    const other = { exports: "other" };
    for (const [path, figure, scope, value] of [
      ["/indicators?boundary=zc", "carbon-per-tce", "boundary:zc", (a: Answer) => a.core?.value],
      [
        "/carbon?scope=park",
        `carbon:${NATIONAL}`,
        "park",
        (a: Answer) => (a.figures?.[0]?.totalKg ?? 0) / 1000,
      ],
    ] as const) {
      const asked = new URLSearchParams({ ...SPAN, ...other });
      const answer = (await (await api.ask(`/api/v1${path}&${asked}`, office)).json()) as Answer; // read by key
      const made = await explain(figure, scope, SPAN, other);
      expect(made.value, figure).toBeCloseTo(value(answer) ?? Number.NaN, 9);
      expect(made.value, figure).not.toBeCloseTo((await explain(figure, scope)).value ?? Number.NaN, 9);
    }
  });

  it("registers are called as the park file and the pages call them, in both languages", async () => {
    const named = park.meterById.get("it-b")?.name;
    expect(named).toEqual({ zh: "机柜", en: "Racks" });
    const racks = await explain("register:it-b/energyImportKwh", "enterprise:cell");
    expect(racks.name).toEqual({ zh: "机柜 · 正向有功", en: "Racks · active import" });
    expect((await explain("register:gate-b/energyImportKwh", "park")).name.zh).toBe("gate-b · 正向有功");
    for (const channel of REGISTER_CHANNELS) {
      const { unit } = CHANNELS[channel];
      expect(zh.shared.register[channel]).toBe(`${CHANNEL_WORDS[channel].zh} ${unit}`);
      expect(en.shared.register[channel]).toBe(`${CHANNEL_WORDS[channel].en} ${unit}`);
    }
  });

  it("a virtual load has one row in a share's denominator, and it is known", async () => {
    const { groups } = await explain("green:annual", "enterprise:wafer");
    const rows = groups.find((g) => g.id === "denominator")?.rows ?? [];
    const rest = rows.filter((r) => r.id.startsWith("rest-a/"));
    expect(rest.map((r) => r.id)).toEqual(["rest-a/energyImportKwh"]);
    expect(rest[0]?.result).not.toBeNull();
    for (const channel of ["energyImportKwh", "energyExportKwh"] as const) {
      const asked = new URLSearchParams({ figure: `register:rest-a/${channel}`, scope: "park", ...SPAN });
      const { status } = await api.ask(`/api/v1/explain?${asked}`, office);
      expect(status, channel).toBe(channel === "energyImportKwh" ? 200 : 404);
    }
  });

  it("an entry of the ledger stands in the row with its evidence", async () => {
    const posted = await api.ask("/api/v1/ledger/entries", office, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        kind: "fuel",
        scope: "enterprise:wafer",
        subject: "diesel/final-use",
        from: "2026-11-18",
        to: "2026-11-20",
        amount: 3,
        unit: "t",
        evidence: "diesel slip 7",
      }),
    });
    expect(posted.status, await posted.clone().text()).toBeLessThan(300);
    api.clock.nowMs += 2_000;
    const term = await explain("carbon:cn-910-2025-annex-4/fuel:diesel", "boundary:zc");
    expect(term.value).toBe(3);
    expect(term.groups[0]?.rows).toMatchObject([{ amount: 3, basis: "declared", evidence: "diesel slip 7" }]);
  });

  it("what members without meters declare opens in their boundary beside what the others' meters count", async () => {
    const declares = async (kind: string, subject: string, amount: number, unit: string, detail = {}) => {
      const days = { from: "2026-11-18", to: "2026-11-20" };
      const body = {
        kind,
        scope: "enterprise:paper",
        subject,
        ...days,
        amount,
        unit,
        evidence: "slip",
        detail,
      };
      const posted = await api.ask("/api/v1/ledger/entries", office, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      expect(posted.status, await posted.clone().text()).toBe(201);
    };
    await api.close();
    park = greenPark((yaml) =>
      yaml
        .replace("members: [wafer, cell]\n", "members: [wafer, cell, paper]\n")
        .replace(
          "meters:\n",
          "  - { id: paper, name: { zh: 纸厂, en: Paper works }, sector: wool }\nmeters:\n",
        )
        .replace("role: heat, enterprise: carpet", "role: heat, enterprise: cell"),
    );
    api = await testApi(park, NOW);
    office = await api.token("office");
    await putDays(api.telemetry, park, DAY, 2);
    await declares("activity", "electricity/in", 500, "kWh");
    await declares("heat", "in/fossil", 100, "GJ", { factorTco2PerGj: 0.08, source: "boiler house" });
    api.clock.nowMs += 2_000;
    const whole = await explain(`carbon:${NATIONAL}`, "boundary:zc");
    const ids = whole.groups[0]?.rows.map((r) => r.id) ?? [];
    expect(ids.filter((id) => id.startsWith("heat-in-fossil"))).toHaveLength(2);
    const bought = await explain(`carbon:${NATIONAL}/electricity-in-fossil`, "boundary:zc");
    const paper = bought.groups[0]?.rows.filter((r) => r.basis === "declared");
    expect(paper).toMatchObject([{ amount: 500, evidence: "slip" }]);
    const seen = new Set<string>();
    await walk(whole, 3, seen);
    await walk(await explain("carbon-per-tce", "boundary:zc"), 3, seen);
    expect([...seen].some((key) => key.includes("register:heat-c/heatGj"))).toBe(true);
  });

  it("a decision about a meter is among the changes, and an unknown figure or row is refused by name", async () => {
    const wrong = await api.ask(`/api/v1/explain?figure=carbon&${new URLSearchParams(SPAN)}`, office);
    expect(wrong.status).toBe(400);
    expect(await wrong.json()).toMatchObject({ issues: [{ path: "figure" }] });
    const none = await api.ask(
      `/api/v1/explain?figure=carbon:cn-910-2025-annex-4/coal&${new URLSearchParams(SPAN)}`,
      office,
    );
    expect(none.status).toBe(404);
    await api.ledger.addRepair({
      kind: "change-multiplier",
      action: JSON.stringify({ kind: "change-multiplier", meter: "gate-b", fromMs: DAY, multiplier: 1 }),
      reason: "CT plate read again",
      by: "x",
      byLabel: "energy office",
      atMs: NOW,
      before: "{}",
      after: "{}",
      undoes: null,
    });
    const term = await explain("carbon:cn-910-2025-annex-4/electricity-in-fossil", "boundary:zc");
    expect(term.changes).toMatchObject([
      { meters: ["gate-b"], by: "energy office", reason: "CT plate read again" },
    ]);
  });

  it("an enterprise opens its own figures and nobody else's", async () => {
    const cell = await api.token("enterprise", "cell");
    const ask = async (figure: string, scope: string) =>
      (await api.ask(`/api/v1/explain?${new URLSearchParams({ figure, scope, ...SPAN })}`, cell)).status;
    expect(await ask("carbon:cn-910-2025-annex-4", "enterprise:cell")).toBe(200);
    expect(await ask("register:gate-b/energyImportKwh", "enterprise:cell")).toBe(200);
    expect(await ask("register:gate-a/energyImportKwh", "enterprise:cell")).toBe(404);
    expect(await ask("carbon:cn-910-2025-annex-4", "enterprise:wafer")).toBe(403);
    expect(await ask("carbon-per-tce", "boundary:zc")).toBe(403);
  });
});

const LAST_QUARTER = DAY + 2 * DAY_MS - QUARTER_MS;
