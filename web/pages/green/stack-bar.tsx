import type { Pattern, Source } from "../../ui/swatch.tsx";

/** A part of a whole, in its source's colour and pattern. */
export type Segment = { part: number; source: Source; pattern: Pattern };

/** Parts of one whole side by side; decoration, the numbers stand beside it. `framed`: what is left stays visible. */
export function StackBar({ segments, framed = false }: { segments: readonly Segment[]; framed?: boolean }) {
  return (
    <span class={`stack-bar${framed ? " framed" : ""}`} aria-hidden="true">
      {segments.map(
        ({ part, source, pattern }) =>
          part > 0 && (
            <span
              key={source + pattern}
              class={`row-fill src-${source} fill-${pattern}`}
              style={{ width: `${Math.min(1, part) * 100}%` }}
            />
          ),
      )}
    </span>
  );
}
