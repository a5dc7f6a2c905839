/** Dated lists: every link and figure of the park file may change on a date and keeps its past. */

/** Values in force from an instant on, ascending; `fromMs` is −Infinity for a value without a date. */
export type Dated<T> = readonly { readonly fromMs: number; readonly value: T }[];

/** A value in force always. */
export function always<T>(value: T): Dated<T> {
  return [{ fromMs: Number.NEGATIVE_INFINITY, value }];
}

/** The value in force at an instant, or null before the first date. */
export function valueAt<T>(list: Dated<T>, timeMs: number): T | null {
  let found: T | null = null;
  for (const entry of list) {
    if (entry.fromMs > timeMs) break;
    found = entry.value;
  }
  return found;
}

/** True when the predicate holds for the value in force at some instant of [fromMs, toMs). */
export function holdsWithin<T>(
  list: Dated<T>,
  fromMs: number,
  toMs: number,
  predicate: (value: T) => boolean,
): boolean {
  return list.some((entry, i) => {
    const endMs = list[i + 1]?.fromMs ?? Number.POSITIVE_INFINITY;
    return entry.fromMs < toMs && endMs > fromMs && predicate(entry.value);
  });
}
