import type { Problem } from "../../park/problems.ts";
import { show } from "../../park/problems.ts";
import { type HandReadRow, handReadRow, MOST_ROWS } from "./asked.ts";

const COLUMNS = ["meter", "channel", "time", "display"] as const;

export interface HandReadFile {
  readonly rows: readonly HandReadRow[];
  /** Line numbers of the rows, counted from 1. */
  readonly lines: readonly number[];
  readonly problems: readonly Problem[];
}

/** Registers read by hand from CSV with the columns meter, channel, time, display in any order, and every problem, by line. */
export function parseHandRead(text: string): HandReadFile {
  const problems: Problem[] = [];
  const filled = text
    .replace(/^\uFEFF/, "")
    .split(/\r\n|\n|\r/)
    .map((line, i) => ({ line, number: i + 1 }))
    .filter(({ line }) => line.trim() !== "");
  const [head, ...body] = filled;
  const names = head === undefined ? [] : cellsOf(head.line).map((c) => c.toLowerCase());
  const at = COLUMNS.map((name) => names.indexOf(name));
  if (at.includes(-1) || names.length !== COLUMNS.length) {
    return {
      rows: [],
      lines: [],
      problems: [{ path: "line 1", expected: COLUMNS.join(","), found: show(head?.line) }],
    };
  }
  if (body.length === 0 || body.length > MOST_ROWS) {
    const expected = `1 to ${MOST_ROWS} rows`;
    return { rows: [], lines: [], problems: [{ path: "rows", expected, found: String(body.length) }] };
  }
  const rows: HandReadRow[] = [];
  const lines: number[] = [];
  for (const { line, number } of body) {
    const cells = cellsOf(line);
    if (cells.length !== COLUMNS.length) {
      problems.push({ path: `line ${number}`, expected: `${COLUMNS.length} cells`, found: show(line) });
      continue;
    }
    const [meter, channel, time, display] = at.map((i) => cells[i] ?? "");
    const figure = /^\d+(\.\d+)?$/.test(display ?? "") ? Number(display) : display;
    const parsed = handReadRow.safeParse({ meter, channel, time, display: figure });
    if (parsed.success) {
      rows.push(parsed.data);
      lines.push(number);
    } else {
      for (const issue of parsed.error.issues) {
        const name = issue.path.join(".");
        const found = cells[at[COLUMNS.findIndex((column) => name.startsWith(column))] ?? -1];
        problems.push({ path: `line ${number}: ${name}`, expected: issue.message, found: show(found) });
      }
    }
  }
  return { rows, lines, problems };
}

/** Cells of a line; quoted ones may hold commas and doubled quotes, but no line break. */
function cellsOf(line: string): string[] {
  const cells: string[] = [];
  const pattern = /\s*(?:"((?:[^"]|"")*)"|([^,]*))\s*(?:,|$)/y;
  while (pattern.lastIndex < line.length) {
    const match = pattern.exec(line);
    if (match === null) return [];
    cells.push(match[1]?.replaceAll('""', '"') ?? (match[2] ?? "").trim());
    if (pattern.lastIndex === line.length && !match[0].endsWith(",")) return cells;
  }
  cells.push("");
  return cells;
}
