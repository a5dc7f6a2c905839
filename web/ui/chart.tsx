import { useSignalEffect } from "@preact/signals";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import type { Quality } from "../../api/answers/common.ts";
import { DASH, fixed } from "../format.ts";
import { t } from "../i18n/i18n.ts";
import { paintEpoch } from "../state.ts";
import {
  type Edges,
  type Plot,
  paintBand,
  paintGap,
  paintLine,
  paintSteps,
  paintStrip,
} from "./chart-paint.ts";
import { Legend } from "./legend.tsx";
import { niceAxis, stack } from "./stack.ts";
import type { Pattern, Source } from "./swatch.tsx";

/** A chart over time: uPlot for axes, cursor and scale; our own paint for steps, gaps, hatches and the strip. */

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

const seconds = (ms: number): number => ms / 1000;

/** The value a layer shows at an interval; below zero as a negative number. */
function valueAt(layer: ChartLayer, index: number): number | null {
  const value = layer.values[index] ?? null;
  return value !== null && layer.kind === "below" ? -value : value;
}

function lastKnown(layers: readonly ChartLayer[], length: number): number {
  for (let i = length - 1; i >= 0; i -= 1) if (layers.some((l) => (l.values[i] ?? null) !== null)) return i;
  return -1;
}

interface Model extends ChartProps {
  readonly hidden: ReadonlySet<string>;
  readonly picked: number | null;
}

function colourVar(colour: ChartLayer["colour"]): string {
  return `--${colour}`;
}

function axisOf(m: Model): ReturnType<typeof niceAxis> {
  let low = m.low ?? 0;
  let high = m.high ?? 0;
  const visible = m.layers.filter((l) => !m.hidden.has(l.id));
  for (const s of stack(visible, m.time.length)) {
    for (const v of [...s.from, ...s.to]) {
      if (v !== null) {
        low = Math.min(low, v);
        high = Math.max(high, v);
      }
    }
  }
  for (const l of visible.filter((l) => l.kind === "line")) {
    for (const v of l.values) {
      if (v !== null) {
        low = Math.min(low, v);
        high = Math.max(high, v);
      }
    }
  }
  return niceAxis(low, high);
}

/** Whether a tick is the first or last of the axis, whose label would hang over the plot's side. */
function isEnd(m: Model, tick: number): boolean {
  return Math.abs(tick - m.from) < 1 || Math.abs(tick - m.to) < 1;
}

function paintEndLabels(plot: Plot, m: Model, top: number, font: string, colour: string): void {
  const { ctx } = plot;
  ctx.save();
  ctx.font = font;
  ctx.fillStyle = colour;
  ctx.textBaseline = "top";
  for (const tick of m.ticks.filter((one) => isEnd(m, one))) {
    const first = Math.abs(tick - m.from) < 1;
    ctx.textAlign = first ? "left" : "right";
    ctx.fillText(m.tickLabel(tick), first ? plot.left : plot.right, top);
  }
  ctx.restore();
}

