import type { Park } from "../../park/park.ts";
import { MEDIUM_UNITS, type Medium } from "../../park/quantities.ts";
import { parseScope, type Scope } from "../../park/topology.ts";
import type { Entry } from "../../store/records.ts";
import type { BillsAnswer } from "../answers/ledger.ts";
import { mediumTerms } from "../energy/flows.ts";
import type { EnergyService } from "../energy/service.ts";
import { billDetail, detailOf } from "./detail.ts";
import { billOf } from "./kinds.ts";
import { shownWritten } from "./shown.ts";

/** Bills against meters, by account and month. */

/** 对账: a bill that differs by more than this share of it is flagged. */
const THRESHOLD = 0.02;
/** Below this known share of the metered energy a difference says nothing. */
const KNOWN_ENOUGH = 0.95;

interface BillsQuery {
  /** Local dates, half-open. */
  readonly from: string;
  readonly to: string;
  readonly nowMs: number;
  /** Standing entries of activity, fuels and heat: what figures use where meters miss more than 5 % of a month. */
  readonly declared: readonly Entry[];
  readonly mayRead: (scope: string) => boolean;
  /** A bill may name meters; those of others are left out. */
  readonly mayReadMeter: (id: string, span: { readonly fromMs: number; readonly toMs: number }) => boolean;
}

type BillRow = BillsAnswer["bills"][number];

/** Every standing bill that meets the span, and the whole months of its accounts that have none. @throws StoreError */
export async function billsAnswer(
  { park, energy }: { readonly park: Park; readonly energy: EnergyService },
  bills: readonly Entry[],
  query: BillsQuery,
): Promise<BillsAnswer> {
  const { from, to, nowMs, mayRead } = query;
  const readable = bills.filter((bill) => mayRead(bill.scope));
  const accounts = new Map<string, Entry[]>();
  for (const bill of readable) {
    const name = JSON.stringify([bill.scope, bill.subject]);
    accounts.set(name, [...(accounts.get(name) ?? []), bill]);
  }
  const rows: BillRow[] = [];
  for (const of of accounts.values()) {
    for (const bill of of)
      if (bill.from < to && bill.to > from) rows.push(await billRow(park, energy, bill, query));
    const byDay = of.toSorted((a, b) => (a.from < b.from ? -1 : 1));
    const [first] = byDay;
    const latest = byDay.at(-1);
    // Before its first bill an account may not have been there.
    if (first !== undefined && latest !== undefined)
      for (const month of monthsWithin(park, from, to, nowMs))
        if (month.from > first.from && !of.some((bill) => bill.from < month.to && bill.to > month.from))
          rows.push(await billRow(park, energy, { ...latest, ...month }, query, "none"));
  }
  return { from, to, threshold: THRESHOLD, bills: rows };
}

async function billRow(
  park: Park,
  energy: EnergyService,
  bill: Entry,
  { nowMs, mayReadMeter, declared }: BillsQuery,
  there: "bill" | "none" = "bill",
): Promise<BillRow> {
  const { medium, account } = billOf(bill.subject) ?? { medium: "electricity", account: bill.subject };
  const detail = billDetail.safeParse(detailOf(bill.detail)).data ?? {};
  const fromMs = startOf(park, bill.from);
  const toMs = startOf(park, bill.to);
  const scopes: Scope[] =
    detail.meters === undefined
      ? [parseScope(park, bill.scope) ?? { kind: "park" }]
      : detail.meters
          .filter((id) => park.meterById.has(id) && mayReadMeter(id, { fromMs, toMs }))
          .map((id) => ({ kind: "meter", id }));
  const meters = new Set(
    scopes.flatMap((scope) =>
      mediumTerms(park, scope, medium, fromMs, toMs).imports.map((term) => term.meter.id),
    ),
  );
  const { amount: metered, known } = await measured(energy, scopes, medium, { fromMs, toMs, nowMs });
  const billed = there === "bill" ? bill.amount : null;
  const difference = billed === null || metered === null ? null : billed - metered;
  const share = difference === null || billed === null || billed === 0 ? null : difference / billed;
  return {
    id: there === "bill" ? bill.id : null,
    scope: bill.scope,
    medium,
    account,
    from: bill.from,
    to: bill.to,
    unit: MEDIUM_UNITS[medium],
    billed,
    metered,
    known,
    difference,
    share,
    state: stateOf(billed, meters.size, known, difference, share),
    uses:
      meters.size > 0 && known >= KNOWN_ENOUGH
        ? "meters"
        : declared.some((e) => says(e, medium) && e.scope === bill.scope && covers(e, bill))
          ? "declared"
          : metered === null
            ? "nothing"
            : "meters",
    meters: [...meters],
    owner: (there === "bill" ? detail.owner : undefined) ?? null,
    comment: (there === "bill" ? detail.comment : undefined) ?? null,
    ...(there === "bill"
      ? shownWritten(park.calendar, bill)
      : { evidence: null, evidenceFile: null, by: null, time: null }),
  };
}

function says({ kind, subject }: Entry, medium: Medium): boolean {
  if (kind === "heat") return medium === "heat" && subject.startsWith("in/");
  if (kind === "fuel") return (medium === "gas" || medium === "fuel") && subject.endsWith("/final-use");
  return medium === "electricity" ? subject === "electricity/in" : subject.split("/")[0] === medium;
}

function covers(entry: Entry, span: Pick<Entry, "from" | "to">): boolean {
  return entry.from <= span.from && span.to <= entry.to;
}

function stateOf(
  billed: number | null,
  meters: number,
  known: number,
  difference: number | null,
  share: number | null,
): BillRow["state"] {
  if (billed === null) return "no-bill";
  if (meters === 0) return "no-meters";
  if (difference === null || known < KNOWN_ENOUGH) return "incomplete";
  return Math.abs(share ?? difference) > THRESHOLD ? "over" : "ok";
}

/** What the meters took, null where nothing is known; the known share weighs each scope by what it took. */
async function measured(
  energy: EnergyService,
  scopes: readonly Scope[],
  medium: Medium,
  span: { readonly fromMs: number; readonly toMs: number; readonly nowMs: number },
): Promise<{ readonly amount: number | null; readonly known: number }> {
  let amount: number | null = null;
  let missing = 0;
  for (const scope of scopes) {
    const answer = await energy.energy({ scope, medium, resolution: "1d", ...span });
    const taken = answer.total.importKwh ?? answer.total.import ?? null;
    if (taken !== null) amount = (amount ?? 0) + taken;
    missing = Math.max(missing, answer.coverage.missing);
  }
  return { amount, known: 1 - missing };
}

/** Whole calendar months in the span that are over. */
function monthsWithin(park: Park, from: string, to: string, nowMs: number) {
  const { calendar } = park;
  const endMs = Math.min(startOf(park, to), calendar.floor(nowMs, "1M"));
  return calendar
    .buckets(startOf(park, from), endMs, "1M")
    .map((startMs) => ({
      from: calendar.dateKey(startMs),
      to: calendar.dateKey(calendar.next(startMs, "1M")),
    }))
    .filter((month) => month.from >= from && month.to <= to);
}

function startOf(park: Park, date: string): number {
  const [year = 0, month = 1, day = 1] = date.split("-").map(Number);
  return park.calendar.at(year, month, day);
}
