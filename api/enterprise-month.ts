import { fromMicro } from "../park/quantities.ts";
import type { Scope } from "../park/topology.ts";
import { factorBook } from "../standards/factors/book.ts";
import { LEAST_COVERAGE, nationalParkCarbon } from "../standards/park-carbon.ts";
import { type Remark, uniqueRemarks } from "../standards/remark.ts";
import { REMARKS } from "../standards/remarks.ts";
import type { EnterpriseMonthAnswer } from "./answers/enterprise-month.ts";
import { EnergyService } from "./energy/service.ts";
import type { FlowSeries } from "./energy/sums.ts";
import { ApiError, badRequest } from "./errors.ts";
import type { StandardsDeps } from "./standards/deps.ts";
import { carbonFigures, factorDate } from "./standards/figures.ts";
import { greenParts } from "./standards/green-sums.ts";
import { readSpans } from "./standards/spans.ts";

/** The park method takes an enterprise's flows as they cross its own connection. */
const SCOPE_OF_REPORT: Remark = {
  code: "energy-related-co2-only",
  zh: "只含能源相关 CO2：燃料燃烧、外购电力与热力；不含工业过程与价值链（范围三）排放。",
  en: "Energy-related CO2 only: fuels burnt, electricity and heat bought; neither process nor value-chain (scope 3) emissions.",
};

/**
 * GET /enterprises/{id}/reports: one enterprise's month, each figure with its meters, factor and coverage.
 * @param query.month YYYY-MM, not later than the running one. A running month reaches to the end of today.
 * @throws StoreError; ApiError not-found for an unknown enterprise, bad-request for a month that has not begun.
 */
export async function enterpriseMonthAnswer(
  deps: StandardsDeps,
  query: { readonly enterprise: string; readonly month: string; readonly nowMs: number },
): Promise<EnterpriseMonthAnswer> {
  const { park, matching } = deps;
  const { nowMs } = query;
  const calendar = park.calendar;
  const enterprise = park.enterpriseById.get(query.enterprise);
  if (enterprise === undefined) throw new ApiError("not-found", "There is no such enterprise.");
  const [year, monthNumber] = query.month.split("-").map(Number);
  const fromMs = calendar.at(year ?? Number.NaN, monthNumber ?? Number.NaN, 1);
  if (!(fromMs <= nowMs))
    throw badRequest([{ path: "month", expected: "a month that has begun, YYYY-MM", found: query.month }]);
  const monthEndMs = calendar.next(fromMs, "1M");
  const complete = monthEndMs <= nowMs;
  const toMs = complete ? monthEndMs : calendar.next(calendar.floor(nowMs, "1d"), "1d");
  const scope: Scope = { kind: "enterprise", id: enterprise.id };
  const month = { fromMs, toMs };
  const dayStarts = calendar.buckets(fromMs, toMs, "1d");
  const dates = dayStarts.map((startMs) => ({ fromMs: startMs, toMs: calendar.next(startMs, "1d") }));
  const energy = await readSpans(deps, scope, [month, ...dates], nowMs);
  const [whole, ...days] = energy.spans;
  if (whole === undefined) throw new Error("no span was read");
  const { flows } = whole;
  const green = greenParts(
    park,
    scope,
    await matching.days(fromMs, toMs, nowMs),
    energy.contracts,
    month,
    flows.use.value,
  );
  const balance = await new EnergyService(park, deps.reader).balance({
    scope,
    fromMs,
    toMs,
    resolution: "1M",
    nowMs,
  });
  const kwh = (flow: FlowSeries) => (flow.total === null ? null : fromMicro(flow.total));
  const book = factorBook();
  const carbon = carbonFigures(deps, scope, whole, nowMs, book);
  const thin = whole.coverage.missing > 1 - LEAST_COVERAGE;
  return {
    enterprise: { id: enterprise.id, name: enterprise.name, sector: enterprise.sector },
    park: { id: park.id, name: park.name },
    month: query.month,
    from: calendar.iso(fromMs),
    to: calendar.iso(toMs),
    complete,
    generatedAt: calendar.iso(nowMs),
    settled: energy.settled,
    simulated: energy.simulated,
    figures: park.figures,
    coverage: whole.coverage,
    energy: [
      {
        medium: "electricity",
        unit: "kWh",
        importAmount: flows.gridImport.value,
        exportAmount: flows.gridExport.value,
        coverage: flows.gridImport.coverage,
        meters: [...new Set([...flows.gridImport.meters, ...flows.gridExport.meters])],
      },
      ...whole.media.map((m) => ({
        medium: m.fuel === null ? m.medium : `${m.medium}:${m.fuel}`,
        unit: m.unit,
        importAmount: m.value,
        exportAmount: null,
        coverage: m.coverage,
        meters: [...m.meters],
      })),
    ],
    balance: {
      gridImportKwh: kwh(balance.flows.gridImport),
      gridExportKwh: kwh(balance.flows.gridExport),
      pvKwh: kwh(balance.flows.pv),
      storageInKwh: kwh(balance.flows.storageIn),
      storageOutKwh: kwh(balance.flows.storageOut),
      useKwh: kwh(balance.flows.use),
      unknownKwh: kwh(balance.flows.unknown),
    },
    carbon,
    green: {
      annualShare: green.annualShare,
      hourMatchedShare: green.hourMatchedShare,
      directShare: green.directShare,
    },
    days: days.map((day): EnterpriseMonthAnswer["days"][number] => {
      const place = energy.buckets.findIndex((b) => b.startMs === day.fromMs);
      return {
        date: calendar.dateKey(day.fromMs),
        useKwh: day.flows.use.value,
        gridImportKwh: day.flows.gridImport.value,
        pvKwh: day.flows.pv.value,
        carbonKg: nationalParkCarbon(day.inputs, { date: factorDate(deps, day), book }).totalKg,
        quality: energy.measures.gridImport.quality(place),
      };
    }),
    remarks: uniqueRemarks(
      [SCOPE_OF_REPORT],
      carbon.flatMap((f) => f.remarks),
      [REMARKS.directSupplyOpen],
      thin ? [REMARKS.coverageLow([{ name: { zh: "电力", en: "Electricity" } }])] : [],
    ),
  };
}
