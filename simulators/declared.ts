import { valueAt } from "../park/dated.ts";
import type { Park } from "../park/park.ts";
import { type DeclaredWorks, declaredWorks } from "./declared-works.ts";
import { ParkModel } from "./model.ts";
import { seedOf, uniform } from "./random.ts";

/** What a simulated park would declare of itself: tables as the ledger takes them, a header row first, marked as simulated. */

interface DeclaredTable {
  /** Name of the example file without its ending. */
  readonly name: string;
  /** Kind of the ledger's import. */
  readonly kind: "entries" | "certificates" | "allocations" | "settlements";
  readonly rows: readonly (readonly (string | number | null)[])[];
  /** Not of a first start: fuels of months without readings would stand for all their energy. */
  readonly exampleOnly?: true;
}

const MARK = "模拟数据，非真实凭证 / simulated, no real evidence";
const MONTHS = 12;
/** A certificate's life of two years and a little: for one lot that has expired. */
const OLD_MONTHS = 26;
const BILLED_DAYS = 5;

/**
 * Declared figures of the twelve whole months before now and of the running one so far; certificates and settlements of the park file's contracts;
 * bills of the last days, of which one differs from its meter by more than 2 %.
 * @param seed of the simulation whose meters the bills are about
 */
export function declaredTables(park: Park, seed: number, nowMs: number): DeclaredTable[] {
  const { calendar } = park;
  const months = monthsBefore(park, nowMs, MONTHS);
  const spans = [...months.map((month) => ({ month, days: null, share: 1 })), runningMonth(park, nowMs)];
  return [
    { name: "production", kind: "entries", rows: [HEAD, ...monthly(park, seed, spans, production)] },
    {
      name: "waste-water-heat",
      kind: "entries",
      rows: [HEAD, ...monthly(park, seed, spans, wasteWaterHeat)],
    },
    {
      name: "fuels",
      kind: "entries",
      rows: [HEAD, ...monthly(park, seed, spans, fuels)],
      exampleOnly: true,
    },
    {
      name: "bills",
      kind: "entries",
      rows: [[...HEAD, "meters", "owner", "comment"], ...bills(park, seed, nowMs)],
    },
    ...certificates(
      park,
      months,
      calendar.dateKey(calendar.floor(nowMs, "1M")),
      monthsBefore(park, nowMs, OLD_MONTHS)[0] ?? "",
    ),
    { name: "settlements", kind: "settlements", rows: settlements(park, months) },
  ];
}

const HEAD = ["kind", "scope", "subject", "month", "from", "to", "amount", "unit", "evidence"];

type Row = (string | number | null)[];
type OfMonth = (
  works: DeclaredWorks,
  vary: (name: string) => number,
) => (readonly [kind: string, subject: string | null, amount: number, unit: string])[];

/** Rows of all works and months; the same month of the same works varies in the same way whenever it is asked for. */
function monthly(park: Park, seed: number, spans: readonly DeclaredSpan[], of: OfMonth): Row[] {
  return park.enterprises.flatMap((enterprise) => {
    const works = declaredWorks(enterprise.sector);
    return spans.flatMap(({ month, days, share }) => {
      const vary = (name: string) =>
        0.94 + 0.12 * uniform(seedOf(seed, `${enterprise.id} ${month} ${name}`), 0);
      return of(works, vary).map(
        ([kind, subject, amount, unit]): Row => [
          kind,
          `enterprise:${enterprise.id}`,
          subject,
          ...(days === null ? [month, null, null] : [null, ...days]),
          rounded(amount * share),
          unit,
          MARK,
        ],
      );
    });
  });
}

const production: OfMonth = ({ product, addedValue }, vary) => [
  ...(product === undefined
    ? []
    : [["production", product[0], product[2] * vary("work"), product[1]] as const]),
  ["added-value", null, addedValue * vary("work"), "万元"],
];

const fuels: OfMonth = ({ diesel }, vary) =>
  diesel === 0 ? [] : [["fuel", "diesel/final-use", diesel * vary("diesel"), "t"]];

const wasteWaterHeat: OfMonth = ({ waste, water, heat }, vary) => {
  const work = vary("work");
  return [
    ...(waste === undefined
      ? []
      : [
          ["waste", "generated", waste[0] * work, "t"] as const,
          ["waste", "used", waste[0] * work * waste[1], "t"] as const,
        ]),
    ...(water === undefined
      ? []
      : [
          ["water", "fresh", water[0] * work, "m³"] as const,
          ["water", "reused", water[1] * work, "m³"] as const,
        ]),
    ...(heat === undefined
      ? []
      : [
          ["waste-heat", "heat/recoverable", heat[0] * work, "GJ"] as const,
          ["waste-heat", "heat/recovered", heat[1] * work, "GJ"] as const,
        ]),
  ];
};

