import { DAY_MS } from "../park/calendar.ts";
import { changesWithin, enterprisesOf, scopeText } from "../park/topology.ts";
import { storageSums } from "../standards/green/day-result.ts";
import { SOURCE_COUNT, SOURCES } from "../standards/green/layout.ts";
import { GREEN_REMARKS } from "../standards/green/remarks.ts";
import { shareOf } from "../standards/green/share.ts";
import { DIRECT_SUPPLY_IN_PRINCIPLE } from "../standards/indicators.ts";
import { REMARKS } from "../standards/remarks.ts";
import type { GreenPowerAnswer } from "./answers/green.ts";
import { readContracts } from "./standards/contracts.ts";
import type { StandardsDeps, StandardsQuery } from "./standards/deps.ts";
import { greenParts } from "./standards/green-sums.ts";
import { cfeShareOf, GreenSums, heatMapOf } from "./standards/green-totals.ts";
import type { MatchedDay } from "./standards/matching.ts";

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
  // Before the rows: what is worked in while they are read must not pass for settled.
  const marks = await deps.reader.marks();
  const contracts = await readContracts(deps, scope, fromMs, toMs, nowMs);
  const days = await matching.days(fromMs, toMs, nowMs);
  const mapFromMs = calendar.floor(toMs - (HEAT_MAP_DAYS - 0.5) * DAY_MS, "1d");
  const green = greenParts(park, scope, days, contracts, { fromMs, toMs }, null, nowMs);
  const { whole, byEnterprise } = green;
  const useKwh = whole.useKwh;
  const { meters, isSimulated } = heardOf(park, scope, days);
  const storages = storagesOf(park, scope, days);
  // Also those that left within the span: what they used is in the sum.
  const since = [fromMs, ...changesWithin(park, fromMs, Math.max(fromMs, Math.min(nowMs, toMs)))];
  const members = [...new Set(since.flatMap((t) => [...enterprisesOf(park, scope, t)]))];
  const hasIntervals = contracts.claims.some((c) => c.documents.some((d) => d.byInterval));
  const tradeMatchedKwh = hasIntervals ? whole.kwh("matchedTrade") + whole.kwh("matchedStorageTrade") : null;
  const cfeShare = cfeShareOf(park, scope, days);
  return {
    scope: scopeText(scope),
    from: calendar.iso(fromMs),
    to: calendar.iso(toMs),
    settled: await deps.reader.isSettled(meters, toMs, nowMs, marks),
    simulated: isSimulated,
    coverage: whole.coverage,
    useKwh,
    annualShare: shareOf(green.greenKwh, useKwh),
    hourMatchedShare: shareOf(Math.max(0, whole.matchedKwh - green.soldKwh), useKwh),
    directShare: shareOf(green.pvKwh + green.lineContractKwh, useKwh),
    directShareWithoutOwnPv: shareOf(
      Math.max(0, green.pvKwh - whole.kwh("ownUse") - whole.kwh("storageOwnUse")) + green.lineContractKwh,
      useKwh,
    ),
    directShareInPrinciple: DIRECT_SUPPLY_IN_PRINCIPLE,
    cfeShare,
    cfeMissing: cfeShare === null ? REMARKS.cfeMissing : null,
    soldKwh: green.soldKwh,
    sources: [
      source("own-pv", whole.kwh("ownUse"), whole.kwh("matchedOwn"), whole.kwh("ownUse")),
      source("network-pv", whole.kwh("networkUse"), whole.kwh("matchedNetwork"), whole.kwh("networkUse")),
      ...(storages.length > 0
        ? [source("storage-pv", whole.storagePvKwh, whole.kwh("matchedStorage"), whole.storagePvKwh)]
        : []),
      source(
        "direct-line",
        whole.kwh("lineUse") + green.lineContractKwh,
        whole.kwh("matchedLine"),
        whole.kwh("lineUse") + green.lineContractKwh,
      ),
      source("green-trade", green.tradeKwh, tradeMatchedKwh, null),
      source("certificate", green.certificateKwh, null, null),
      source("other-grid", useKwh === null ? null : Math.max(0, useKwh - green.greenKwh), null, null),
    ],
    storages,
    heatMap: heatMapOf(
      park,
      scope,
      days.filter((d) => d.startMs >= mapFromMs),
    ),
    contracts: contracts.months.map(({ contract, dueKwh, countedKwh }) => ({
      id: contract.id,
      kind: contract.kind,
      enterprise: contract.enterprise,
      month: contract.month,
      energyKwh: contract.energyKwh,
      countedKwh,
      carriedKwh: dueKwh - countedKwh,
      project: contract.project,
      evidence: contract.evidence,
    })),
    byEnterprise: members.flatMap((id): GreenPowerAnswer["byEnterprise"] => {
      const enterprise = park.enterpriseById.get(id);
      if (enterprise === undefined) return [];
      const sums = byEnterprise.get(id) ?? new GreenSums();
      const contractKwh = contracts.within(fromMs, toMs, "use", (c) => c.enterprise === id);
      const soldKwh = Math.min(
        sums.pvKwh,
        contracts.soldWithin(fromMs, toMs, (e) => e === id),
      );
      return [
        {
          id,
          name: enterprise.name,
          useKwh: sums.useKwh,
          ownPvKwh: sums.kwh("ownUse"),
          networkPvKwh: sums.kwh("networkUse") + sums.kwh("lineUse"),
          storagePvKwh: sums.storagePvKwh,
          contractKwh,
          matchedShare: shareOf(Math.max(0, sums.matchedKwh - soldKwh), sums.useKwh),
          annualShare: shareOf(sums.pvKwh - soldKwh + contractKwh, sums.useKwh),
        },
      ];
    }),
    remarks: [
      REMARKS.directSupplyOpen,
      REMARKS.estimatedMatchesNothing,
      ...(storages.length > 0 ? [GREEN_REMARKS.storageTraced] : []),
      ...(contracts.months.length > 0
        ? [GREEN_REMARKS.contractsByInterval, REMARKS.contractsByKnownTime, GREEN_REMARKS.claimsOnce]
        : []),
      ...(green.soldKwh > 0 ? [GREEN_REMARKS.soldCertificates] : []),
      ...(cfeShare === null ? [REMARKS.cfeMissing] : []),
    ],
  };
}

