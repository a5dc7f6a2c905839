import { type DayContext, type Leaf, type LeafDay, MINUTES } from "./leaves.ts";
import type { Tree } from "./tree.ts";

/** Power flows bottom-up: from the leaves' day to every meter's import and export. */

/** A tree in force between two dates, with what stands behind its leaves. */
export interface Version {
  readonly tree: Tree;
  readonly leaves: readonly (Leaf | null)[];
  /** By node: the leaves below it, and what of their flow is lost or unmetered on the way up to it. */
  readonly paths: readonly (readonly Path[])[];
}

interface Path {
  readonly leaf: number;
  readonly share: number;
}

/** One day of the whole tree. */
export interface Day {
  readonly startMs: number;
  readonly version: Version;
  readonly leafDays: readonly (LeafDay | null)[];
  /** By node: the sum of flows by quarter-hour; import and export from the day's start, with one entry more than quarters. */
  readonly gross: readonly Float64Array[];
  readonly imported: readonly Float64Array[];
  readonly exported: readonly Float64Array[];
}

/** For each node the leaves below it with the shares added on the way. */
export function pathsOf(tree: Tree): Path[][] {
  const paths: Path[][] = tree.nodes.map(() => []);
  for (const index of tree.order) {
    const node = tree.nodes[index];
    if (node === undefined) continue;
    const more = node.lossShare + node.unmeteredShare;
    paths[index] =
      node.children.length === 0
        ? [{ leaf: index, share: 0 }]
        : node.children.flatMap((c) =>
            (paths[c] ?? []).map(({ leaf, share }) => ({ leaf, share: share + more })),
          );
  }
  return paths;
}

/** Writes the minutes of a quarter-hour at a node: what each leaf below it lets through and what is lost of it on the way. */
export function writeMinutes(
  version: Version,
  leafDays: readonly (LeafDay | null)[],
  index: number,
  quarter: number,
  out: Float64Array,
): void {
  out.fill(0);
  const one = new Float64Array(MINUTES);
  for (const { leaf, share } of version.paths[index] ?? []) {
    leafDays[leaf]?.minutes(quarter, one);
    for (let i = 0; i < MINUTES; i++) {
      const flow = one[i] ?? 0;
      out[i] = (out[i] ?? 0) + flow + share * Math.abs(flow);
    }
  }
}

/**
 * One day of the whole tree by quarter-hour. Minutes are worked out only where the sign may change inside a
 * quarter-hour: elsewhere their sum is the quarter's, as losses are shares of what the leaves let through.
 */
export function flowDay(version: Version, context: DayContext): Day {
  const { tree } = version;
  const count = context.quarters.length;
  const leafDays = version.leaves.map((leaf) => leaf?.day(context) ?? null);
  // Most meters never give anything: they share one row of zeros.
  const nothing = new Float64Array(count + 1);
  const minutes = new Float64Array(MINUTES);
  const blank = (): Float64Array[] => tree.nodes.map(() => nothing);
  const net = blank();
  const gross = blank();
  const sway = blank();
  const imported = blank();
  const exported = blank();
  for (const index of tree.order) {
    const node = tree.nodes[index];
    const leaf = leafDays[index] ?? null;
    if (node === undefined) continue;
    let n: Float64Array = leaf?.net ?? new Float64Array(count);
    let g: Float64Array = leaf?.gross ?? new Float64Array(count);
    let s: Float64Array = leaf?.sway ?? new Float64Array(count);
    if (leaf === null) {
      const more = node.lossShare + node.unmeteredShare;
      n = new Float64Array(count);
      g = new Float64Array(count);
      s = new Float64Array(count);
      for (const c of node.children) {
        const [cn, cg, cs] = [net[c], gross[c], sway[c]];
        if (cn === undefined || cg === undefined || cs === undefined) continue;
        for (let q = 0; q < count; q++) {
          n[q] = (n[q] ?? 0) + (cn[q] ?? 0);
          g[q] = (g[q] ?? 0) + (cg[q] ?? 0);
          s[q] = (s[q] ?? 0) + (cs[q] ?? 0);
        }
      }
      for (let q = 0; q < count; q++) {
        n[q] = (n[q] ?? 0) + more * (g[q] ?? 0);
        // The losses sway with the leaves.
        s[q] = (1 + more) * (s[q] ?? 0);
      }
    }
    net[index] = n;
    gross[index] = g;
    sway[index] = s;
    const into = new Float64Array(count + 1);
    let out: Float64Array = nothing;
    for (let q = 0; q < count; q++) {
      const e = n[q] ?? 0;
      let taken = Math.max(0, e);
      let given = Math.max(0, -e);
      if (Math.abs(e) < (s[q] ?? 0)) {
        taken = 0;
        given = 0;
        writeMinutes(version, leafDays, index, q, minutes);
        for (const m of minutes) {
          if (m > 0) taken += m;
          else given -= m;
        }
      }
      into[q + 1] = (into[q] ?? 0) + taken;
      if (given > 0 && out === nothing) out = new Float64Array(count + 1);
      if (out !== nothing) out[q + 1] = (out[q] ?? 0) + given;
    }
    imported[index] = into;
    exported[index] = out;
  }
  return { startMs: context.startMs, version, leafDays, gross, imported, exported };
}
