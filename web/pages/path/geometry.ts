import type { PathwayAnswer } from "../../../api/answers/pathway.ts";
import { shiftMonth } from "../common/months.ts";
import { scenarioOf } from "./amounts.ts";

/** Where everything of the path chart lies, in pixels of its svg. Times are ISO with the park's offset. */

export type Point = { x: number; y: number };

/** One place the arrow keys stop at, in the order of time. */
export type PathStop = Point & {
  kind: "declared" | "actual" | "forecast" | "target";
  time: string;
  month: string | null;
  value: number;
  evidence: string | null;
  /** P10–P90 of a forecast, and the scenario's value beside it. */
  range: { p10: number; p90: number } | null;
  scenario: number | null;
};

export type PathChart = {
  plot: { left: number; top: number; right: number; bottom: number };
  yTicks: { value: number; y: number }[];
  xTicks: { label: string; x: number }[];
  target: Point[];
  /** Runs of months that follow each other; a month without a value breaks the line. */
  actualRuns: Point[][];
  /** Months of which no value is known, where they end. */
  gaps: { month: string; x: number }[];
  forecast: Point[];
  /** Rings around the forecast: P10–P90 and in it P25–P75; empty without a range. */
  ranges: Point[][];
  scenario: Point[];
  /** Where the value of the strip lies: at the end of its span. */
  now: Point | null;
  required: { y: number; value: number } | null;
  /** The bracket of the gap: from what the forecast ends at to what must be. Null: nothing to close. */
  bracket: { x: number; top: number; bottom: number } | null;
  stops: PathStop[];
  /** Baselines of the labels right of the plot, no nearer to each other than `labelGap`. */
  labels: { forecast: number | null; gap: number | null; required: number | null };
};

const TICK_STEPS = [0.05, 0.1, 0.2, 0.25, 0.5, 1, 2, 5, 10];

/** The step of a value axis from 0 to `maximum` with at most `most` steps. */
export function tickStep(maximum: number, most: number): number {
  return TICK_STEPS.find((step) => maximum / step <= most) ?? maximum / most;
}

/** Moves baselines apart to `distance` within [low, high], keeping their order; too many of them leave at the top. */
export function spread(wanted: readonly number[], distance: number, low: number, high: number): number[] {
  const down: number[] = [];
  for (const y of wanted) down.push(Math.max(y, low, (down.at(-1) ?? Number.NEGATIVE_INFINITY) + distance));
  const up: number[] = [];
  for (const y of down.toReversed())
    up.push(Math.min(y, high, (up.at(-1) ?? Number.POSITIVE_INFINITY) - distance));
  return up.toReversed();
}

/** +08:00 of an ISO instant. */
function offsetOf(time: string): string {
  return time.slice(19).replace(/^\.\d+/, "");
}

/** The months that lie between two, as YYYY-MM. */
function monthsAfter(month: string, until: string): string[] {
  const between: string[] = [];
  for (let next = shiftMonth(month, 1); next < until; next = shiftMonth(next, 1)) between.push(next);
  return between;
}

/** Local midnights on which the axis is labelled: the first and last of the line and Decembers between, as YYYY-MM. */
export function yearEnds(first: string, last: string): { label: string; time: string }[] {
  const offset = offsetOf(first);
  const ends = [{ label: first.slice(0, 7), time: first }];
  for (let year = Number(first.slice(0, 4)); year <= Number(last.slice(0, 4)); year++) {
    const time = `${year}-12-31T00:00:00${offset}`;
    const month = time.slice(0, 7);
    // a year's end may be written as its last second: the month is what must not stand there twice
    if (month <= first.slice(0, 7) || month >= last.slice(0, 7)) continue;
    ends.push({ label: time.slice(0, 7), time });
  }
  ends.push({ label: last.slice(0, 7), time: last });
  return ends;
}

