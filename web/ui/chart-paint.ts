import type { Quality } from "../../api/answers/common.ts";

/** Painting a chart's layers on a canvas: steps with 1 px gaps, hatches, lines with a halo, the quality strip. */

export type Ink = (name: string) => string;

export interface Plot {
  readonly ctx: CanvasRenderingContext2D;
  /** Canvas pixels. */
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly px: number;
  readonly x: (timeMs: number) => number;
  readonly y: (value: number) => number;
}

export interface Edges {
  readonly x0: readonly number[];
  readonly x1: readonly number[];
}

function hatch(
  ctx: CanvasRenderingContext2D,
  px: number,
  colour: string,
  ground: string,
): CanvasPattern | null {
  const size = Math.round(6 * px);
  const tile = document.createElement("canvas");
  tile.width = size;
  tile.height = size;
  const c = tile.getContext("2d");
  if (c === null) return null;
  c.fillStyle = ground;
  c.fillRect(0, 0, size, size);
  c.strokeStyle = colour;
  c.lineWidth = size * 0.36;
  c.beginPath();
  for (const d of [-size, 0, size]) {
    c.moveTo(d - 1, size + 1);
    c.lineTo(d + size + 1, -1);
  }
  c.stroke();
  return ctx.createPattern(tile, "repeat");
}

/** One stacked layer as steps; estimated intervals hatched. */
export function paintSteps(
  plot: Plot,
  edges: Edges,
  from: readonly (number | null)[],
  to: readonly (number | null)[],
  colour: string,
  ground: string,
  estimated: readonly boolean[] | undefined,
  alpha = 1,
): void {
  const { ctx, px } = plot;
  ctx.save();
  ctx.globalAlpha = alpha;
  const pattern = estimated?.some(Boolean) === true ? hatch(ctx, px, colour, ground) : null;
  for (let i = 0; i < to.length; i += 1) {
    const a = from[i];
    const b = to[i];
    const x0 = edges.x0[i];
    const x1 = edges.x1[i];
    if (a === null || a === undefined || b === null || b === undefined || a === b) continue;
    if (x0 === undefined || x1 === undefined) continue;
    const y0 = Math.round(plot.y(Math.max(a, b)));
    const y1 = Math.round(plot.y(Math.min(a, b)));
    ctx.fillStyle = estimated?.[i] === true && pattern !== null ? pattern : colour;
    ctx.fillRect(x0, y0, x1 - x0, y1 - y0);
  }
  ctx.restore();
}

/** A filled band between straight lines, for ranges that are not steps. */
export function paintBand(
  plot: Plot,
  time: readonly number[],
  from: readonly (number | null)[],
  to: readonly (number | null)[],
  colour: string,
  alpha: number,
): void {
  const { ctx } = plot;
  ctx.save();
  ctx.globalAlpha = alpha;
  ctx.fillStyle = colour;
  let run: number[] = [];
  const flush = (): void => {
    if (run.length > 1) {
      ctx.beginPath();
      for (const i of run) ctx.lineTo(plot.x(time[i] ?? 0), plot.y(to[i] ?? 0));
      for (const i of [...run].reverse()) ctx.lineTo(plot.x(time[i] ?? 0), plot.y(from[i] ?? 0));
      ctx.closePath();
      ctx.fill();
    }
    run = [];
  };
  for (let i = 0; i < time.length; i += 1) {
    if (typeof from[i] === "number" && typeof to[i] === "number") run.push(i);
    else flush();
  }
  flush();
  ctx.restore();
}

/** Outline of steps: horizontal runs joined by verticals, broken at gaps. */
function traceSteps(plot: Plot, edges: Edges, values: readonly (number | null)[]): void {
  const { ctx } = plot;
  let open = false;
  for (let i = 0; i < values.length; i += 1) {
    const v = values[i];
    const x0 = edges.x0[i];
    const x1 = edges.x1[i];
    if (v === null || v === undefined || x0 === undefined || x1 === undefined) {
      open = false;
      continue;
    }
    const y = plot.y(v);
    if (open) ctx.lineTo(x0, y);
    else ctx.moveTo(x0, y);
    ctx.lineTo(x1, y);
    open = true;
  }
}

