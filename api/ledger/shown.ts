import type { Calendar } from "../../park/calendar.ts";
import type { CertificateLot, CertificateUse, Entry, Settlement, Written } from "../../store/records.ts";
import type { CertificatesAnswer, EntriesAnswer, SettlementsAnswer } from "../answers/ledger.ts";
import type { Actor } from "../context.ts";
import { isOffice, mayReadLot, mayReadUse } from "./access.ts";
import { rangesOf, validity } from "./certificates.ts";
import { detailOf } from "./detail.ts";

/** Records as answers show them. */

export function shownWritten(calendar: Calendar, row: Written) {
  return {
    by: { id: row.by, label: row.byLabel },
    time: calendar.iso(row.atMs),
    evidence: row.evidence,
    evidenceFile: row.evidenceFile,
  };
}

/** @param rows all that were read: which stand and what replaced what is found among them */
export function shownEntries(calendar: Calendar, rows: readonly Entry[]): EntriesAnswer["entries"] {
  const replacedBy = new Map(rows.flatMap((row) => (row.replaces === null ? [] : [[row.replaces, row.id]])));
  return rows.map((row) => {
    const by = replacedBy.get(row.id) ?? null;
    return {
      id: row.id,
      kind: row.kind,
      scope: row.scope,
      subject: row.subject,
      from: row.from,
      to: row.to,
      amount: row.amount,
      unit: row.unit,
      detail: detailOf(row.detail),
      replaces: row.replaces,
      replacedBy: by,
      standing: by === null && row.amount !== null,
      ...shownWritten(calendar, row),
    };
  });
}

/** Lots by what became of their numbers, as far as the actor may see them. */
export function shownCertificates(
  calendar: Calendar,
  actor: Actor,
  nowMs: number,
  lots: readonly CertificateLot[],
  uses: readonly CertificateUse[],
): Omit<CertificatesAnswer, "revision"> {
  const month = calendar.monthKey(nowMs);
  const standing = uses.filter((use) => use.releasedAtMs === null);
  const total: CertificatesAnswer["total"] = { held: 0, allocated: 0, cancelled: 0, expired: 0, sold: 0 };
  const bySeries = new Map<string, CertificateUse[]>();
  for (const use of standing) {
    const of = bySeries.get(use.series);
    if (of === undefined) bySeries.set(use.series, [use]);
    else of.push(use);
  }
  const shown = lots.flatMap((lot) => {
    const own = mayReadLot(actor, lot);
    // Of another's lot the beneficiary sees what was allocated to it.
    const ranges = rangesOf(lot, bySeries.get(lot.series) ?? [], month).filter(
      ({ use }) => own || (use !== null && mayReadUse(actor, use)),
    );
    if (ranges.length === 0) return [];
    for (const { state, count } of ranges) total[state] = (total[state] ?? 0) + count;
    const count = ranges.reduce((sum, r) => sum + r.count, 0);
    const { id, series, first, last, project, energy, tradable, holder } = lot;
    return [
      {
        id,
        series,
        first,
        last,
        count,
        project,
        month: lot.month,
        energy,
        tradable,
        holder: own || holder === "park" ? holder : null,
        ...validity(lot, month),
        left: ranges.reduce((sum, r) => sum + (r.state === "held" ? r.count : 0), 0),
        ranges: ranges.map(({ use, ...range }) => ({
          ...range,
          use: use?.id ?? null,
          beneficiary: use?.beneficiary ?? null,
          month: use?.month ?? null,
        })),
        ...shownWritten(calendar, lot),
      },
    ];
  });
  const series = new Set(
    shown.filter((lot) => isOffice(actor) || lot.holder === actor.enterprise).map((l) => l.series),
  );
  const seen = uses.filter((use) => mayReadUse(actor, use) || (isOffice(actor) && series.has(use.series)));
  return { month, total, lots: shown, uses: seen.map((use) => shownUse(calendar, use)) };
}

function shownUse(calendar: Calendar, use: CertificateUse): CertificatesAnswer["uses"][number] {
  const iso = (timeMs: number | null) => (timeMs === null ? null : calendar.iso(timeMs));
  const { id, series, first, last, purpose, beneficiary, month, ended } = use;
  return {
    id,
    series,
    first,
    last,
    count: last - first + 1,
    purpose,
    beneficiary,
    month,
    released: iso(use.releasedAtMs),
    cancelled: iso(use.cancelledAtMs),
    ended: ended === undefined || ended === null ? null : shownWritten(calendar, ended),
    ...shownWritten(calendar, use),
  };
}

export function shownSettlements(
  calendar: Calendar,
  rows: readonly Settlement[],
  intervals: boolean,
): SettlementsAnswer["settlements"] {
  const replaced = new Set(rows.map((row) => row.replaces));
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    reference: row.reference,
    project: row.project,
    month: row.month,
    beneficiary: row.beneficiary,
    energyKwh: row.energyKwh,
    intervals: row.quarterHoursKwh?.length ?? null,
    ...(intervals && row.quarterHoursKwh !== null ? { quarterHoursKwh: [...row.quarterHoursKwh] } : {}),
    replaces: row.replaces,
    standing: !replaced.has(row.id),
    ...shownWritten(calendar, row),
  }));
}
