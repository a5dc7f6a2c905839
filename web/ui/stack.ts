/** The geometry of a chart's layers: what stands on what, and how far the axis must reach. Pure. */

export interface StackInput {
  readonly id: string;
  readonly kind: "above" | "below" | "line" | "range";
  /** Base unit; for "below" as positive amounts, drawn downwards. Null is a gap. */
  readonly values: readonly (number | null)[];
  readonly lower?: readonly (number | null)[] | undefined;
}

export interface StackedLayer {
  readonly id: string;
  readonly from: (number | null)[];
  readonly to: (number | null)[];
}

/** Layers above zero pile up in their order, those below pile down; a gap in one leaves the others standing. */
export function stack(layers: readonly StackInput[], length: number): StackedLayer[] {
  const up = new Array<number>(length).fill(0);
  const down = new Array<number>(length).fill(0);
  const result: StackedLayer[] = [];
  for (const layer of layers) {
    if (layer.kind === "line") continue;
    const from: (number | null)[] = [];
    const to: (number | null)[] = [];
    for (let i = 0; i < length; i += 1) {
      const value = layer.values[i] ?? null;
      if (layer.kind === "range") {
        from.push(layer.lower?.[i] ?? null);
        to.push(value);
      } else if (value === null) {
        from.push(null);
        to.push(null);
      } else {
        const pile = layer.kind === "above" ? up : down;
        const start = pile[i] ?? 0;
        const end = layer.kind === "above" ? start + value : start - value;
        pile[i] = end;
        from.push(start);
        to.push(end);
      }
    }
    result.push({ id: layer.id, from, to });
  }
  return result;
}

export interface NiceAxis {
  readonly min: number;
  readonly max: number;
  readonly ticks: readonly number[];
  readonly digits: number;
}

const STEPS = [1, 2, 2.5, 5, 10];

/**
 * An axis that holds [low, high] and zero: 3 to 6 steps above zero; below zero as much as is needed, in half steps, so that
 * a little charging does not cost a quarter of the picture.
 */
export function niceAxis(low: number, high: number, wanted = 3): NiceAxis {
  const top = low === 0 && high === 0 ? 1 : high;
  const reach = Math.max(top, 0) || Math.max(-low, 0);
  const rough = reach / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = STEPS.find((s) => s * power >= rough * 0.999) ?? 10;
  const step = factor * power;
  const max = top > 0 ? Math.ceil((top / step) * 0.999) * step : 0;
  const half = step / 2;
  const min = low < 0 ? -Math.ceil((-low / half) * 0.999) * half : 0;
  const ticks: number[] = [];
  for (let i = Math.ceil(min / step - 1e-9); i * step <= max + step * 1e-9; i += 1) ticks.push(i * step);
  const first = ticks[0];
  if (first !== undefined && min < first - step * 1e-9) ticks.unshift(min);
  const finest = ticks.some((v) => Math.abs(v / step - Math.round(v / step)) > 1e-6) ? half : step;
  const digits = Math.max(0, Math.min(4, Math.ceil(-Math.log10(finest) - 1e-9), decimals(finest)));
  return { min, max, ticks, digits };
}

function decimals(value: number): number {
  const text = String(Number(value.toPrecision(6)));
  const dot = text.indexOf(".");
  return dot < 0 ? 0 : text.length - dot - 1;
}