function traceLine(plot: Plot, time: readonly number[], values: readonly (number | null)[]): void {
  const { ctx } = plot;
  let open = false;
  for (let i = 0; i < values.length; i += 1) {
    const v = values[i];
    if (v === null || v === undefined) {
      open = false;
      continue;
    }
    const x = plot.x(time[i] ?? 0);
    if (open) ctx.lineTo(x, plot.y(v));
    else ctx.moveTo(x, plot.y(v));
    open = true;
  }
}

export interface LineStyle {
  readonly colour: string;
  readonly surface: string;
  readonly step: boolean;
  readonly dash: "solid" | "dashed" | "dotted";
  readonly halo: boolean;
  readonly points: boolean;
  readonly width: number;
}

/** A line over the layers; the halo of surface colour keeps it readable on any fill. */
export function paintLine(
  plot: Plot,
  edges: Edges,
  time: readonly number[],
  values: readonly (number | null)[],
  style: LineStyle,
): void {
  const { ctx, px } = plot;
  const pass = (colour: string, width: number): void => {
    ctx.beginPath();
    if (style.step) traceSteps(plot, edges, values);
    else traceLine(plot, time, values);
    ctx.strokeStyle = colour;
    ctx.lineWidth = width * px;
    ctx.stroke();
  };
  ctx.save();
  ctx.lineJoin = "round";
  if (style.halo) pass(style.surface, style.width + 3);
  if (style.dash === "dashed") ctx.setLineDash([6 * px, 4 * px]);
  if (style.dash === "dotted") ctx.setLineDash([1.5 * px, 3 * px]);
  pass(style.colour, style.width);
  ctx.setLineDash([]);
  if (style.points) {
    ctx.fillStyle = style.colour;
    for (let i = 0; i < values.length; i += 1) {
      const v = values[i];
      if (v === null || v === undefined) continue;
      ctx.beginPath();
      ctx.arc(plot.x(time[i] ?? 0), plot.y(v), 2.6 * px, 0, Math.PI * 2);
      ctx.fill();
    }
  }
  ctx.restore();
}

/** The 1 px surface gap along a layer's outer edge. */
export function paintGap(
  plot: Plot,
  edges: Edges,
  values: readonly (number | null)[],
  surface: string,
): void {
  const { ctx, px } = plot;
  ctx.save();
  ctx.beginPath();
  traceSteps(plot, edges, values);
  ctx.strokeStyle = surface;
  ctx.lineWidth = px;
  ctx.stroke();
  ctx.restore();
}

/** The strip under the plot: solid measured, hatched estimated, open red missing, blank still to come. */
export function paintStrip(
  plot: Plot,
  edges: Edges,
  cells: readonly (Quality | null)[],
  top: number,
  height: number,
  ink: Ink,
): void {
  const { ctx, px } = plot;
  const solid = ink("--use");
  const pattern = hatch(ctx, px, solid, ink("--surface"));
  ctx.save();
  ctx.fillStyle = ink("--grid-line");
  ctx.fillRect(plot.left, top + height / 2, plot.right - plot.left, px);
  cells.forEach((q, i) => {
    const x0 = edges.x0[i];
    const x1 = edges.x1[i];
    if (q === null || x0 === undefined || x1 === undefined) return;
    const gap = x1 - x0 > 4 * px ? px : 0;
    ctx.fillStyle = ink("--surface");
    ctx.fillRect(x0, top, x1 - x0, height);
    if (q === "missing") {
      ctx.strokeStyle = ink("--bad");
      ctx.lineWidth = 1.25 * px;
      ctx.strokeRect(x0 + px, top + px * 0.6, x1 - x0 - px * 1.5, height - px * 1.2);
    } else {
      ctx.fillStyle = q === "measured" || pattern === null ? solid : pattern;
      ctx.fillRect(x0, top, x1 - x0 - (q === "measured" ? gap : 0), height);
    }
  });
  ctx.restore();
}