/** Of each works with a connection of its own: what its meter took, and what a bill makes of it. */
function bills(park: Park, seed: number, nowMs: number): Row[] {
  const { calendar } = park;
  const toMs = calendar.floor(nowMs, "1d");
  let fromMs = toMs;
  for (let day = 0; day < BILLED_DAYS; day++) fromMs = calendar.floor(fromMs - 1, "1d");
  const connections = park.meters.filter(
    (m) => m.role === "grid" && m.sum === null && m.parent.some((p) => p.value !== null),
  );
  const model = new ParkModel(park, seed);
  const takenKwh = new Map<string, number>();
  for (const startMs of calendar.buckets(fromMs, toMs, "15m"))
    for (const { id } of connections)
      takenKwh.set(id, (takenKwh.get(id) ?? 0) + model.flow(id, startMs).importAmount);
  return connections.flatMap((meter, i) => {
    const enterprise = valueAt(meter.enterprise, fromMs);
    if (enterprise === null) return [];
    const over = i === 1;
    const off = over ? 1.031 : 0.994 + 0.012 * uniform(seedOf(seed, meter.id), 1);
    return [
      [
        "bill",
        `enterprise:${enterprise}`,
        `electricity/SIM-${String(630_001 + i)}`,
        null,
        calendar.dateKey(fromMs),
        calendar.dateKey(toMs),
        rounded((takenKwh.get(meter.id) ?? 0) * off),
        "kWh",
        MARK,
        meter.id,
        over ? "能源管理科 / energy office" : null,
        over ? "模拟：抄表时刻不一致，待供电公司核对 / simulated: read at another hour, being checked" : null,
      ],
    ];
  });
}

/** Lots of the contracts' certificates with a little left, of the park's own PV, and one that has expired; allocations of them. */
function certificates(
  park: Park,
  months: readonly string[],
  cancelledOn: string,
  oldMonth: string,
): DeclaredTable[] {
  const head = ["series", "first", "last", "project", "month", "energy", "tradable", "holder", "evidence"];
  const lots: Row[] = [head];
  const uses: Row[] = [["series", "first", "last", "beneficiary", "month", "cancelledOn", "evidence"]];
  const bought = park.contracts.filter((c) => c.kind === "certificate" && months.includes(c.month));
  for (const { id, energyKwh, project, month, enterprise } of bought) {
    const count = Math.floor(energyKwh / 1_000);
    const series = `SIM-${id}`;
    const energy = project.includes("风") ? "wind" : "solar";
    lots.push([series, 1, count + 100, project, month, energy, "yes", enterprise, MARK]);
    uses.push([series, 1, count, enterprise, month, null, MARK]);
  }
  const [before, last] = months.slice(-2);
  for (const asset of park.assets) {
    if (asset.kind !== "pv") continue;
    for (const month of [before, last]) {
      if (month === undefined) continue;
      const count = Math.floor(asset.capacityKwp * 0.06);
      const series = `SIM-${asset.id}-${month}`;
      lots.push([series, 1, count, asset.id, month, "solar", "no", asset.enterprise, MARK]);
      if (month === before) uses.push([series, 1, count, asset.enterprise, month, cancelledOn, MARK]);
    }
  }
  lots.push(["SIM-expired", 1, 120, "格尔木光伏 / Golmud solar", oldMonth, "solar", "yes", "park", MARK]);
  return [
    { name: "certificates", kind: "certificates", rows: lots },
    { name: "allocations", kind: "allocations", rows: uses },
  ];
}

function settlements(park: Park, months: readonly string[]): Row[] {
  const settled = park.contracts.filter((c) => c.kind !== "certificate" && months.includes(c.month));
  return [
    ["kind", "reference", "project", "month", "beneficiary", "energyKwh", "evidence"],
    ...settled.map((c): Row => [c.kind, `SIM-${c.id}`, c.project, c.month, c.enterprise, c.energyKwh, MARK]),
  ];
}

/** A whole month, or its days so far as half-open dates and their share of it. */
interface DeclaredSpan {
  readonly month: string;
  readonly days: readonly [from: string, to: string] | null;
  readonly share: number;
}

function runningMonth({ calendar }: Park, nowMs: number): DeclaredSpan {
  const fromMs = calendar.floor(nowMs, "1M");
  const toMs = calendar.next(calendar.floor(nowMs, "1d"), "1d");
  return {
    month: calendar.monthKey(fromMs),
    days: [calendar.dateKey(fromMs), calendar.dateKey(toMs)],
    share: (toMs - fromMs) / (calendar.next(fromMs, "1M") - fromMs),
  };
}

/** Whole months that are over, ascending. */
function monthsBefore(park: Park, nowMs: number, count: number): string[] {
  const { calendar } = park;
  const { year, month } = calendar.parts(nowMs);
  return calendar
    .buckets(calendar.at(year, month - count, 1), calendar.at(year, month, 1), "1M")
    .map((startMs) => calendar.monthKey(startMs));
}

function rounded(amount: number): number {
  const places = amount < 100 ? 2 : amount < 10_000 ? 1 : 0;
  return Number(amount.toFixed(places));
}