function paint(u: uPlot, m: Model): void {
  const style = getComputedStyle(u.root);
  const ink = (name: string): string => style.getPropertyValue(name).trim() || "#888";
  const px = uPlot.pxRatio;
  const { left, top, width, height } = u.bbox;
  const plot: Plot = {
    ctx: u.ctx,
    px,
    left,
    right: left + width,
    top,
    bottom: top + height,
    x: (ms) => u.valToPos(seconds(ms), "x", true),
    y: (v) => u.valToPos(v, "y", true),
  };
  const edges: Edges = {
    x0: m.time.map((at) => Math.round(plot.x(at))),
    x1: m.time.map((at) => Math.round(plot.x(at + m.stepMs))),
  };
  const surface = ink("--surface");
  const { ctx } = u;
  ctx.save();
  ctx.beginPath();
  ctx.rect(left - px, top - px, width + 2 * px, height + 2 * px);
  ctx.clip();
  const visible = m.layers.filter((l) => !m.hidden.has(l.id));
  const stacked = stack(visible, m.time.length);
  for (const s of stacked) {
    const layer = visible.find((l) => l.id === s.id);
    if (layer === undefined) continue;
    const colour = ink(colourVar(layer.colour));
    if (layer.kind === "range" && layer.step === false) {
      paintBand(plot, m.time, s.from, s.to, colour, layer.alpha ?? 0.18);
    } else {
      paintSteps(plot, edges, s.from, s.to, colour, surface, layer.estimated, layer.alpha ?? 1);
      if (layer.kind !== "range") paintGap(plot, edges, s.to, surface);
    }
  }
  ctx.fillStyle = ink("--zero-line");
  if (m.low === undefined || m.low <= 0) ctx.fillRect(left, Math.round(plot.y(0)) - px / 2, width, px);
  for (const layer of visible.filter((l) => l.kind === "line")) {
    paintLine(plot, edges, m.time, layer.values, {
      colour: ink(colourVar(layer.colour)),
      surface,
      step: layer.step !== false && m.stepMs > 0,
      dash: layer.dash ?? "solid",
      halo: layer.halo ?? false,
      points: layer.points ?? false,
      width: layer.width ?? 2,
    });
  }
  ctx.restore();
  if (m.quality !== undefined) paintStrip(plot, edges, m.quality, plot.bottom + 8 * px, 8 * px, ink);
  const note = Number.parseFloat(style.getPropertyValue("--t-note")) || 12;
  const labelTop = plot.bottom + (4 + (m.quality === undefined ? 0 : 14)) * px;
  paintEndLabels(plot, m, labelTop, `${note * px}px ${style.fontFamily}`, ink("--ink-3"));
  if (m.now !== undefined && m.now !== null) {
    const x = Math.round(plot.x(m.now.at));
    ctx.save();
    ctx.fillStyle = ink("--ink");
    ctx.fillRect(x, top - 6 * px, px, height + 6 * px);
    ctx.font = `700 ${note * px}px ${style.fontFamily}`;
    ctx.textBaseline = "top";
    const wide = ctx.measureText(m.now.label).width;
    const fits = x + 6 * px + wide < u.ctx.canvas.width;
    ctx.textAlign = fits ? "left" : "right";
    // over bars the words need ground of their own
    if (!fits) {
      ctx.fillStyle = surface;
      ctx.fillRect(x - 10 * px - wide, top - 6 * px, wide + 8 * px, note * 1.3 * px);
      ctx.fillStyle = ink("--ink");
    }
    ctx.fillText(m.now.label, fits ? x + 6 * px : x - 6 * px, top - 4 * px);
    ctx.restore();
  }
  if (m.picked !== null) {
    const x0 = edges.x0[m.picked];
    const x1 = edges.x1[m.picked];
    if (x0 !== undefined && x1 !== undefined) {
      ctx.save();
      ctx.strokeStyle = ink("--ink");
      ctx.lineWidth = px;
      if (m.stepMs > 0) ctx.strokeRect(x0 - px / 2, top, x1 - x0 + px, height);
      else {
        ctx.beginPath();
        ctx.moveTo(x0, top);
        ctx.lineTo(x0, top + height);
        ctx.stroke();
      }
      ctx.restore();
    }
  }
}

