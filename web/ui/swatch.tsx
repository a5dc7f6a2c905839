import type { Pattern, Source } from "./sources.ts";

export type { Pattern, Source } from "./sources.ts";
export { SOURCES } from "./sources.ts";

/** The colour square of a source, and the patterns: hatch = unknown or estimated, vertical = green trade, horizontal = direct line. */

/** A square in the source's colour and pattern; decoration only, the label stands beside it. */
export function Swatch({
  source,
  pattern = "solid",
}: {
  source: Source | "ink";
  pattern?: Pattern | undefined;
}) {
  return <span class={`swatch swatch-${pattern} src-${source}`} aria-hidden="true" />;
}

/** `<defs>` of the SVG patterns; put once into an svg, fill with `url(#{prefix}-hatch)`. Colour: the use site's `color`. */
export function HatchDefs({ prefix }: { prefix: string }) {
  return (
    <defs>
      <pattern
        id={`${prefix}-hatch`}
        width="5"
        height="5"
        patternUnits="userSpaceOnUse"
        patternTransform="rotate(45)"
      >
        <rect width="5" height="5" class="pattern-ground" />
        <rect width="2.2" height="5" fill="currentColor" />
      </pattern>
      <pattern id={`${prefix}-vertical`} width="5" height="5" patternUnits="userSpaceOnUse">
        <rect width="5" height="5" class="pattern-ground" />
        <rect width="2" height="5" fill="currentColor" />
      </pattern>
      <pattern id={`${prefix}-horizontal`} width="5" height="5" patternUnits="userSpaceOnUse">
        <rect width="5" height="5" class="pattern-ground" />
        <rect width="5" height="2" fill="currentColor" />
      </pattern>
    </defs>
  );
}