/** The chart for an answer whose target line has at least two points; null where it has none. */
export function pathChart(
  answer: PathwayAnswer,
  size: { width: number; height: number; left: number; right: number; top: number; bottom: number },
  labelGap: number,
): PathChart | null {
  const first = answer.target[0];
  const last = answer.target.at(-1);
  if (first === undefined || last === undefined || first === last) return null;
  const plot = {
    left: size.left,
    top: size.top,
    right: size.width - size.right,
    bottom: size.height - size.bottom,
  };

  // What the line is of: the twelve months up to each month. Years before the line began stay in the table.
  const actual = answer.actual
    .filter((month) => Date.parse(month.time) >= Date.parse(first.time))
    .map((month) => ({
      ...month,
      value: month.tco2PerTce === null ? null : (month.rolling?.tco2PerTce ?? null),
    }));
  const declared = answer.declared.filter((point) => Date.parse(point.time) >= Date.parse(first.time));
  const foretold = answer.forecast?.points ?? [];
  const scenario = scenarioOf(answer)?.points ?? [];
  const known = actual.flatMap((month) => (month.value === null ? [] : [month.value]));
  const values = [
    ...answer.target.map((point) => point.tco2PerTce),
    ...declared.map((point) => point.tco2PerTce),
    ...foretold.map((point) => point.range?.p90 ?? point.tco2PerTce),
    ...known,
    ...(answer.now.tco2PerTce === null ? [] : [answer.now.tco2PerTce]),
  ];
  const maximum = Math.max(...values, 0.1);
  const top = maximum * 1.08;
  const step = tickStep(top, 6);
  const times = [
    first.time,
    last.time,
    ...declared.map((point) => point.time),
    ...(answer.now.tco2PerTce === null ? [] : [answer.now.to]),
    ...actual.map((month) => month.time),
    ...foretold.map((point) => point.time),
  ].map((time) => Date.parse(time));
  const from = Math.min(...times);
  const to = Math.max(...times);

  const x = (time: string): number =>
    plot.left + ((Date.parse(time) - from) / (to - from)) * (plot.right - plot.left);
  const y = (value: number): number => plot.bottom - (value / top) * (plot.bottom - plot.top);

  type Foretold = (typeof foretold)[number];
  type Percentile = keyof NonNullable<Foretold["range"]>;
  /** Along the upper edge and back along the lower one. */
  const ring = (points: readonly Foretold[], low: Percentile, high: Percentile): Point[] => {
    const edge = (side: Percentile): Point[] =>
      points.flatMap((p) => (p.range === null ? [] : [{ x: x(p.time), y: y(p.range[side]) }]));
    return [...edge(high), ...edge(low).toReversed()];
  };

  const actualRuns: Point[][] = [];
  const gaps: PathChart["gaps"] = [];
  let run: Point[] = [];
  const endRun = (): void => {
    if (run.length > 0) actualRuns.push(run);
    run = [];
  };
  actual.forEach((month, at) => {
    const before = actual[at - 1];
    const absent = before === undefined ? [] : monthsAfter(before.month, month.month);
    if (before !== undefined && absent.length > 0) {
      endRun();
      for (const name of absent)
        gaps.push({ month: name, x: x(`${shiftMonth(name, 1)}-01T00:00:00${offsetOf(before.time)}`) });
    }
    if (month.value === null) {
      endRun();
      gaps.push({ month: month.month, x: x(month.time) });
    } else run.push({ x: x(month.time), y: y(month.value) });
  });
  endRun();

  const stop = (kind: PathStop["kind"], time: string, value: number): PathStop => ({
    kind,
    time,
    month: null,
    value,
    evidence: null,
    range: null,
    scenario: null,
    x: x(time),
    y: y(value),
  });
  const stops: PathStop[] = [
    ...declared.map((point) => ({
      ...stop("declared", point.time, point.tco2PerTce),
      evidence: point.evidence,
    })),
    ...actual.flatMap((month) =>
      month.value === null ? [] : [{ ...stop("actual", month.time, month.value), month: month.month }],
    ),
    // The first point is what is known now, and among the months already.
    ...foretold.slice(1).map((point) => ({
      ...stop("forecast", point.time, point.tco2PerTce),
      range: point.range,
      scenario: scenario.find((one) => one.time === point.time)?.tco2PerTce ?? null,
    })),
    stop("target", last.time, last.tco2PerTce),
  ];
  stops.sort((a, b) => a.x - b.x);

  const gap = answer.gap;
  const requiredValue = gap?.targetTco2PerTce ?? last.tco2PerTce;
  const open = gap !== null && gap.forecastTco2PerTce > gap.targetTco2PerTce;
  const bracket = open
    ? { x: plot.right + 12, top: y(gap.forecastTco2PerTce), bottom: y(gap.targetTco2PerTce) }
    : null;

  const wanted: { name: keyof PathChart["labels"]; y: number }[] = [];
  if (gap !== null) wanted.push({ name: "forecast", y: y(gap.forecastTco2PerTce) });
  if (bracket !== null) wanted.push({ name: "gap", y: (bracket.top + bracket.bottom) / 2 });
  wanted.push({ name: "required", y: y(requiredValue) });
  wanted.sort((a, b) => a.y - b.y);
  const labels: PathChart["labels"] = { forecast: null, gap: null, required: null };
  const baselines = spread(
    wanted.map((label) => label.y),
    labelGap,
    plot.top,
    plot.bottom,
  );
  wanted.forEach((label, at) => {
    labels[label.name] = baselines[at] ?? label.y;
  });

  return {
    plot,
    yTicks: Array.from({ length: Math.floor(top / step) + 1 }, (_, at) => {
      const value = Math.round(at * step * 1000) / 1000;
      return { value, y: y(value) };
    }),
    xTicks: yearEnds(first.time, last.time).map((end) => ({ label: end.label, x: x(end.time) })),
    target: answer.target.map((point) => ({ x: x(point.time), y: y(point.tco2PerTce) })),
    actualRuns,
    gaps,
    forecast: foretold.map((point) => ({ x: x(point.time), y: y(point.tco2PerTce) })),
    ranges: [ring(foretold, "p10", "p90"), ring(foretold, "p25", "p75")].filter(
      (points) => points.length > 0,
    ),
    scenario: scenario.map((point) => ({ x: x(point.time), y: y(point.tco2PerTce) })),
    now: answer.now.tco2PerTce === null ? null : { x: x(answer.now.to), y: y(answer.now.tco2PerTce) },
    required: { y: y(requiredValue), value: requiredValue },
    bracket,
    stops,
    labels,
  };
}

/** The points as the `points` of an svg polyline: straight between points, never a spline. */
export function polyline(points: readonly Point[]): string {
  return points.map((point) => `${point.x.toFixed(1)},${point.y.toFixed(1)}`).join(" ");
}