function options(read: () => Model, width: number, height: number, root: HTMLElement): uPlot.Options {
  const style = getComputedStyle(root);
  const note = Number.parseFloat(style.getPropertyValue("--t-note")) || 12;
  const ink = (name: string) => (): string => getComputedStyle(root).getPropertyValue(name).trim() || "#888";
  const font = `${note}px ${style.fontFamily}`;
  const strip = read().quality === undefined ? 0 : 14;
  return {
    width,
    height,
    // room for the words of "now" and half a label at the right end
    padding: [10, 2, 0, 0],
    legend: { show: false },
    cursor: { x: false, y: false, drag: { x: false, y: false }, points: { show: false } },
    scales: {
      x: { time: false, range: () => [seconds(read().from), seconds(read().to)] },
      y: {
        range: () => {
          const { min, max } = axisOf(read());
          return [min, max];
        },
      },
    },
    axes: [
      {
        font,
        stroke: ink("--ink-3"),
        grid: { show: false },
        ticks: { show: false },
        size: note * 1.4 + 4 + strip,
        gap: 4 + strip,
        splits: () => read().ticks.map(seconds),
        // the labels at both ends are painted by us, inside the plot's width
        values: (_, splits) => splits.map((s) => (isEnd(read(), s * 1000) ? "" : read().tickLabel(s * 1000))),
      },
      {
        font,
        stroke: ink("--ink-3"),
        grid: { stroke: ink("--grid-line"), width: 1 },
        ticks: { show: false },
        gap: 8,
        size: (u, values) => {
          let widest = 0;
          u.ctx.save();
          u.ctx.font = `${note * uPlot.pxRatio}px ${style.fontFamily}`;
          for (const v of values ?? []) widest = Math.max(widest, u.ctx.measureText(v).width / uPlot.pxRatio);
          u.ctx.restore();
          return Math.ceil(widest) + 10;
        },
        splits: () => [...axisOf(read()).ticks],
        values: (_, splits) => {
          const { digits } = axisOf(read());
          return splits.map((v) => fixed(v, digits));
        },
      },
    ],
    series: [{}, { paths: () => null, points: { show: false } }],
    hooks: { draw: [(u) => paint(u, read())] },
  };
}

/**
 * A focusable figure with name and summary; arrows step by interval (Shift: by eight, Home and End) and are announced
 * when they rest; the pointer does the same; the legend's buttons show or hide and carry the values.
 */
