/** The colour square of a source, and the patterns: hatch = unknown or estimated, vertical = green trade, horizontal = direct line. */

export const SOURCES = [
  "use",
  "grid",
  "solar",
  "discharge",
  "charge",
  "export",
  "gas",
  "heat",
  "cooling",
  "unknown",
] as const;
export type Source = (typeof SOURCES)[number];
export type Pattern = "solid" | "hatch" | "vertical" | "horizontal" | "empty" | "line";

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
