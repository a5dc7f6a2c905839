import type { Channel } from "../park/quantities.ts";
import {
  type DeadLetter,
  type DirtyMark,
  type EnergyQuery,
  type EnergyRow,
  type ReadingRow,
  type Settlement,
  StoreError,
} from "./telemetry.ts";

/** What every engine does with rows before it writes them: refuse the impossible, make keys unique. */

/** One row a (meter, time), later ones laid over earlier ones channel by channel. @throws StoreError "rejected". */
export function mergeReadings(rows: readonly ReadingRow[]): ReadingRow[] {
  const places = new Map<string, Map<number, number>>();
  const merged: ReadingRow[] = [];
  for (const row of rows) {
    const { meter, timeMs, values } = row;
    if (!Number.isSafeInteger(timeMs)) requireInteger(timeMs, `reading of ${meter}: timeMs`);
    for (const channel in values) {
      const value = values[channel as Channel]; // a key of a record of channels
      if (value !== undefined && !Number.isFinite(value))
        requireFinite(value, `reading of ${meter}: ${channel}`);
    }
    let ofMeter = places.get(meter);
    if (ofMeter === undefined) {
      ofMeter = new Map();
      places.set(meter, ofMeter);
    }
    const place = ofMeter.get(timeMs);
    const before = place === undefined ? undefined : merged[place];
    if (place === undefined || before === undefined) {
      ofMeter.set(timeMs, merged.length);
      merged.push(row);
    } else {
      merged[place] = {
        ...row,
        values: { ...before.values, ...values },
        superseded: { ...before.superseded, ...row.superseded },
      };
    }
  }
  return merged;
}

/** One mark a meter: the earliest instant. */
export function mergeDirty(marks: readonly DirtyMark[]): DirtyMark[] {
  const merged = new Map<string, DirtyMark>();
  for (const mark of marks) {
    requireInteger(mark.fromMs, `dirty mark of ${mark.meter}: fromMs`);
    const before = merged.get(mark.meter);
    if (before === undefined || mark.fromMs < before.fromMs) merged.set(mark.meter, mark);
  }
  return [...merged.values()];
}

/** Settlement rows by key; a row given twice counts as given last. */
interface SettledRows<Row> {
  readonly meter: string;
  readonly channel: string;
  readonly rev: number;
  readonly row: Row;
}

/** All rows of one kind over all settlements, keys unique. @throws StoreError "rejected" for what is no integer. */
export function mergeEnergy(
  settlements: readonly Settlement[],
  rows: "intervals" | "days",
): SettledRows<EnergyRow>[] {
  const merged = new Map<string, SettledRows<EnergyRow>>();
  for (const { meter, channel, rev, [rows]: list } of settlements) {
    const prefix = `${meter} ${channel} `;
    requireInteger(rev, `${prefix}rev`);
    for (const row of list) {
      requireInteger(row.startMs, `${prefix}startMs`);
      requireInteger(row.micro, `${prefix}micro`);
      requireInteger(row.knownMs, `${prefix}knownMs`);
      requireInteger(row.flags, `${prefix}flags`);
      merged.set(prefix + row.startMs, { meter, channel, rev, row });
    }
  }
  return [...merged.values()];
}

/** All judgements over all settlements, keys unique. */
export function mergeJudgements(
  settlements: readonly Settlement[],
): SettledRows<Settlement["judgements"][number]>[] {
  const merged = new Map<string, SettledRows<Settlement["judgements"][number]>>();
  for (const { meter, channel, rev, judgements } of settlements) {
    for (const row of judgements) {
      requireInteger(row.dayStartMs, `${meter} ${channel} dayStartMs`);
      merged.set(`${meter} ${channel} ${row.dayStartMs}`, { meter, channel, rev, row });
    }
  }
  return [...merged.values()];
}

/** The pairs asked for, once each, ascending by meter, then channel. */
export function sortedRegisters(registers: EnergyQuery["registers"]): EnergyQuery["registers"][number][] {
  const unique = new Map(registers.map((r) => [`${r.meter} ${r.channel}`, r]));
  return [...unique.values()].sort(
    (a, b) => compareText(a.meter, b.meter) || compareText(a.channel, b.channel),
  );
}

/** Order by code units: the same in every engine and locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** @throws StoreError "too-much", naming what was asked. */
export function tooMuch(what: string, limit: number): StoreError {
  return new StoreError("too-much", `${what}: more than ${limit} rows; ask for less`);
}

function requireInteger(value: number, name: string): void {
  if (!Number.isSafeInteger(value)) {
    throw new StoreError("rejected", `${name}: expected an integer within 2^53, found ${value}`);
  }
}

function requireFinite(value: number | undefined, name: string): void {
  if (value === undefined || !Number.isFinite(value)) {
    throw new StoreError("rejected", `${name}: expected a finite number, found ${value}`);
  }
}

/** What became of a dead letter that was sent again, in one text of its row; null while it is open. */
export function sentAgainText({ sentAgain }: DeadLetter): string | null {
  return sentAgain === undefined ? null : `${sentAgain.atMs} ${sentAgain.outcome}`;
}

/** The same from its text; nothing for a text that is none. */
export function sentAgainOf(text: unknown): Partial<Pick<DeadLetter, "sentAgain">> {
  const [atMs, outcome] = typeof text === "string" ? text.split(" ") : [];
  return outcome === "taken" || outcome === "refused" ? { sentAgain: { atMs: Number(atMs), outcome } } : {};
}
