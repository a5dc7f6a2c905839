import type { LiveAnswer } from "../../../api/answers/live.ts";
import { roundToSum, type Unit, unitFor } from "../../format.ts";
import type { Source } from "../../ui/sources.ts";

/**
 * Where the power comes from and goes to, as it is drawn. Pure. In = out always: what the meters leave over is a node
 * of its own, on the side where it is missing; shown values add up to the shown total, shares to 100.0 %.
 */

export type FlowKind =
  | "pv"
  | "storageOut"
  | "grid"
  | "unmatched"
  | "group"
  | "otherUse"
  | "pvNight"
  | "storageIn"
  | "export"
  | "unknown";

export interface FlowNode {
  readonly id: string;
  readonly kind: FlowKind;
  readonly source: Source;
  readonly powerKw: number;
  /** In the flow's unit, rounded so that the column adds up. */
  readonly shown: number;
  /** Share of the total in per cent, one decimal, adding up to 100.0. */
  readonly sharePercent: number;
  readonly name: { readonly zh: string; readonly en: string } | null;
  readonly enterprises: number;
}

export interface Flow {
  readonly inputs: readonly FlowNode[];
  readonly outputs: readonly FlowNode[];
  readonly totalKw: number;
  readonly totalShown: number;
  readonly unit: Unit;
  readonly digits: number;
}

interface Raw {
  readonly id: string;
  readonly kind: FlowKind;
  readonly source: Source;
  readonly powerKw: number;
  readonly name?: FlowNode["name"];
  readonly enterprises?: number;
}

/** Below this a difference is rounding of floating point, not power (kW). */
const NOTHING_KW = 1e-6;

/** A shown column: plain rounding, the difference absorbed by the node that is a difference anyway. */
function columnOf(
  raw: readonly Raw[],
  totalKw: number,
  totalShown: number,
  unit: Unit,
  digits: number,
): FlowNode[] {
  const plain = raw.map((r) => Number((r.powerKw / unit.per).toFixed(digits)));
  const scale = 10 ** digits;
  const rest = Math.round((totalShown - plain.reduce((a, b) => a + b, 0)) * scale) / scale;
  const absorber = raw.findIndex((r) => r.kind === "unknown" || r.kind === "unmatched");
  const absorbed = absorber < 0 ? -1 : (plain[absorber] ?? 0) + rest;
  const shown: (number | null)[] =
    rest !== 0 && absorbed > 0
      ? plain.map((v, i) => (i === absorber ? Math.round(absorbed * scale) / scale : v))
      : rest === 0
        ? plain
        : roundToSum(
            raw.map((r) => r.powerKw / unit.per),
            digits,
            totalShown,
          );
  const shares = roundToSum(
    raw.map((r) => (totalKw > 0 ? (r.powerKw / totalKw) * 100 : 0)),
    1,
    totalKw > 0 ? 100 : 0,
  );
  return raw.map((r, i) => ({
    id: r.id,
    kind: r.kind,
    source: r.source,
    powerKw: r.powerKw,
    shown: shown[i] ?? 0,
    sharePercent: shares[i] ?? 0,
    name: r.name ?? null,
    enterprises: r.enterprises ?? 0,
  }));
}

/** The flow of a live picture; null while the gate meters are silent and nothing can be balanced. */
export function flowOf(live: Pick<LiveAnswer, "busKw" | "sources" | "uses" | "groups">): Flow | null {
  const { sources, uses, groups } = live;
  if (live.busKw === null || sources.gridImportKw === null) return null;
  const pvKw = sources.pvKw ?? 0;
  const into: Raw[] = [
    { id: "pv", kind: "pv", source: "solar", powerKw: Math.max(0, pvKw) },
    { id: "storageOut", kind: "storageOut", source: "discharge", powerKw: sources.storageOutKw ?? 0 },
    { id: "grid", kind: "grid", source: "grid", powerKw: sources.gridImportKw },
  ];
  const groupsKw = groups.reduce((sum, g) => sum + Math.max(0, g.powerKw ?? 0), 0);
  const out: Raw[] = groups.map((g) => ({
    id: g.id,
    kind: "group",
    source: "use",
    powerKw: Math.max(0, g.powerKw ?? 0),
    name: g.name,
    enterprises: g.enterprises,
  }));
  out.push(
    { id: "otherUse", kind: "otherUse", source: "use", powerKw: Math.max(0, (uses.useKw ?? 0) - groupsKw) },
    { id: "pvNight", kind: "pvNight", source: "use", powerKw: Math.max(0, -pvKw) },
    { id: "storageIn", kind: "storageIn", source: "charge", powerKw: uses.storageInKw ?? 0 },
    { id: "export", kind: "export", source: "export", powerKw: uses.gridExportKw ?? 0 },
  );
  const sum = (nodes: readonly Raw[]): number => nodes.reduce((a, n) => a + n.powerKw, 0);
  const differenceKw = sum(into) - sum(out);
  if (differenceKw > NOTHING_KW)
    out.push({ id: "unknown", kind: "unknown", source: "unknown", powerKw: differenceKw });
  if (differenceKw < -NOTHING_KW)
    into.push({ id: "unmatched", kind: "unmatched", source: "unknown", powerKw: -differenceKw });
  const inputs = into.filter((n) => n.powerKw > NOTHING_KW);
  const outputs = out.filter((n) => n.powerKw > NOTHING_KW);
  const totalKw = sum(inputs);
  const unit = unitFor("power", [totalKw]);
  const digits = unit.per === 1 ? 0 : 1;
  const scale = 10 ** digits;
  // the total is the sum of the sources as they are shown on their own, so that it agrees with the tiles
  const totalShown =
    Math.round(inputs.reduce((a, n) => a + Number((n.powerKw / unit.per).toFixed(digits)), 0) * scale) /
    scale;
  return {
    inputs: columnOf(inputs, totalKw, totalShown, unit, digits),
    outputs: columnOf(outputs, totalKw, totalShown, unit, digits),
    totalKw,
    totalShown,
    unit,
    digits,
  };
}

