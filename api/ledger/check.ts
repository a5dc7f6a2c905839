import { QUARTER_MS } from "../../park/calendar.ts";
import type { Park } from "../../park/park.ts";
import { type Problem, show } from "../../park/problems.ts";
import { parseScope } from "../../park/topology.ts";
import { isExpired, lastValidMonth, mayCountFor } from "../../standards/certificates.ts";
import {
  called,
  MOST_NUMBERS,
  refuseEntry,
  refuseLot,
  refuseSettlement,
  useText,
} from "../../store/ledger/histories.ts";
import type { CertificateLot, CertificateUse, Entry, New, Settlement, Written } from "../../store/records.ts";
import type { AllocationBody, EntryBody, LotBody, SaleBody, SettlementBody } from "./asked.ts";
import { checkDetail } from "./detail.ts";
import {
  CORE_INDICATOR,
  GRID_CLEAN_SHARE,
  largestAmount,
  mayBeNegative,
  projectOwner,
  wrongSubject,
} from "./kinds.ts";

/** What a record must obey beyond its shape. Each check tells all that is wrong at once and changes nothing. */

interface CheckDeps {
  readonly park: Park;
  readonly nowMs: number;
}

/** Shares of a settlement's intervals add up to it but for rounding of each. */
const SUM_TOLERANCE = 1e-6;

export type Checked<T> = { readonly row: T; readonly problems: readonly Problem[] };

/** An entry as it would be written after the rows there are. @param before all rows of its series, in order */
export function checkEntry(
  { park, nowMs }: CheckDeps,
  asked: EntryBody,
  written: Written,
  before: readonly Entry[],
): Checked<New<Entry>> {
  const problems: Problem[] = [];
  const { kind, subject, unit, amount } = asked;
  const add = (path: string, expected: string, found: unknown) =>
    problems.push({ path, expected, found: show(found) });
  const scope = parseScope(park, asked.scope);
  if (scope === null || scope.kind === "meter")
    add("scope", "park, boundary:{id} or enterprise:{id} of this park", asked.scope);
  const { from, to } = spanOf(asked, problems);
  const today = park.calendar.dateKey(nowMs);
  const tomorrow = park.calendar.dateKey(park.calendar.next(park.calendar.floor(nowMs, "1d"), "1d"));
  if (kind !== "target" && to > tomorrow)
    add(asked.month === undefined ? "to" : "month", `no later than today, ${today}`, asked.month ?? to);
  if (amount < 0 && !mayBeNegative(kind)) add("amount", `0 or more: no ${kind} is below zero`, amount);
  const most = largestAmount(kind, unit);
  if (amount > most) add("amount", `at most ${most} %`, amount);
  if (kind === "indicator" && subject === GRID_CLEAN_SHARE && asked.scope !== "park")
    add("scope", "park: a grid's clean share is the whole park's", asked.scope);
  for (const wrong of wrongSubject(kind, subject, unit, from))
    add(wrong.path, wrong.expected, wrong.path === "unit" ? unit : wrong.path === "from" ? from : subject);
  problems.push(...checkDetail(park, kind, subject, asked.detail));
  if (kind === "target") problems.push(...checkTarget(park, asked, from, to));
  const row: New<Entry> = {
    ...written,
    kind,
    scope: asked.scope,
    subject,
    from,
    to,
    amount,
    unit,
    detail: JSON.stringify(asked.detail),
    replaces: asked.replaces,
  };
  const refused = from < to ? refuseEntry(before, row) : null;
  if (refused !== null)
    problems.push({
      path: asked.replaces === null ? "from" : "replaces",
      expected: NEVER_TWICE,
      found: refused,
    });
  return { row, problems };
}

/** A target is of a calendar year, and a year has one target: in the park file or here. */
function checkTarget(park: Park, { scope, subject }: EntryBody, from: string, to: string): Problem[] {
  const year = Number(from.slice(0, 4));
  if (from !== `${year}-01-01` || to !== `${year + 1}-01-01`)
    return [
      { path: "from", expected: "a calendar year, from 1 January to the next", found: `${from} to ${to}` },
    ];
  const boundary = park.boundaries.find((b) => `boundary:${b.id}` === scope);
  const there = boundary?.targets.find((t) => t.year === year);
  if (subject !== CORE_INDICATOR || there === undefined) return [];
  const expected = `a year without a target: the park file's for ${year} is ${there.tco2PerTce}`;
  return [{ path: "from", expected, found: from }];
}

