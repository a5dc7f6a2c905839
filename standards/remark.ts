/** A sentence beside a figure: what is not considered yet, or not sure; `code` is stable, the words are for people. */
export interface Remark {
  readonly code: string;
  readonly zh: string;
  readonly en: string;
}

/** A remark of these words. */
export function fixed(code: string, zh: string, en: string): Remark {
  return { code, zh, en };
}

/** A name in both languages. */
export interface LocalText {
  readonly zh: string;
  readonly en: string;
}

/** Remarks without repetition, by code, in order of first appearance. */
export function uniqueRemarks(...lists: readonly (readonly Remark[])[]): Remark[] {
  const seen = new Map<string, Remark>();
  for (const remark of lists.flat()) if (!seen.has(remark.code)) seen.set(remark.code, remark);
  return [...seen.values()];
}