/** The flow without what reads 0.0 at its unit and digits: nothing to see, while the sums on screen stay. */
export function drawnFlow(flow: Flow): Flow {
  const seen = (n: FlowNode): boolean => n.shown !== 0 || n.sharePercent !== 0;
  return { ...flow, inputs: flow.inputs.filter(seen), outputs: flow.outputs.filter(seen) };
}

export interface Placed {
  readonly node: FlowNode;
  /** The node's own bar. */
  readonly y: number;
  readonly height: number;
  /** Where its ribbon meets the bus. */
  readonly busY: number;
  /** The middle of its slot, for the label. */
  readonly middle: number;
}

export interface FlowLayout {
  readonly inputs: readonly Placed[];
  readonly outputs: readonly Placed[];
  readonly busY: number;
  readonly busHeight: number;
  /** Pixels for one kW; the same on both sides, so heights compare. */
  readonly pxPerKw: number;
}

export interface FlowBox {
  readonly height: number;
  /** Least slot of a label at the left (two lines) and at the right (one line). */
  readonly inputSlot: number;
  readonly outputSlot: number;
  readonly gap: number;
  /** Kept free above the bus for its label. */
  readonly busLabel: number;
}

/** Slots of a column: each as high as its bar or its label. */
function columnHeight(nodes: readonly FlowNode[], k: number, slot: number, gap: number): number {
  return nodes.reduce((a, n) => a + Math.max(n.powerKw * k, slot), 0) + gap * Math.max(0, nodes.length - 1);
}

/** Places bars and ribbons: one scale for all, the largest that lets both columns and the bus fit the height. */
export function layoutFlow(flow: Flow, box: FlowBox): FlowLayout {
  const fits = (k: number): boolean =>
    columnHeight(flow.inputs, k, box.inputSlot, box.gap) <= box.height &&
    columnHeight(flow.outputs, k, box.outputSlot, box.gap) <= box.height &&
    flow.totalKw * k <= box.height - 2 * box.busLabel;
  let low = 0;
  let high = flow.totalKw > 0 ? box.height / flow.totalKw : 0;
  for (let i = 0; i < 48; i += 1) {
    const middle = (low + high) / 2;
    if (fits(middle)) low = middle;
    else high = middle;
  }
  const k = low;
  const busHeight = flow.totalKw * k;
  const busY = (box.height - busHeight) / 2;
  const place = (nodes: readonly FlowNode[], slot: number): Placed[] => {
    const used = columnHeight(nodes, k, slot, box.gap);
    let y = Math.max(0, (box.height - used) / 2);
    let bus = busY;
    return nodes.map((node) => {
      const height = node.powerKw * k;
      const own = Math.max(height, slot);
      const placed = { node, y: y + (own - height) / 2, height, busY: bus, middle: y + own / 2 };
      y += own + box.gap;
      bus += height;
      return placed;
    });
  };
  return {
    inputs: place(flow.inputs, box.inputSlot),
    outputs: place(flow.outputs, box.outputSlot),
    busY,
    busHeight,
    pxPerKw: k,
  };
}

/** An SVG path of a ribbon of one thickness from (x0, y0) to (x1, y1), top edges; the only curves we draw. */
export function ribbon(x0: number, y0: number, x1: number, y1: number, thickness: number): string {
  const c = (x0 + x1) / 2;
  const n = (v: number): string => v.toFixed(1);
  return (
    `M${n(x0)} ${n(y0)}C${n(c)} ${n(y0)} ${n(c)} ${n(y1)} ${n(x1)} ${n(y1)}V${n(y1 + thickness)}` +
    `C${n(c)} ${n(y1 + thickness)} ${n(c)} ${n(y0 + thickness)} ${n(x0)} ${n(y0 + thickness)}Z`
  );
}
