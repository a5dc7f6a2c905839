import type { Meter, Park } from "../park/park.ts";
import type { RegisterChannel } from "../park/quantities.ts";
import type { Asset } from "../park/schema.ts";
import { ancestorsOf, type Scope } from "../park/topology.ts";
import {
  carbonUsage,
  DATA_CENTRE_METHODS,
  dataCentreFigures,
  keeps,
  REFERENCES,
} from "../standards/data-centre.ts";
import { factorBook } from "../standards/factors/book.ts";
import { LEAST_COVERAGE } from "../standards/park-carbon.ts";
import type { Remark } from "../standards/remark.ts";
import type { DataCentresAnswer } from "./answers/data-centres.ts";
import { bucketsOf } from "./energy/buckets.ts";
import { type FlowTerm, registersOf } from "./energy/flows.ts";
import type { StandardsDeps } from "./standards/deps.ts";
import { carbonFigures, factorDate } from "./standards/figures.ts";
import { greenParts } from "./standards/green-sums.ts";
import { Measure } from "./standards/measure.ts";
import { placeOf } from "./standards/resolve.ts";
import { readSpans, type Span } from "./standards/spans.ts";

type Hall = Extract<Asset, { kind: "data-hall" }>;
type HallAnswer = DataCentresAnswer["halls"][number];

const NO_WATER: Remark = {
  code: "no-water-meter",
  zh: "没有为该机房声明水表，不能算 WUE。",
  en: "No water meter is declared for this hall: WUE cannot be computed.",
};
const SHARED_WATER: Remark = {
  code: "water-of-the-enterprise",
  zh: "水表属于整个企业：WUE 含其他用水。",
  en: "Its water meters are the whole enterprise's: WUE holds other uses of water, too.",
};
const NO_OTHER_FUEL: Remark = {
  code: "only-gas-counts",
  zh: "除电与天然气外的能源（柴油、外购冷量等）未计入 E_DC。",
  en: "Energy other than electricity and natural gas (diesel, bought cooling) is not counted in E_DC.",
};

/**
 * GET /data-centres: PUE, CUE, WUE and the green share of data halls over whole days, and by day or month.
 * @param query.enterprises those whose halls may be read
 * @throws StoreError
 */
export async function dataCentresAnswer(
  deps: StandardsDeps,
  query: Span & {
    readonly nowMs: number;
    readonly resolution: "1d" | "1M";
    readonly enterprises: readonly string[];
    readonly factors: readonly string[];
  },
): Promise<DataCentresAnswer> {
  const { park } = deps;
  const { fromMs, toMs, resolution } = query;
  const book = factorBook({ pins: query.factors });
  const halls: HallAnswer[] = [];
  let settled = true;
  let simulated = false;
  for (const asset of park.assets) {
    if (asset.kind !== "data-hall" || !query.enterprises.includes(asset.enterprise)) continue;
    const made = await hallAnswer(deps, asset, query, book);
    halls.push(made.hall);
    settled &&= made.settled;
    simulated ||= made.simulated;
  }
  return {
    from: park.calendar.iso(fromMs),
    to: park.calendar.iso(toMs),
    resolution,
    settled,
    simulated,
    halls,
    methods: DATA_CENTRE_METHODS.map((m) => ({ ...m, name: { ...m.name } })),
    factorSets: book.used(),
  };
}