/** The meters whose readings made the days, and whether a simulator made any of them. */
function heardOf(park: StandardsDeps["park"], scope: StandardsQuery["scope"], days: readonly MatchedDay[]) {
  const meters = new Set<string>();
  let isSimulated = false;
  let before: MatchedDay["structure"] | null = null;
  let registers: number[] = [];
  for (const { startMs, structure, simulated } of days) {
    if (structure !== before || scope.kind === "boundary") {
      const members = enterprisesOf(park, scope, startMs);
      registers = structure.nodes.flatMap((n, place) =>
        members.has(n.enterprise) ? (structure.registersOfNode[place] ?? []) : [],
      );
      for (const r of registers) meters.add(structure.registers[r]?.meter ?? "");
      before = structure;
    }
    isSimulated ||= registers.some((r) => simulated[r] === 1);
  }
  return { meters, isSimulated };
}

/** What each storage of a scope holds when the span ends, and what went through it. */
function storagesOf(
  park: StandardsDeps["park"],
  scope: StandardsQuery["scope"],
  days: readonly MatchedDay[],
): GreenPowerAnswer["storages"] {
  const last = days.at(-1);
  if (last === undefined) return [];
  const { structure, day } = last;
  const members = enterprisesOf(park, scope, last.startMs);
  return structure.storages.flatMap((storage, place): GreenPowerAnswer["storages"] => {
    const enterprise = structure.nodes.find((n) => n.id === storage.node)?.enterprise ?? "";
    if (!members.has(enterprise)) return [];
    const content = day.endContent.subarray(place * SOURCE_COUNT, (place + 1) * SOURCE_COUNT);
    const total = content.reduce((sum, wh) => sum + wh, 0);
    const through = (field: "in" | "out" | "lost") => {
      let wh = 0;
      for (const d of days) {
        const at = d.structure.layout.storagePlace.get(storage.meter.id);
        if (at !== undefined) wh += storageSums(d.day, at, field).reduce((sum, one) => sum + one, 0);
      }
      return wh / 1000;
    };
    const usable = structure.layout.storages[place]?.usableWh ?? Number.POSITIVE_INFINITY;
    const clean = (content[0] ?? 0) + (content[1] ?? 0) + (content[2] ?? 0);
    return [
      {
        id: storage.asset?.id ?? storage.meter.id,
        name: storage.asset?.name ?? storage.meter.name,
        enterprise,
        meter: storage.meter.id,
        usableKwh: Number.isFinite(usable) ? usable / 1000 : null,
        contentKwh: total / 1000,
        bySource: SOURCES.map((id, k) => ({ id, energyKwh: (content[k] ?? 0) / 1000 })),
        greenShare: total > 0 ? clean / total : null,
        inKwh: through("in"),
        outKwh: through("out"),
        lostKwh: through("lost"),
      },
    ];
  });
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