const NEVER_TWICE = "what no standing entry of this kind, scope and subject covers, or the one it corrects";

function spanOf(asked: EntryBody, problems: Problem[]): { readonly from: string; readonly to: string } {
  if (asked.month !== undefined) {
    if (asked.from !== undefined || asked.to !== undefined)
      problems.push({ path: "month", expected: "either a month, or from and to", found: asked.month });
    const [year = 0, month = 1] = asked.month.split("-").map(Number);
    const next = month === 12 ? `${year + 1}-01` : `${year}-${String(month + 1).padStart(2, "0")}`;
    return { from: `${asked.month}-01`, to: `${next}-01` };
  }
  const { from = "", to = "" } = asked;
  if (from === "" || to === "") {
    problems.push({ path: "month", expected: "a month, or from and to", found: "nothing" });
  } else if (from >= to || from < "2000-01-01") {
    problems.push({ path: "to", expected: `a day after ${from}, in 2000 or later`, found: to });
  }
  return { from, to };
}

/** A lot as it would be written. @param lots standing ones */
export function checkLot(
  { park, nowMs }: CheckDeps,
  asked: LotBody,
  written: Written,
  lots: readonly CertificateLot[],
): Checked<New<CertificateLot>> {
  const problems: Problem[] = [];
  const { series, first, last, project, month, energy, tradable, holder } = asked;
  const row = { ...written, series, first, last, project, month, energy, tradable, holder };
  const add = (path: string, expected: string, found: unknown) =>
    problems.push({ path, expected, found: show(found) });
  problems.push(...checkRange(asked));
  checkMonth(park, nowMs, month, "month", problems);
  if (holder !== "park" && !park.enterpriseById.has(holder))
    add("holder", "park, or an enterprise of this park", holder);
  const same = lots.find((l) => l.series === series);
  if (same !== undefined) {
    for (const key of ["project", "month", "energy", "tradable"] as const)
      if (same[key] !== row[key])
        add(
          key,
          `${same[key]}: a series is of one project, month and class (${called("lot", same.id)})`,
          row[key],
        );
  }
  const met = lots.find((l) => meets(l, asked));
  const refused = refuseLot(asked, met);
  if (refused !== null)
    problems.push({
      path: "first",
      expected: "numbers that no lot has: a certificate exists once",
      found: refused,
    });
  return { row, problems };
}

/** An allocation or a sale as it would be written. @param uses standing ones */
export function checkUse(
  { park, nowMs }: CheckDeps,
  asked: AllocationBody | SaleBody,
  written: Written,
  lots: readonly CertificateLot[],
  uses: readonly CertificateUse[],
): Checked<New<CertificateUse> & { readonly cancelled: boolean }> {
  const problems: Problem[] = [];
  const add = (path: string, expected: string, found: unknown) =>
    problems.push({ path, expected, found: show(found) });
  const { series, first, last, month } = asked;
  const sale = "buyer" in asked;
  const cancelledOn = sale ? undefined : asked.cancelledOn;
  const beneficiary = sale ? asked.buyer : asked.beneficiary;
  problems.push(...checkRange(asked));
  checkMonth(park, nowMs, month, "month", problems);
  const today = park.calendar.dateKey(nowMs);
  if (cancelledOn !== undefined && cancelledOn > today)
    add("cancelledOn", `no later than today, ${today}`, cancelledOn);
  if (!sale && !park.enterpriseById.has(beneficiary))
    add("beneficiary", "an enterprise of this park", beneficiary);
  const touched = lots.filter((l) => meets(l, asked));
  const there = touched.reduce((sum, l) => sum + Math.min(l.last, last) - Math.max(l.first, first) + 1, 0);
  if (last >= first && there < last - first + 1)
    add(
      "first",
      "certificates that exist",
      `${last - first + 1 - there} of ${series} ${first}–${last} do not`,
    );
  for (const lot of touched) {
    const name = `${series} ${Math.max(lot.first, first)}–${Math.min(lot.last, last)}`;
    const until = lastValidMonth(lot.month);
    // What was cancelled while it was valid may be entered later; a sale is judged by its own month.
    const judged = sale ? month : (cancelledOn ?? today).slice(0, 7);
    if (isExpired(lot.month, judged) || isExpired(lot.month, month))
      add(
        "first",
        `certificates that are valid: those of ${lot.month} were until ${until}`,
        `${name}, expired`,
      );
    const generated = `no earlier than ${lot.month}, in which they were generated: a future month's count nothing`;
    if (month < lot.month) add("month", generated, `${month}, ${name}`);
    if (cancelledOn !== undefined && cancelledOn.slice(0, 7) < lot.month)
      add("cancelledOn", generated, `${cancelledOn}, ${name}`);
    if (sale && !lot.tradable)
      add("first", "tradable certificates: others cannot be sold", `${name}, not tradable`);
    const owner = projectOwner(park, lot.project, lot.month) ?? lot.holder;
    if (!sale && !mayCountFor({ tradable: lot.tradable, owner }, beneficiary))
      add(
        "beneficiary",
        `${owner}: certificates that cannot be traded count for their own project's owner only`,
        beneficiary,
      );
  }
  const met = uses.find((u) => u.releasedAtMs === null && meets(u, asked));
  if (met !== undefined)
    problems.push({ path: "first", expected: "certificates in no standing use", found: useText(met) });
  const row = {
    ...written,
    series,
    first,
    last,
    purpose: sale ? ("sold" as const) : ("allocated" as const),
    beneficiary,
    month,
    cancelled: cancelledOn !== undefined,
  };
  return { row, problems };
}

