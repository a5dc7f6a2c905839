/** A tree of rows, in the order of a walk through it, of which deeper levels are folded away. */

interface TreeRow {
  readonly meter: string;
  readonly depth: number;
  readonly state: string;
}

/**
 * The rows to show and how many rows lie directly below each that can be folded. Rows down to `level` stand
 * from the start, deeper ones once those above them are opened; a row that does not agree is never folded away, nor are
 * the rows that lead to it.
 */
export function folded<Row extends TreeRow>(
  rows: readonly Row[],
  open: ReadonlySet<string>,
  level: number,
): { shown: Row[]; folds: ReadonlyMap<string, number> } {
  // an enterprise's own tree begins where it hangs in the park's
  const top = Math.min(...rows.map((row) => row.depth));
  const above: Row[] = [];
  const folds = new Map<string, number>();
  const wanted = new Set<string>();
  for (const row of rows) {
    while ((above.at(-1)?.depth ?? -1) >= row.depth) above.pop();
    const isOpen = row.depth - top <= level || above.slice(level).every((one) => open.has(one.meter));
    if (isOpen) wanted.add(row.meter);
    if (row.state === "over") for (const one of [...above, row]) wanted.add(one.meter);
    const parent = above.at(-1);
    if (parent !== undefined && parent.depth - top >= level)
      folds.set(parent.meter, (folds.get(parent.meter) ?? 0) + 1);
    above.push(row);
  }
  return { shown: rows.filter((row) => wanted.has(row.meter)), folds };
}
