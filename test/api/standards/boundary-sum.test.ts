import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EnergyReader } from "../../../api/energy/reader.ts";
import type { StandardsDeps } from "../../../api/standards/deps.ts";
import { RecordBook } from "../../../api/standards/record-book.ts";
import { readSpans, type SpanEnergy } from "../../../api/standards/spans.ts";
import { DAY_MS } from "../../../park/calendar.ts";
import { parsePark } from "../../../park/load.ts";
import type { Park } from "../../../park/park.ts";
import type { RegisterChannel } from "../../../park/quantities.ts";
import type { Scope } from "../../../park/topology.ts";
import { energyConsumption, equivalentFactor } from "../../../standards/energy-consumption.ts";
import { factorBook } from "../../../standards/factors/book.ts";
import { nationalParkCarbon } from "../../../standards/park-carbon.ts";
import { entry } from "../../kit/entries.ts";
import { matchingFrom } from "../../kit/green-days.ts";
import { type Profile, putDays } from "../../kit/green-park.ts";
import { MemoryRecords } from "../../kit/memory-records.ts";
import { MemoryTelemetry } from "../../kit/memory-telemetry.ts";

/**
 * Σ enterprises − internal deliveries = boundary (Annex 4 at a scope: only what crosses its edge), for carbon and for tce, on
 * parks made at random and lived through by a simulation that knows what really flowed.
 */

const START = Date.parse("2026-11-17T00:00:00+08:00");
const DAYS = [0, 1] as const;
const LATER = Date.parse("2026-12-10T00:00:00+08:00");
const OTHER_KG = 0.8325;
const HEAT_KG = 110;
const GAS_KG = 2.162189;

/** Of one enterprise; energy in kWh a quarter-hour, constant through a day, by day. */
const enterpriseArb = fc.record({
  use: fc.tuple(fc.nat(60), fc.nat(60)),
  pv: fc.option(fc.tuple(fc.nat(90), fc.nat(90)), { nil: null }),
  /** Charging above 0, discharging below. */
  storage: fc.option(fc.tuple(fc.integer({ min: -20, max: 20 }), fc.integer({ min: -20, max: 20 })), {
    nil: null,
  }),
  gasM3: fc.option(fc.nat(9), { nil: null }),
  heatGj: fc.option(fc.nat(5), { nil: null }),
  /** Whose heat it takes: an enterprise's place, or none of the park. */
  heatFrom: fc.option(fc.nat(3), { nil: null }),
  processT: fc.option(fc.nat(100), { nil: null }),
  shared: fc.boolean(),
  street: fc.boolean(),
  /** Days on which it belongs to the boundary. */
  member: fc.tuple(fc.boolean(), fc.boolean()),
});
const parkArb = fc.record({
  enterprises: fc.array(enterpriseArb, { minLength: 2, maxLength: 4 }),
  operatorIn: fc.boolean(),
});
type Case = typeof parkArb extends fc.Arbitrary<infer T> ? T : never;
type Made = Case["enterprises"][number];

const memberSpan = (id: string, [first, second]: readonly [boolean, boolean]) => {
  const change = new Date(START + DAY_MS).toISOString();
  if (first && second) return [id];
  if (first) return [`{ enterprise: ${id}, to: "${change}" }`];
  return second ? [`{ enterprise: ${id}, from: "${change}" }`] : [];
};

function parkOf({ enterprises, operatorIn }: Case): Park {
  const shared = enterprises.filter((e) => e.shared).length > 0;
  const streets = enterprises.flatMap((e, i) => (e.street ? [`e${i}`] : []));
  const meters = enterprises.flatMap((e, i) => {
    const parent = e.shared ? ", parent: gate" : "";
    const behind = `enterprise: e${i}, parent: g${i}, maxPowerKw: 9000, reportsEvery: 1m`;
    const from =
      e.heatFrom === null || e.heatFrom >= enterprises.length ? "" : `, suppliedBy: e${e.heatFrom}`;
    return [
      `  - { id: g${i}, role: grid, enterprise: e${i}${parent}, maxPowerKw: 9000, reportsEvery: 1m, registers: { energyImportKwh: {}, energyExportKwh: {} } }`,
      `  - { id: l${i}, role: load, ${behind} }`,
      ...(e.pv === null ? [] : [`  - { id: p${i}, role: pv, ${behind} }`]),
      ...(e.storage === null
        ? []
        : [
            `  - { id: s${i}, role: storage, ${behind}, registers: { energyImportKwh: {}, energyExportKwh: {} } }`,
          ]),
      ...(e.gasM3 === null
        ? []
        : [`  - { id: f${i}, role: gas, enterprise: e${i}, fuel: natural-gas, reportsEvery: 15m }`]),
      ...(e.heatGj === null
        ? []
        : [`  - { id: h${i}, role: heat, enterprise: e${i}, heatSource: fossil, reportsEvery: 15m${from} }`]),
    ];
  });
  const members = [
    ...enterprises.flatMap((e, i) => memberSpan(`e${i}`, e.member)),
    ...(operatorIn ? ["op"] : []),
    "always",
  ];
  return parsePark(`
park: { id: made, name: { zh: 随机园, en: Random park }, timeZone: Asia/Shanghai, province: 青海 }
boundaries:
  - { id: zc, standard: cn-910-2025, members: [${members.join(", ")}] }
networks: [${streets.length < 2 ? "" : `{ id: street, kind: private, members: [${streets.join(", ")}] }`}]
enterprises:
${[...enterprises.map((_, i) => `e${i}`), "op", "always"].map((id) => `  - { id: ${id}, name: { zh: ${id}, en: ${id} }, sector: works }`).join("\n")}
meters:
  - { id: g-always, role: grid, enterprise: always, maxPowerKw: 9000, reportsEvery: 1m, registers: { energyImportKwh: {}, energyExportKwh: {} } }
${shared ? "  - { id: gate, role: grid, enterprise: op, maxPowerKw: 9000, reportsEvery: 1m, registers: { energyImportKwh: {}, energyExportKwh: {} } }" : ""}
${meters.join("\n")}
`);
}