export function Chart(props: ChartProps) {
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [picked, setPicked] = useState<number | null>(null);
  const [said, setSaid] = useState("");
  const sayTimer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const model = useRef<Model>({ ...props, hidden, picked });
  model.current = { ...props, hidden, picked };

  // the plot lives as long as the box; data and looks reach it through `model`
  useEffect(() => {
    const root = box.current;
    if (root === null) return;
    const make = (): void => {
      plot.current?.destroy();
      const width = Math.floor(root.clientWidth);
      const height = Math.floor(props.height ?? root.clientHeight);
      if (width < 40 || height < 40) return;
      const m = model.current;
      const xs = m.time.length > 0 ? m.time.map(seconds) : [seconds(m.from), seconds(m.to)];
      plot.current = new uPlot(
        options(() => model.current, width, height, root),
        [xs, xs.map(() => null)],
        root,
      );
    };
    make();
    const seen = new ResizeObserver(() => {
      const width = Math.floor(root.clientWidth);
      const height = Math.floor(props.height ?? root.clientHeight);
      const u = plot.current;
      if (u === null) make();
      else if (width >= 40 && height >= 40 && (u.width !== width || u.height !== height))
        u.setSize({ width, height });
    });
    seen.observe(root);
    return () => {
      seen.disconnect();
      clearTimeout(sayTimer.current);
      plot.current?.destroy();
      plot.current = null;
    };
  }, [props.height, props.quality === undefined]);

  useEffect(() => {
    const u = plot.current;
    if (u === null) return;
    const xs = props.time.length > 0 ? props.time.map(seconds) : [seconds(props.from), seconds(props.to)];
    u.setData([xs, xs.map(() => null)], true);
  }, [props.time, props.layers, props.from, props.to, props.ticks, props.now?.at, hidden]);

  useEffect(() => {
    plot.current?.redraw(false);
  }, [picked]);

  useSignalEffect(() => {
    paintEpoch.value;
    plot.current?.redraw(false, true);
  });

  const { time, layers, stepMs } = props;
  const latest = lastKnown(layers, time.length);
  const shown = picked ?? latest;
  const valueText = (layer: ChartLayer): string =>
    shown < 0 ? DASH : fixed(valueAt(layer, shown), props.digits);

  const pick = (index: number | null, aloud: boolean): void => {
    if (index === picked) return;
    setPicked(index);
    props.onPick?.(index);
    clearTimeout(sayTimer.current);
    const at = index === null ? undefined : time[index];
    if (!aloud || index === null || at === undefined) return;
    sayTimer.current = setTimeout(() => {
      const values = layers
        .filter((l) => !hidden.has(l.id))
        .map((l) => {
          const v = valueAt(l, index);
          return `${l.label} ${v === null ? t("ui.chart.missing") : `${fixed(v, props.digits)} ${props.unit}`}`;
        });
      setSaid(t("ui.chart.at", { time: props.pointLabel(at), values: values.join(t("ui.between")) }));
    }, 350);
  };

  const onKey = (event: KeyboardEvent): void => {
    const by = event.shiftKey ? 8 : 1;
    const end = latest < 0 ? time.length - 1 : latest;
    let next: number | null;
    if (event.key === "ArrowLeft") next = Math.max(0, (picked ?? end + 1) - by);
    else if (event.key === "ArrowRight") next = Math.min(end, (picked ?? end - 1) + by);
    else if (event.key === "Home") next = 0;
    else if (event.key === "End") next = end;
    else if (event.key === "Escape" && picked !== null) next = null;
    else return;
    event.preventDefault();
    event.stopPropagation();
    pick(next, true);
  };

  const onMove = (event: PointerEvent): void => {
    const u = plot.current;
    if (u === null) return;
    const rect = u.over.getBoundingClientRect();
    const at = u.posToVal(event.clientX - rect.left, "x") * 1000;
    if (event.clientX < rect.left || event.clientX > rect.right) {
      pick(null, false);
      return;
    }
    let index = -1;
    if (stepMs > 0) index = time.findIndex((s) => at >= s && at < s + stepMs);
    else {
      let best = Number.POSITIVE_INFINITY;
      time.forEach((s, i) => {
        if (Math.abs(s - at) < best) {
          best = Math.abs(s - at);
          index = i;
        }
      });
    }
    pick(index < 0 || index > latest ? null : index, false);
  };

  const toggle = (layer: string): void => {
    const next = new Set(hidden);
    if (!next.delete(layer)) next.add(layer);
    setHidden(next);
  };

  const at = picked === null ? undefined : time[picked];
  return (
    <div class="chart">
      {props.legend !== false && (
        <div class="chart-legend">
          <Legend
            label={t("ui.chart.legend")}
            hidden={hidden}
            onToggle={toggle}
            items={layers
              .filter((l) => l.unlisted !== true)
              .map((l) => ({
                id: l.id,
                label: l.label,
                source: l.colour === "ink-2" || l.colour === "ok" || l.colour === "bad" ? "ink" : l.colour,
                pattern: l.kind === "line" ? "line" : l.pattern,
                value: valueText(l),
              }))}
          />
          <span class="chart-at">{at === undefined ? "" : props.pointLabel(at)}</span>
        </div>
      )}
      {/* biome-ignore-start lint/a11y/useSemanticElements: a figure element would bring margins and a caption of its own */}
      {/* biome-ignore-start lint/a11y/noNoninteractiveTabindex: the chart is stepped through by keys */}
      <div
        ref={box}
        class="chart-box"
        style={props.height === undefined ? undefined : { height: `${props.height}px` }}
        role="figure"
        tabIndex={0}
        aria-label={props.name}
        aria-describedby={`${id}-summary`}
        onKeyDown={onKey}
        onPointerMove={onMove}
        onPointerDown={onMove}
        onPointerLeave={() => pick(null, false)}
        onBlur={() => pick(null, false)}
      />
      {/* biome-ignore-end lint/a11y/noNoninteractiveTabindex: as above */}
      {/* biome-ignore-end lint/a11y/useSemanticElements: as above */}
      <p id={`${id}-summary`} class="visually-hidden">
        {props.summary} {t("ui.chart.keys")}
      </p>
      <p class="visually-hidden" aria-live="polite">
        {said}
      </p>
    </div>
  );
}
