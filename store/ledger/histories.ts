import type { CertificateLot, CertificateUse, Entry, EntryQuery, New, Settlement } from "../records.ts";

/** What rows that are only ever added say together: which of them stand, and what a new one must not meet. Pure. */

/** The id of a row that is not written yet: below zero, so that none is taken for one that is. @param row where it stands among those written together */
export function notWritten(row: number): number {
  return -row;
}

/** How a row is called where another meets it. */
export function called(what: "entry" | "settlement" | "use" | "lot", id: number): string {
  return id < 0 ? `row ${-id}` : `${what} ${id}`;
}

/** Those that no other replaced and that say an amount. */
function standingEntries(rows: readonly Entry[]): Entry[] {
  const replaced = new Set(rows.map((row) => row.replaces));
  return rows.filter((row) => !replaced.has(row.id) && row.amount !== null);
}

/** Why an entry cannot follow its series' rows, or null when it can. */
export function refuseEntry(series: readonly Entry[], entry: New<Entry>): string | null {
  const standing = standingEntries(series);
  const name = `${entry.kind} of ${entry.scope}${entry.subject === "" ? "" : ` (${entry.subject})`}`;
  if (entry.replaces === null) {
    if (entry.amount === null) return `${name}: an entry without an amount must say which one it takes back`;
  } else if (!standing.some((row) => row.id === entry.replaces)) {
    return `${name}: entry ${entry.replaces} does not stand in this series`;
  }
  if (entry.from >= entry.to) return `${name}: it ends at ${entry.to}, not after its start ${entry.from}`;
  if (entry.amount === null) return null;
  const met = standing.find((row) => row.id !== entry.replaces && row.from < entry.to && entry.from < row.to);
  if (met === undefined) return null;
  return `${name}: ${entry.from} to ${entry.to} overlaps ${called("entry", met.id)}, ${met.from} to ${met.to}`;
}

/** The entries that a query asks for, by kind, scope, subject, from. */
export function chooseEntries(rows: readonly Entry[], query: EntryQuery): Entry[] {
  const { kinds, scopes, from, to } = query;
  return (query.all === true ? [...rows] : standingEntries(rows))
    .filter(
      (row) =>
        (kinds === undefined || kinds.includes(row.kind)) &&
        (scopes === undefined || scopes.includes(row.scope)) &&
        (from === undefined || row.to > from) &&
        (to === undefined || row.from < to),
    )
    .sort(
      (a, b) =>
        order(a.kind, b.kind) ||
        order(a.scope, b.scope) ||
        order(a.subject, b.subject) ||
        order(a.from, b.from) ||
        a.id - b.id,
    );
}

export function standingSettlements(rows: readonly Settlement[]): Settlement[] {
  const replaced = new Set(rows.map((row) => row.replaces));
  return rows.filter((row) => !replaced.has(row.id));
}

/** Why a settlement cannot follow the rows of its kind and reference, or null when it can. */
export function refuseSettlement(
  versions: readonly Settlement[],
  settlement: New<Settlement>,
): string | null {
  const [stands] = standingSettlements(versions);
  const { kind, reference, replaces } = settlement;
  if (replaces === null)
    return stands === undefined
      ? null
      : `${kind} ${reference} is ${called("settlement", stands.id)} already: ${stands.energyKwh} kWh to ${stands.beneficiary}, ${stands.month}`;
  if (stands?.id === replaces) return null;
  return `${kind} ${reference}: settlement ${replaces} does not stand under this reference`;
}

/** How a use is called where it stands against another. */
export function useText(use: CertificateUse): string {
  const { id, series, first, last, purpose, beneficiary, month } = use;
  return `${series} ${first}–${last} are ${purpose} to ${beneficiary} in ${month} (${called("use", id)})`;
}

/** Why a use cannot be ended, or null when it can. */
export function refuseEnd(use: CertificateUse | undefined, id: number, end: UseEnd): string | null {
  if (use === undefined) return `there is no use ${id}`;
  if (use.releasedAtMs !== null) return `${useText(use)}: released already`;
  if (use.cancelledAtMs !== null) return `${useText(use)}: cancelled already, which is final`;
  if (end === "cancelled" && use.purpose !== "allocated") return `${useText(use)}: no allocation`;
  return null;
}

export type UseEnd = "released" | "cancelled";

/** Most numbers of a lot or a use. */
export const MOST_NUMBERS = 1_000_000;

/** Why a range of numbers is none, or null. */
export function refuseRange({ series, first, last }: Range): string | null {
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(last) || first < 0 || last < first)
    return `${series} ${first}–${last} is no range of numbers`;
  const count = last - first + 1;
  return count > MOST_NUMBERS
    ? `${series} ${first}–${last}: ${count} numbers, at most ${MOST_NUMBERS}`
    : null;
}

/** By code unit: the same in every engine, whatever its collation. */
function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

type Range = Pick<CertificateUse, "series" | "first" | "last">;

/** Why a lot cannot be added where another has numbers of it, or null. */
export function refuseLot(lot: Range, met: CertificateLot | undefined): string | null {
  if (met === undefined) return null;
  return `${lot.series} ${lot.first}–${lot.last}: ${met.first}–${met.last} exist already (${called("lot", met.id)})`;
}

/** Why a lot cannot be withdrawn, or null. */
export function refuseWithdrawal(
  lot: CertificateLot | undefined,
  id: number,
  use: CertificateUse | undefined,
): string | null {
  if (lot === undefined) return `there is no lot ${id}`;
  return use === undefined ? null : useText(use);
}

/** Why a use with so many numbers that exist cannot be, or null. */
export function refuseMissing({ series, first, last }: Range, existing: number): string | null {
  const missing = last - first + 1 - existing;
  return missing === 0 ? null : `${series} ${first}–${last}: ${missing} of these numbers do not exist`;
}
