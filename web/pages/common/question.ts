import { go, place } from "../../router.ts";

/**
 * Which figure is open, as the address says it: `why` once for each step down, the last one is shown. A step is
 * `figure~scope~from~to`, so that what somebody looks at can be sent to somebody else.
 */

export interface Question {
  readonly figure: string;
  readonly scope: string;
  readonly from: string;
  readonly to: string;
}

const KEY = "why";

/** A question as it stands in the address. */
export function stepText({ figure, scope, from, to }: Question): string {
  return [figure, scope, from, to].join("~");
}

/** The question of a step; null for a text that is none. */
export function stepOf(text: string): Question | null {
  const [figure, scope, from, to, ...more] = text.split("~");
  const isWhole = figure !== undefined && scope !== undefined && from !== undefined && to !== undefined;
  return isWhole && more.length === 0 && figure !== "" ? { figure, scope, from, to } : null;
}

/** The steps of an address, from the figure on the page down. */
export function stepsOf(query: URLSearchParams): Question[] {
  return query.getAll(KEY).flatMap((text) => stepOf(text) ?? []);
}

/** The address with other steps; everything else in it stays. */
export function addressWith(path: string, query: URLSearchParams, steps: readonly Question[]): string {
  const next = new URLSearchParams(query);
  next.delete(KEY);
  for (const step of steps) next.append(KEY, stepText(step));
  const text = next.toString();
  return text === "" ? path : `${path}?${text}`;
}

/** Opens these steps: back in the browser goes one up. */
export function openSteps(steps: readonly Question[]): void {
  go(addressWith(place.value.path, place.value.query, steps));
}

/** A link that opens a figure on the page. */
export function whyLink(question: Question): string {
  return addressWith(place.value.path, place.value.query, [question]);
}
