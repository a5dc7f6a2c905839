/** The sources and uses that keep one colour everywhere, and the patterns of claims and certainty. */

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
