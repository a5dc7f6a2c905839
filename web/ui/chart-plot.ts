import uPlot from "uplot";
import { fixed } from "../format.ts";
import {
  type Edges,
  type Plot,
  paintBand,
  paintGap,
  paintLine,
  paintSteps,
  paintStrip,
} from "./chart-paint.ts";
import type { ChartLayer, ChartProps } from "./chart-types.ts";
import { niceAxis, stack } from "./stack.ts";

/** A chart's axes and the order in which its layers are painted on uPlot's canvas. */

export const seconds = (ms: number): number => ms / 1000;

/** A chart as it stands: what it was given, what is hidden, which interval is picked. */
export interface Model extends ChartProps {
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
      // dark on light and light on dark: seen over any layer
      if (m.stepMs > 0) {
        ctx.strokeStyle = surface;
        ctx.lineWidth = 4 * px;
        ctx.strokeRect(x0 - px / 2, top, x1 - x0 + px, height);
      }
      ctx.strokeStyle = ink("--ink");
      ctx.lineWidth = 1.5 * px;
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

/** How uPlot is set up; data and looks are read anew at each paint. */
export function plotOptions(
  read: () => Model,
  width: number,
  height: number,
  root: HTMLElement,
): uPlot.Options {
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