const netOf = (e: Made, day: 0 | 1) => e.use[day] + (e.storage?.[day] ?? 0) - (e.pv?.[day] ?? 0);
const taken = (net: number) => Math.max(0, net);
const given = (net: number) => Math.max(0, -net);

function rowsOf({ enterprises }: Case, day: 0 | 1): (readonly [string, RegisterChannel, Profile])[] {
  const rows: (readonly [string, RegisterChannel, Profile])[] = [];
  const add = (meter: string, channel: RegisterChannel, kwh: number) =>
    rows.push([meter, channel, () => kwh]);
  enterprises.forEach((e, i) => {
    add(`g${i}`, "energyImportKwh", taken(netOf(e, day)));
    add(`g${i}`, "energyExportKwh", given(netOf(e, day)));
    add(`l${i}`, "energyImportKwh", e.use[day]);
    if (e.pv !== null) add(`p${i}`, "energyExportKwh", e.pv[day]);
    if (e.storage !== null) {
      add(`s${i}`, "energyImportKwh", taken(e.storage[day]));
      add(`s${i}`, "energyExportKwh", given(e.storage[day]));
    }
    if (e.gasM3 !== null) add(`f${i}`, "volumeM3", e.gasM3);
    if (e.heatGj !== null) add(`h${i}`, "heatGj", e.heatGj);
  });
  add("g-always", "energyImportKwh", 1);
  add("g-always", "energyExportKwh", 0);
  const behind = enterprises.filter((e) => e.shared);
  const net = behind.reduce((sum, e) => sum + netOf(e, day), 0);
  if (behind.length > 0) {
    add("gate", "energyImportKwh", taken(net));
    add("gate", "energyExportKwh", given(net));
  }
  return rows;
}

const OPTIONS = { date: "2026-11-18", book: factorBook() };
const EQUIVALENT = equivalentFactor("zc", { kgcePerKwh: 0.3, authority: "a test's authority", grade: "C" });

function figuresOf(span: SpanEnergy) {
  const carbon = nationalParkCarbon(span.inputs, OPTIONS);
  return {
    carbonKg: carbon.totalKg ?? Number.NaN,
    tce: energyConsumption(span.inputs, EQUIVALENT, OPTIONS).totalTce ?? Number.NaN,
    directKwh: carbon.terms.find((t) => t.id === "electricity-in-zero:direct")?.amount ?? 0,
  };
}

/** What crosses the edge of some enterprises on a day, as the simulation knows it; kWh and GJ. */
function crossing(
  { enterprises, operatorIn }: Case,
  day: 0 | 1,
  members: ReadonlySet<number>,
  oneGate: boolean,
) {
  const inside = enterprises.map((e, i) => ({ e, i })).filter(({ i }) => members.has(i));
  const behind = enterprises.flatMap((e, i) => (e.shared ? [i] : []));
  // The shared gate is the edge where all behind it belong, and who runs it does.
  const counted = oneGate && operatorIn && behind.length > 0 && behind.every((i) => members.has(i));
  const nets = inside.filter(({ e }) => !(counted && e.shared)).map(({ e }) => netOf(e, day));
  if (counted) nets.push(inside.filter(({ e }) => e.shared).reduce((sum, { e }) => sum + netOf(e, day), 0));
  const quarters = 96;
  const inKwh = nets.reduce((sum, n) => sum + taken(n), 0) * quarters;
  const outKwh = nets.reduce((sum, n) => sum + given(n), 0) * quarters;
  const pvKwh = inside.reduce((sum, { e }) => sum + (e.pv?.[day] ?? 0), 0) * quarters;
  let heatGj = 0;
  enterprises.forEach((e, i) => {
    if (e.heatGj === null) return;
    const from = e.heatFrom === null || e.heatFrom >= enterprises.length ? null : e.heatFrom;
    const supplied = from !== null && members.has(from);
    if (members.has(i) && !supplied) heatGj += e.heatGj * quarters;
    if (!members.has(i) && supplied) heatGj -= e.heatGj * quarters;
  });
  return {
    inKwh,
    outKwh,
    pvKwh,
    /** Given to the grid beyond what PV made: from storage. */
    outOtherKwh: Math.max(0, outKwh - pvKwh),
    heatGj,
    gasM3: inside.reduce((sum, { e }) => sum + (e.gasM3 ?? 0), 0) * quarters,
    processT: inside.reduce((sum, { e }) => sum + (e.processT ?? 0), 0) / 2,
  };
}