/** A settlement as it would be written. @param versions all rows of its kind and reference */
export function checkSettlement(
  { park, nowMs }: CheckDeps,
  asked: SettlementBody,
  written: Written,
  versions: readonly Settlement[],
): Checked<New<Settlement>> {
  const problems: Problem[] = [];
  const add = (path: string, expected: string, found: unknown) =>
    problems.push({ path, expected, found: show(found) });
  const { kind, reference, project, month, beneficiary, energyKwh, quarterHoursKwh, replaces } = asked;
  checkMonth(park, nowMs, month, "month", problems);
  if (!park.enterpriseById.has(beneficiary)) add("beneficiary", "an enterprise of this park", beneficiary);
  if (energyKwh === 0 && replaces === null)
    add("energyKwh", "more than 0; 0 only where it takes back another", energyKwh);
  if (quarterHoursKwh !== null) {
    const [year = 0, number = 1] = month.split("-").map(Number);
    const { calendar } = park;
    const count = (calendar.at(year, number + 1, 1) - calendar.at(year, number, 1)) / QUARTER_MS;
    if (quarterHoursKwh.length !== count)
      add("quarterHoursKwh", `${count} quarter-hours of ${month}`, quarterHoursKwh.length);
    const sum = quarterHoursKwh.reduce((a, b) => a + b, 0);
    if (Math.abs(sum - energyKwh) > SUM_TOLERANCE * Math.max(1, energyKwh))
      add("quarterHoursKwh", `intervals that add up to energyKwh, ${energyKwh}`, sum);
  }
  const row = {
    ...written,
    kind,
    reference,
    project,
    month,
    beneficiary,
    energyKwh,
    quarterHoursKwh,
    replaces,
  };
  const refused = refuseSettlement(versions, row);
  if (refused !== null)
    problems.push({
      path: replaces === null ? "reference" : "replaces",
      expected: "a reference that counts once, or the settlement that it corrects",
      found: refused,
    });
  return { row, problems };
}

function checkRange({ first, last }: { readonly first: number; readonly last: number }): Problem[] {
  const count = last - first + 1;
  if (count >= 1 && count <= MOST_NUMBERS) return [];
  const expected = count < 1 ? `no less than first, ${first}` : `at most ${MOST_NUMBERS} numbers at once`;
  return [{ path: "last", expected, found: String(last) }];
}

function checkMonth(park: Park, nowMs: number, month: string, path: string, problems: Problem[]): void {
  const current = park.calendar.monthKey(nowMs);
  if (month > current)
    problems.push({ path, expected: `a month that has begun: ${current} or before`, found: show(month) });
}

interface Range {
  readonly series: string;
  readonly first: number;
  readonly last: number;
}

function meets(a: Range, b: Range): boolean {
  return a.series === b.series && a.first <= b.last && b.first <= a.last;
}
