import { DAY_MS } from "../park/calendar.ts";
import { enterprisesOf, scopeText } from "../park/topology.ts";
import { shareOf } from "../standards/contracts.ts";
import { DIRECT_SUPPLY_IN_PRINCIPLE } from "../standards/indicators.ts";
import { REMARKS } from "../standards/remarks.ts";
import type { GreenPowerAnswer } from "./answers/green.ts";
import type { StandardsDeps, StandardsQuery } from "./standards/deps.ts";
import { greenParts, heatMapOf } from "./standards/green-sums.ts";
import { readSpans } from "./standards/spans.ts";

/** The heat map shows the last days of a longer span. */
const HEAT_MAP_DAYS = 31;

type Source = GreenPowerAnswer["sources"][number];

/**
 * GET /green-power: how much of a scope's use is of factor 0, over the year, in the same quarter-hour, and
 * directly supplied. The span is taken out to whole days of the park's calendar.
 * @throws StoreError
 */
export async function greenPowerAnswer(
  deps: StandardsDeps,
  query: StandardsQuery,
): Promise<GreenPowerAnswer> {
  const { park, matching } = deps;
  const { scope, nowMs } = query;
  const calendar = park.calendar;
  const fromMs = calendar.floor(query.fromMs, "1d");
  const toMs = calendar.next(calendar.floor(query.toMs - 1, "1d"), "1d");
  const energy = await readSpans(deps, scope, [{ fromMs, toMs }], nowMs);
  const { contracts } = energy;
  const span = energy.spans[0];
  const useKwh = span?.flows.use.value ?? null;
  const days = await matching.days("supplied", fromMs, toMs, nowMs);
  const mapFromMs = Math.max(fromMs, calendar.floor(toMs - (HEAT_MAP_DAYS - 0.5) * DAY_MS, "1d"));
  const mapDays = await matching.days("all", mapFromMs, toMs, nowMs);
  const green = greenParts(park, scope, days, contracts, { fromMs, toMs }, useKwh);
  const { whole, byEnterprise } = green;
  const hasStorage = (span?.flows.storageIn.meters.length ?? 0) > 0;
  const members = [...enterprisesOf(park, scope, Math.min(nowMs, toMs - 1))];
  return {
    scope: scopeText(scope),
    from: calendar.iso(fromMs),
    to: calendar.iso(toMs),
    settled: energy.settled,
    simulated: energy.simulated,
    coverage: span?.coverage ?? { measured: 0, estimated: 0, missing: 1 },
    useKwh,
    annualShare: green.annualShare,
    hourMatchedShare: green.hourMatchedShare,
    directShare: green.directShare,
    directShareInPrinciple: DIRECT_SUPPLY_IN_PRINCIPLE,
    cfeShare: null,
    cfeMissing: REMARKS.cfeMissing,
    sources: [
      source("own-pv", whole.ownKwh, whole.matchedOwnKwh, whole.ownKwh),
      source("network-pv", whole.networkKwh, whole.matchedNetworkKwh, whole.networkKwh),
      ...(hasStorage ? [source("storage-pv", null, null, null)] : []),
      source(
        "direct-line",
        whole.lineKwh + green.lineContractKwh,
        whole.matchedLineKwh,
        whole.lineKwh + green.lineContractKwh,
      ),
      source("green-trade", green.tradeKwh, null, null),
      source("certificate", green.certificateKwh, null, null),
      source("other-grid", useKwh === null ? null : Math.max(0, useKwh - green.greenKwh), null, null),
    ],
    heatMap: heatMapOf(park, scope, mapDays),
    contracts: contracts.months.map(({ contract, dueKwh, forUseKwh }) => ({
      id: contract.id,
      kind: contract.kind,
      enterprise: contract.enterprise,
      month: contract.month,
      energyKwh: contract.energyKwh,
      countedKwh: forUseKwh,
      carriedKwh: dueKwh - forUseKwh,
      project: contract.project,
      evidence: contract.evidence,
    })),
    byEnterprise: members.flatMap((id): GreenPowerAnswer["byEnterprise"] => {
      const enterprise = park.enterpriseById.get(id);
      if (enterprise === undefined) return [];
      const sums = byEnterprise.get(id);
      const contractKwh = contracts.within(fromMs, toMs, "use", (c) => c.enterprise === id);
      const own = sums?.ownKwh ?? 0;
      const network = (sums?.networkKwh ?? 0) + (sums?.lineKwh ?? 0);
      const hourly =
        (sums?.matchedOwnKwh ?? 0) + (sums?.matchedNetworkKwh ?? 0) + (sums?.matchedLineKwh ?? 0);
      const use = energy.useByEnterprise(id, fromMs, toMs);
      return [
        {
          id,
          name: enterprise.name,
          useKwh: use,
          ownPvKwh: own,
          networkPvKwh: network,
          contractKwh,
          matchedShare: shareOf(hourly, use),
          annualShare: shareOf(own + network + contractKwh, use),
        },
      ];
    }),
    remarks: [
      REMARKS.directSupplyOpen,
      REMARKS.estimatedMatchesNothing,
      ...(hasStorage ? [REMARKS.storageNotTraced] : []),
      ...(contracts.months.length > 0
        ? [REMARKS.contractsNoHours, REMARKS.contractsByKnownTime, REMARKS.contractsDeclared]
        : []),
      REMARKS.cfeMissing,
    ],
  };
}

const NAMES: Readonly<Record<Source["id"], Source["name"]>> = {
  "own-pv": { zh: "自建光伏 → 本企业", en: "Own PV → own use" },
  "network-pv": { zh: "光伏余电 → 园区专网", en: "Surplus PV → private network" },
  "storage-pv": { zh: "光伏经储能", en: "PV through storage" },
  "green-trade": { zh: "绿电交易", en: "Green power trade" },
  certificate: { zh: "仅绿证（只到月）", en: "Certificates only (by month)" },
  "direct-line": { zh: "绿电直连", en: "Direct line" },
  "other-grid": { zh: "其余电网电", en: "Other grid power" },
};

function source(
  id: Source["id"],
  energyKwh: number | null,
  matchedKwh: number | null,
  directKwh: number | null,
): Source {
  return { id, name: NAMES[id], energyKwh, matchedKwh, directKwh };
}