describe("Σ enterprises − internal deliveries = boundary", () => {
  it("for carbon and for tce: dated memberships, shared gates, PV, storage, networks, gas, heat, process", async () => {
    await fc.assert(
      fc.asyncProperty(parkArb, async (made) => {
        const park = parkOf(made);
        const telemetry = new MemoryTelemetry();
        for (const day of DAYS) await putDays(telemetry, park, START + day * DAY_MS, 1, rowsOf(made, day));
        const memory = new MemoryRecords();
        await memory.addEntries(
          made.enterprises.flatMap(({ processT }, i) =>
            processT === null
              ? []
              : [
                  entry({
                    kind: "process",
                    scope: `enterprise:e${i}`,
                    subject: "lime",
                    from: "2026-11-17",
                    to: "2026-11-19",
                    amount: processT,
                    detail: JSON.stringify({ factorTco2PerT: 0.7, source: "a test's source" }),
                  }),
                ],
          ),
        );
        const deps: StandardsDeps = {
          park,
          reader: new EnergyReader(park, telemetry),
          matching: matchingFrom(park, telemetry),
          records: new RecordBook(memory, () => LATER),
        };
        const spans = DAYS.map((d) => ({ fromMs: START + d * DAY_MS, toMs: START + (d + 1) * DAY_MS }));
        const read = async (scope: Scope) =>
          (await readSpans(deps, scope, spans, LATER)).spans.map(figuresOf);
        const boundary = await read({ kind: "boundary", id: "zc" });
        const each = await Promise.all(
          made.enterprises.map(async (_, i) => await read({ kind: "enterprise", id: `e${i}` })),
        );
        for (const day of DAYS) {
          const whole = boundary[day];
          if (whole === undefined) throw new Error("a day was not read");
          const members = new Set(made.enterprises.flatMap((e, i) => (e.member[day] ? [i] : [])));
          const at = crossing(made, day, members, true);
          // The enterprise that is always in takes 96 kWh a day, by a gate of its own.
          const carbonKg =
            (at.inKwh + 96 - whole.directKwh - at.outOtherKwh) * OTHER_KG +
            at.gasM3 * GAS_KG +
            at.heatGj * HEAT_KG +
            at.processT * 700;
          expect(whole.carbonKg).toBeCloseTo(carbonKg, 2);
          const tce =
            ((at.inKwh + 96 - at.outKwh + at.pvKwh) * 0.3 + at.gasM3 * 1.33 + at.heatGj * 34.12) / 1000;
          expect(whole.tce).toBeCloseTo(tce, 6);

          const own = [...members].map((i) => ({ i, at: crossing(made, day, new Set([i]), false) }));
          const sum = (pick: (one: (typeof own)[number]) => number) =>
            own.reduce((total, one) => total + pick(one), 0);
          const figureOf = (i: number) =>
            each[i]?.[day] ?? { carbonKg: Number.NaN, tce: Number.NaN, directKwh: 0 };
          // Delivered inside: bought by one and given by another, which never crosses the boundary's edge.
          const boughtInside = sum((o) => o.at.inKwh) - at.inKwh;
          const directInside = sum((o) => figureOf(o.i).directKwh) - whole.directKwh;
          const givenInside = sum((o) => o.at.outOtherKwh) - at.outOtherKwh;
          const internalKg = (boughtInside - directInside - givenInside) * OTHER_KG;
          expect(sum((o) => figureOf(o.i).carbonKg) + 96 * OTHER_KG - internalKg).toBeCloseTo(
            whole.carbonKg,
            2,
          );
          // In tce what one gives another takes: nothing is left over.
          expect(sum((o) => figureOf(o.i).tce) + (96 * 0.3) / 1000).toBeCloseTo(whole.tce, 6);
        }
      }),
      { numRuns: 40, seed: 20261120 },
    );
  }, 120_000);
});
