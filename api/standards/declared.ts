import type { Calendar } from "../../park/calendar.ts";
import type { Park } from "../../park/park.ts";
import { changesWithin, enterprisesOf, type Scope, scopeText } from "../../park/topology.ts";
import type { DeclaredUse } from "../../standards/method/amounts.ts";
import type { Entry, EntryKind } from "../../store/records.ts";
import { lengthMs, type Piece, within, without } from "./pieces.ts";

/** What the ledger's entries say of a scope, by days. */

/** A series of entries that says how much of something there was. */
export interface Series {
  readonly kind: EntryKind;
  readonly subject: string;
}

export interface DeclaredPart extends DeclaredUse {
  readonly row: Entry;
}

/** What entries say of a stretch: an entry that lies in it in part gives its share by time. */
export interface Declared {
  readonly value: number;
  /** How much of the stretch entries say something of. */
  readonly coveredMs: number;
  readonly parts: readonly DeclaredPart[];
}

/**
 * Entries of a scope over stretches of time. An entry of the scope itself stands before those of its members, and
 * an earlier series before a later one that says the same; members count while they belong.
 */
export class DeclaredFigures {
  readonly #park: Park;
  readonly #scope: Scope;
  readonly #bySeries = new Map<string, Entry[]>();
  readonly #members = new Map<string, readonly Piece[]>();
  readonly #byId = new Map<number, Entry>();

  /** @param entries standing ones; those of other scopes are passed over */
  constructor(park: Park, scope: Scope, entries: readonly Entry[], span: Piece) {
    this.#park = park;
    this.#scope = scope;
    if (scope.kind === "park" || scope.kind === "boundary") {
      const edges = [span.fromMs, ...changesWithin(park, span.fromMs, span.toMs), span.toMs];
      for (let i = 0; i + 1 < edges.length; i++) {
        const piece = { fromMs: edges[i] ?? span.fromMs, toMs: edges[i + 1] ?? span.toMs };
        for (const id of enterprisesOf(park, scope, piece.fromMs)) {
          const key = `enterprise:${id}`;
          this.#members.set(key, [...(this.#members.get(key) ?? []), piece]);
        }
      }
    }
    const own = scopeText(scope);
    for (const entry of entries) {
      if (entry.amount === null || (entry.scope !== own && !this.#members.has(entry.scope))) continue;
      this.#byId.set(entry.id, entry);
      const key = `${entry.kind} ${entry.subject}`;
      const list = this.#bySeries.get(key) ?? [];
      list.push(entry);
      this.#bySeries.set(key, list);
    }
  }

  /** Subjects of a kind that have entries, in order. */
  subjects(kind: EntryKind): string[] {
    return [...this.#bySeries.keys()]
      .filter((key) => key.startsWith(`${kind} `))
      .map((key) => key.slice(kind.length + 1))
      .sort();
  }

  /** @throws RangeError for one that is none of the scope's */
  entry(id: number): Entry {
    const entry = this.#byId.get(id);
    if (entry === undefined) throw new RangeError(`entry ${id} is none of ${scopeText(this.#scope)}`);
    return entry;
  }

  has(series: Series): boolean {
    return this.#bySeries.has(`${series.kind} ${series.subject}`);
  }

  /** The scopes that entries of these series are of: the scope itself first, then its members. */
  scopes(series: readonly Series[]): string[] {
    const own = scopeText(this.#scope);
    const found = new Set(
      series.flatMap((s) => (this.#bySeries.get(`${s.kind} ${s.subject}`) ?? []).map((e) => e.scope)),
    );
    return [...found].sort((a, b) => (a === own ? -1 : b === own ? 1 : a < b ? -1 : 1));
  }

  /**
   * What the series say of a stretch, the first before the others; null where they say nothing.
   * @param counts whose entries: of the scope itself and its members; all of them where not said
   */
  amount(
    series: readonly Series[],
    span: Piece,
    counts: (scope: string) => boolean = () => true,
  ): Declared | null {
    const own = scopeText(this.#scope);
    const parts: DeclaredPart[] = [];
    const covered: Piece[] = [];
    // Of each enterprise by itself: what one has declared says nothing of another.
    const taken = new Map<string, Piece[]>();
    const take = (entry: Entry, free: readonly Piece[]) => {
      if (free.length === 0) return;
      parts.push(this.#part(entry, free));
      covered.push(...free);
      taken.set(entry.scope, [...(taken.get(entry.scope) ?? []), ...free]);
    };
    for (const { kind, subject } of series) {
      const entries = (this.#bySeries.get(`${kind} ${subject}`) ?? []).filter((e) => counts(e.scope));
      for (const entry of entries) {
        if (entry.scope !== own) continue;
        const at = within(this.#span(entry), [span]);
        take(
          entry,
          at.flatMap((p) => without(p, taken.get(own) ?? [])),
        );
      }
      for (const entry of entries) {
        if (entry.scope === own) continue;
        const at = within(this.#span(entry), within(span, this.#members.get(entry.scope) ?? []));
        const before = [...(taken.get(own) ?? []), ...(taken.get(entry.scope) ?? [])];
        take(
          entry,
          at.flatMap((p) => without(p, before)),
        );
      }
    }
    if (parts.length === 0) return null;
    const open = without(span, covered);
    return {
      value: parts.reduce((sum, p) => sum + p.amount, 0),
      coveredMs: span.toMs - span.fromMs - lengthMs(open),
      parts,
    };
  }

  #span(entry: Entry): Piece {
    const { calendar } = this.#park;
    return { fromMs: midnightOf(calendar, entry.from), toMs: midnightOf(calendar, entry.to) };
  }

  #part(entry: Entry, pieces: readonly Piece[]): DeclaredPart {
    const { fromMs, toMs } = this.#span(entry);
    const share = lengthMs(pieces) / (toMs - fromMs);
    return {
      row: entry,
      entry: entry.id,
      scope: entry.scope,
      from: entry.from,
      to: entry.to,
      amount: (entry.amount ?? 0) * share,
      unit: entry.unit,
      evidence: entry.evidence,
    };
  }
}

/** The instant at which a local date (YYYY-MM-DD) begins. */
export function midnightOf(calendar: Calendar, date: string): number {
  const known = MIDNIGHTS.get(calendar) ?? new Map<string, number>();
  MIDNIGHTS.set(calendar, known);
  let timeMs = known.get(date);
  if (timeMs === undefined) {
    const [year = 0, month = 1, day = 1] = date.split("-").map(Number);
    timeMs = calendar.at(year, month, day);
    known.set(date, timeMs);
  }
  return timeMs;
}

/** Entries share few dates, and each is asked for again and again. */
const MIDNIGHTS = new WeakMap<Calendar, Map<string, number>>();

/** Parts as answers show them, one for each entry. */
export function usesOf(parts: readonly DeclaredPart[]): DeclaredUse[] {
  const uses = new Map<number, DeclaredUse>();
  for (const { row: _row, ...use } of parts) {
    const before = uses.get(use.entry);
    uses.set(use.entry, { ...use, amount: (before?.amount ?? 0) + use.amount });
  }
  return [...uses.values()];
}
