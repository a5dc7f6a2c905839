import { MICRO } from "../../park/quantities.ts";
import type { Contract } from "../../park/schema.ts";
import { enterprisesOf, type Scope } from "../../park/topology.ts";
import { countContracts } from "../../standards/contracts.ts";
import { bucketsOf } from "../energy/buckets.ts";
import { flowsOf, registersOf } from "../energy/flows.ts";
import type { StandardsDeps } from "./deps.ts";
import type { MatchedDay } from "./matching.ts";
import { Measure } from "./measure.ts";

/** One contract of a month as it counts. */
export interface CountedMonth {
  readonly contract: Contract;
  /** The contract's share of the month's metered time. */
  readonly dueKwh: number;
  /** Up to what the month's electricity bought leaves (carbon), and what its use leaves too (green share). */
  readonly forCarbonKwh: number;
  readonly forUseKwh: number;
}

/** Contracts of a scope's members over whole months, and what of them falls into any span within. */
export class ScopeContracts {
  readonly months: readonly CountedMonth[];
  readonly #imports: ReadonlyMap<string, readonly DayImport[]>;

  constructor(months: readonly CountedMonth[], imports: ReadonlyMap<string, readonly DayImport[]>) {
    this.months = months;
    this.#imports = imports;
  }

  /** kWh that count in a span: each contract by the share of its month's electricity bought in the span. */
  within(
    fromMs: number,
    toMs: number,
    of: "carbon" | "use",
    counts: (c: Contract) => boolean = () => true,
  ): number {
    let sum = 0;
    for (const month of this.months) {
      const kwh = of === "carbon" ? month.forCarbonKwh : month.forUseKwh;
      if (kwh > 0 && counts(month.contract)) sum += kwh * this.#shareOf(month.contract, fromMs, toMs);
    }
    return sum;
  }

  #shareOf(contract: Contract, fromMs: number, toMs: number): number {
    let inside = 0;
    let all = 0;
    for (const day of this.#imports.get(contract.enterprise) ?? []) {
      if (day.month !== contract.month) continue;
      all += day.importKwh;
      const overlapMs = Math.min(toMs, day.endMs) - Math.max(fromMs, day.startMs);
      if (overlapMs > 0) inside += day.importKwh * Math.min(1, overlapMs / (day.endMs - day.startMs));
    }
    return all > 0 ? inside / all : 0;
  }
}

interface DayImport {
  readonly startMs: number;
  /** End of the day, or now while it is running. */
  readonly endMs: number;
  readonly month: string;
  readonly importKwh: number;
}

/** Reads what is needed to count the contracts of the months that a span touches. @throws StoreError */
export async function readContracts(
  { park, reader, matching }: StandardsDeps,
  scope: Scope,
  fromMs: number,
  toMs: number,
  nowMs: number,
): Promise<ScopeContracts> {
  const calendar = park.calendar;
  const startMs = calendar.floor(fromMs, "1M");
  const endMs = Math.min(
    calendar.next(calendar.floor(toMs - 1, "1M"), "1M"),
    calendar.next(calendar.floor(nowMs, "1d"), "1d"),
  );
  if (startMs >= endMs) return new ScopeContracts([], new Map());
  const monthStarts = calendar.buckets(startMs, endMs, "1M");
  const monthOf = new Map(monthStarts.map((t) => [calendar.monthKey(t), t]));
  const contracts = park.contracts.filter((c) => {
    const monthMs = monthOf.get(c.month);
    return monthMs !== undefined && enterprisesOf(park, scope, monthMs).has(c.enterprise);
  });
  if (contracts.length === 0) return new ScopeContracts([], new Map());

  const enterprises = [...new Set(contracts.map((c) => c.enterprise))];
  const flows = new Map(
    enterprises.map((id) => [id, flowsOf(park, { kind: "enterprise", id }, startMs, endMs)]),
  );
  const terms = [...flows.values()].flatMap((f) => [...f.gridImport, ...f.use]);
  const table = await reader.days(registersOf(terms), startMs, endMs);
  const buckets = bucketsOf(table, calendar, startMs, endMs, "1d");
  const days = await matching.days("supplied", startMs, endMs, nowMs);

  const imports = new Map<string, DayImport[]>();
  const counted: CountedMonth[] = [];
  for (const enterprise of enterprises) {
    const flow = flows.get(enterprise);
    if (flow === undefined) continue;
    const bought = new Measure(park, table, flow.gridImport, buckets, nowMs);
    const used = new Measure(park, table, flow.use, buckets, nowMs);
    imports.set(
      enterprise,
      buckets.map((b, i) => ({
        startMs: b.startMs,
        endMs: Math.max(b.startMs + 1, Math.min(b.endMs, nowMs)),
        month: calendar.monthKey(b.startMs),
        importKwh: Math.max(0, bought.amount(i, i + 1) ?? 0),
      })),
    );
    for (const monthMs of monthStarts) {
      const month = calendar.monthKey(monthMs);
      const monthEndMs = calendar.next(monthMs, "1M");
      const mine = contracts.filter((c) => c.enterprise === enterprise && c.month === month);
      if (mine.length === 0) continue;
      const first = buckets.findIndex((b) => b.startMs >= monthMs);
      const after = buckets.findIndex((b) => b.startMs >= monthEndMs);
      const end = after < 0 ? buckets.length : after;
      const knownShare = Math.min(1, bought.knownMs(first, end) / (monthEndMs - monthMs));
      const reached = reachedKwh(days, enterprise, monthMs, monthEndMs);
      const leftToBuy = (bought.amount(first, end) ?? 0) - reached.receivedKwh;
      const useKwh = used.amount(first, end);
      const leftToUse = useKwh === null ? leftToBuy : useKwh - reached.ownKwh - reached.receivedKwh;
      const due = mine.map((c) => ({ id: c.id, kind: c.kind, energyKwh: c.energyKwh * knownShare }));
      const forCarbon = countContracts(due, leftToBuy);
      const forUse = countContracts(due, Math.min(leftToBuy, leftToUse));
      mine.forEach((contract, i) => {
        counted.push({
          contract,
          dueKwh: due[i]?.energyKwh ?? 0,
          forCarbonKwh: forCarbon[i]?.countedKwh ?? 0,
          forUseKwh: forUse[i]?.countedKwh ?? 0,
        });
      });
    }
  }
  return new ScopeContracts(counted, imports);
}

/** What PV of its own and of neighbours served an enterprise's use in a span. */
function reachedKwh(days: readonly MatchedDay[], enterprise: string, fromMs: number, toMs: number) {
  let own = 0;
  let received = 0;
  for (const day of days) {
    if (day.startMs < fromMs || day.startMs >= toMs) continue;
    day.structure.nodes.forEach((node, place) => {
      if (node.enterprise !== enterprise) return;
      own += day.nodes[place]?.ownMwh ?? 0;
      received += day.nodes[place]?.receivedMwh ?? 0;
    });
  }
  return { ownKwh: own / MICRO, receivedKwh: received / MICRO };
}
