import type { Quality } from "../../api/answers/common.ts";
import type { Pattern, Source } from "./sources.ts";

/** What a chart is given. */

export interface ChartLayer {
  readonly id: string;
  readonly label: string;
  readonly colour: Source | "ink" | "ink-2" | "ok" | "bad";
  /** Above and below pile up from zero; a line lies over them; a range is filled between `lower` and `values`. */
  readonly kind: "above" | "below" | "line" | "range";
  /** In the chart's unit; "below" as positive amounts. Null is a gap. */
  readonly values: readonly (number | null)[];
  readonly lower?: readonly (number | null)[] | undefined;
  /** Steps (default) hold for `stepMs`; false joins points by straight lines. Never a spline. */
  readonly step?: boolean | undefined;
  readonly dash?: "solid" | "dashed" | "dotted" | undefined;
  readonly points?: boolean | undefined;
  readonly halo?: boolean | undefined;
  readonly width?: number | undefined;
  readonly alpha?: number | undefined;
  /** Intervals drawn hatched. */
  readonly estimated?: readonly boolean[] | undefined;
  readonly pattern?: Pattern | undefined;
  /** Not in the legend (a range named beside the chart, a target labelled directly). */
  readonly unlisted?: boolean | undefined;
}

export interface ChartMark {
  readonly at: number;
  readonly label: string;
}

export interface ChartProps {
  /** The chart's accessible name. */
  readonly name: string;
  /** One sentence: least, most, latest, gaps. */
  readonly summary: string;
  readonly unit: string;
  readonly digits: number;
  /** Starts of the intervals, or the points, epoch ms, ascending. */
  readonly time: readonly number[];
  /** Length of an interval; 0 for points. */
  readonly stepMs: number;
  readonly from: number;
  readonly to: number;
  readonly layers: readonly ChartLayer[];
  /** Where the time axis is labelled, and how; in the park's zone. */
  readonly ticks: readonly number[];
  readonly tickLabel: (timeMs: number) => string;
  /** How one point is named when stepped to. */
  readonly pointLabel: (timeMs: number) => string;
  readonly quality?: readonly (Quality | null)[] | undefined;
  readonly now?: ChartMark | null | undefined;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  /** CSS px; without it the chart fills its box. */
  readonly height?: number | undefined;
  readonly legend?: boolean | undefined;
  /** Keys and pointer moves are told, e.g. to open the chosen interval beside the chart. */
  readonly onPick?: ((index: number | null) => void) | undefined;
}
