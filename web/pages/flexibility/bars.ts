import type { FlexibilityAnswer } from "../../../api/answers/flexibility.ts";
import { tickStep } from "../path/geometry.ts";

/** One duration's pair of bars, in pixels of the svg: up rises from the zero line, down hangs from it. */
export type FlexBar = {
  at: number;
  durationMin: number;
  x: number;
  width: number;
  slot: { x: number; width: number };
  upKw: number;
  upHeight: number;
  downKw: number;
  downHeight: number;
};

export type FlexChart = { zero: number; bars: FlexBar[]; ticks: { kw: number; y: number }[] };

/**
 * Diverging bars of what can go up and down by duration. Both sides share one scale, so that up and down can be compared;
 * `pad` is kept above and below for the numbers on the bars.
 */
export function flexChart(
  answer: Pick<FlexibilityAnswer, "durationsMin" | "upKw" | "downKw">,
  plot: { left: number; right: number; top: number; bottom: number; pad: number },
): FlexChart {
  const up = Math.max(0, ...answer.upKw);
  const down = Math.max(0, ...answer.downKw);
  const room = plot.bottom - plot.top - 2 * plot.pad;
  const scale = up + down > 0 ? room / (up + down) : 0;
  const zero = scale > 0 ? plot.top + plot.pad + up * scale : (plot.top + plot.bottom) / 2;
  const slotWidth = (plot.right - plot.left) / Math.max(1, answer.durationsMin.length);
  const width = slotWidth * 0.6;
  const bars = answer.durationsMin.map((durationMin, at): FlexBar => {
    const slot = plot.left + at * slotWidth;
    const upKw = answer.upKw[at] ?? 0;
    const downKw = answer.downKw[at] ?? 0;
    return {
      at,
      durationMin,
      x: slot + (slotWidth - width) / 2,
      width,
      slot: { x: slot, width: slotWidth },
      upKw,
      upHeight: upKw * scale,
      downKw,
      downHeight: downKw * scale,
    };
  });
  const ticks = [{ kw: 0, y: zero }];
  const step = kwStep(up + down);
  for (let kw = step; scale > 0 && kw <= up; kw += step) ticks.push({ kw, y: zero - kw * scale });
  for (let kw = step; scale > 0 && kw <= down; kw += step) ticks.push({ kw: -kw, y: zero + kw * scale });
  return { zero, bars, ticks };
}

/** A round step for an axis that spans `spanKw`: about five lines. */
function kwStep(spanKw: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(spanKw, 1e-9)));
  return tickStep(spanKw / power, 5) * power;
}

export type Capacity = {
  id: "connected" | "tested" | "callable" | "declared";
  upKw: number | null;
  downKw: number | null;
};

/** The four capacities, in the order of how much they promise; callable is what is free now at the chosen duration. */
export function capacities(answer: FlexibilityAnswer, at: number): Capacity[] {
  const { capacity } = answer;
  return [
    { id: "connected", upKw: capacity.connectedUpKw, downKw: capacity.connectedDownKw },
    { id: "tested", upKw: capacity.testedUpKw, downKw: capacity.testedDownKw },
    { id: "callable", upKw: answer.upKw[at] ?? null, downKw: answer.downKw[at] ?? null },
    { id: "declared", upKw: capacity.declaredUpKw, downKw: capacity.declaredDownKw },
  ];
}

/** What the assets add up to at a duration, and what connections cut from it (≥ 0) to leave the answer's total. */
export function assetSum(
  answer: FlexibilityAnswer,
  at: number,
): { upKw: number; downKw: number; cutUpKw: number; cutDownKw: number } {
  const sum = (side: "upKw" | "downKw"): number =>
    answer.assets.reduce((total, asset) => total + (asset[side][at] ?? 0), 0);
  const upKw = sum("upKw");
  const downKw = sum("downKw");
  return {
    upKw,
    downKw,
    cutUpKw: Math.max(0, upKw - (answer.upKw[at] ?? 0)),
    cutDownKw: Math.max(0, downKw - (answer.downKw[at] ?? 0)),
  };
}

type Asset = FlexibilityAnswer["assets"][number];

/** Assets of a kind that does not count yet, as one row. */
export type WaitingKind = { kind: string; assets: readonly Asset[] };

/**
 * Storages first, then the other assets, each part with those that count at some duration before those that do not, in
 * the answer's order; kinds that do not count yet are one row each.
 */
export function assetsInOrder(answer: FlexibilityAnswer): { rows: Asset[]; waiting: WaitingKind[] } {
  const isWaiting = (asset: Asset): boolean => asset.because.code === "not-counted-yet";
  const rank = (asset: Asset): number =>
    (asset.kind === "storage" ? 0 : 2) + ([...asset.upKw, ...asset.downKw].some((kw) => kw > 0) ? 0 : 1);
  const kinds = new Map<string, Asset[]>();
  for (const asset of answer.assets)
    if (isWaiting(asset)) kinds.set(asset.kind, [...(kinds.get(asset.kind) ?? []), asset]);
  return {
    rows: answer.assets.filter((asset) => !isWaiting(asset)).toSorted((a, b) => rank(a) - rank(b)),
    waiting: [...kinds].map(([kind, assets]) => ({ kind, assets })),
  };
}

/** What the storages that count do now, charging positive; null when none tells. */
export function presentKw(answer: FlexibilityAnswer): number | null {
  const known = answer.assets.flatMap((asset) => (asset.powerKw == null ? [] : [asset.powerKw]));
  return known.length === 0 ? null : known.reduce((sum, kw) => sum + kw, 0);
}

/** The duration that is shown first: one hour, else the middle one. */
export function firstDuration(durationsMin: readonly number[]): number {
  const hour = durationsMin.indexOf(60);
  return hour >= 0 ? hour : Math.floor(durationsMin.length / 2);
}
