import { useState } from "preact/hooks";
import { nextStop } from "./steps.ts";

/**
 * The place of a cursor among a chart's points: arrow keys step, Shift makes five steps, Home and End go to the ends,
 * Escape takes the cursor away.
 */
export function useStops(count: number): {
  at: number | null;
  set: (at: number | null) => void;
  onKeyDown: (event: KeyboardEvent) => void;
} {
  const [raw, set] = useState<number | null>(null);
  const at = raw === null || raw >= count ? null : raw;
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const next = nextStop(at, event.key, event.shiftKey, count);
    if (next === undefined) return;
    event.preventDefault();
    set(next);
  };
  return { at, set, onKeyDown };
}