async function hallAnswer(
  deps: StandardsDeps,
  hall: Hall,
  query: Parameters<typeof dataCentresAnswer>[1],
  book: ReturnType<typeof factorBook>,
): Promise<{ readonly hall: HallAnswer; readonly settled: boolean; readonly simulated: boolean }> {
  const { park, reader, matching } = deps;
  const { fromMs, toMs, nowMs, resolution } = query;
  const { calendar } = park;
  const own = hall.waterMeters === undefined;
  const terms = hallTerms(park, hall, query);
  const table = await reader.days(registersOf(Object.values(terms).flat()), fromMs, toMs);
  const buckets = bucketsOf(table, calendar, fromMs, toMs, "1d");
  const measure = (list: readonly FlowTerm[]) => new Measure(park, table, list, buckets, nowMs);
  const measures = {
    facility: measure(terms.facility),
    it: measure(terms.it),
    water: measure(terms.water),
    gas: measure(terms.gas),
  };
  const inputs = (first: number, end: number) => ({
    facilityKwh: measures.facility.amount(first, end),
    itKwh: measures.it.amount(first, end),
    gasM3: terms.gas.length === 0 ? 0 : measures.gas.amount(first, end),
    waterM3: terms.water.length === 0 ? null : measures.water.amount(first, end),
  });
  const whole = inputs(0, buckets.length);
  const figures = dataCentreFigures(whole);
  const coverage = {
    facility: measures.facility.coverage(0, buckets.length),
    it: measures.it.coverage(0, buckets.length),
    water: terms.water.length === 0 ? null : measures.water.coverage(0, buckets.length),
  };

  const scope: Scope = { kind: "enterprise", id: hall.enterprise };
  const energy = await readSpans(deps, scope, [{ fromMs, toMs }], nowMs);
  const span = energy.spans[0];
  if (span === undefined) throw new Error("no span was read");
  const days = await matching.days(fromMs, toMs, nowMs);
  const use = span.flows.use.value;
  const green = greenParts(park, scope, days, energy.contracts, { fromMs, toMs }, use);
  const { electricityIn, electricityOut, pv } = span.inputs;
  const consumedKwh =
    electricityIn.value === null ? null : electricityIn.value - (electricityOut.value ?? 0) + (pv.value ?? 0);
  const gasKgPerM3 = book.require("fuel-co2", "fuel/natural-gas", factorDate(deps, span)).value;
  const cue = carbonFigures(deps, scope, span, nowMs, book).map((figure) => {
    const electricityKg = figure.terms
      .filter((t) => t.part === "electricity")
      .reduce((sum, t) => sum + (t.carbonKg ?? 0), 0);
    const kgPerKwh =
      consumedKwh === null || consumedKwh <= 0 || figure.scope2Kg === null
        ? null
        : electricityKg / consumedKwh;
    const value = carbonUsage(whole, kgPerKwh, gasKgPerM3);
    return { method: figure.method, name: figure.name, value, kgPerKwh, grade: figure.grade };
  });

  const starts = calendar.buckets(fromMs, Math.min(toMs, Math.max(nowMs, fromMs + 1)), resolution);
  const parts = starts.map((startMs) => {
    const first = placeOf(buckets, Math.max(fromMs, startMs));
    const of = inputs(first, placeOf(buckets, Math.min(toMs, calendar.next(startMs, resolution))));
    return { startMs, of, figures: dataCentreFigures(of) };
  });
  const thin = [coverage.facility, coverage.it].some((c) => c.missing > 1 - LEAST_COVERAGE);
  return {
    settled: energy.settled,
    simulated: energy.simulated || Object.values(measures).some((m) => m.simulated),
    hall: {
      id: hall.id,
      name: hall.name,
      enterprise: hall.enterprise,
      meters: [...hall.meters],
      itMeters: [...hall.itMeters],
      waterMeters: terms.water.map((t) => t.meter.id),
      gasMeters: terms.gas.map((t) => t.meter.id),
      ...whole,
      ...figures,
      cue,
      greenShare: green.annualShare,
      coverage,
      provisional: thin || toMs > nowMs,
      series: {
        time: parts.map((p) => calendar.iso(p.startMs)),
        facilityKwh: parts.map((p) => p.of.facilityKwh),
        itKwh: parts.map((p) => p.of.itKwh),
        pue: parts.map((p) => p.figures.pue),
        waterM3: parts.map((p) => p.of.waterM3),
        wue: parts.map((p) => p.figures.wue),
      },
      references: REFERENCES.map(({ name, ...r }) => ({
        ...r,
        name: { ...name },
        kept: keeps(
          { ...r, name },
          r.indicator === "pue" ? figures.pue : r.indicator === "green-share" ? green.annualShare : null,
        ),
      })),
      remarks: [...(terms.water.length === 0 ? [NO_WATER] : own ? [SHARED_WATER] : []), NO_OTHER_FUEL],
    },
  };
}

/** The registers that make a hall's figures. */
export function hallTerms(park: Park, hall: Hall, span: Span) {
  const waterIds = hall.waterMeters ?? metersOf(park, hall.enterprise, "water");
  const gasIds = (hall.gasMeters ?? []).filter((id) => park.meterById.get(id)?.fuel === "natural-gas");
  return {
    facility: facilityTerms(park, hall.meters, span),
    it: termsOf(park, hall.itMeters, "energyImportKwh", span),
    water: termsOf(park, waterIds, "volumeM3", span),
    gas: termsOf(park, gasIds, "volumeM3", span),
  };
}

/**
 * What the facilities take: their meters' import; through a connection what it took less what it gave, and what PV behind it
 * made. What storage behind it loses is the facility's.
 */
function facilityTerms(park: Park, ids: readonly string[], span: Span): FlowTerm[] {
  const gates = ids.filter((id) => park.meterById.get(id)?.role === "grid");
  const behind = park.meters.filter(
    (m) => m.role === "pv" && ancestorsOf(park, m, span.fromMs).some((above) => gates.includes(above.id)),
  );
  const arrays = behind.map((m) => m.id);
  return [
    ...termsOf(park, ids, "energyImportKwh", span),
    ...termsOf(park, gates, "energyExportKwh", span, -1),
    ...termsOf(park, arrays, "energyExportKwh", span),
    ...termsOf(park, arrays, "energyImportKwh", span, -1),
  ];
}

function metersOf(park: Park, enterprise: string, role: Meter["role"]): string[] {
  return park.meters
    .filter((m) => m.role === role && m.parent.every((p) => p.value === null))
    .filter((m) => m.enterprise.some((e) => e.value === enterprise))
    .map((m) => m.id);
}

function termsOf(
  park: Park,
  ids: readonly string[],
  channel: RegisterChannel,
  span: Span,
  sign: 1 | -1 = 1,
): FlowTerm[] {
  return ids.flatMap((id): FlowTerm[] => {
    const meter = park.meterById.get(id);
    const has = meter?.sum != null || meter?.registers.some((r) => r.energyChannel === channel) === true;
    return meter === undefined || !has
      ? []
      : [{ meter, channel, sign, spans: [{ fromMs: span.fromMs, toMs: span.toMs }] }];
  });
}
