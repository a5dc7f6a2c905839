import type { Problem } from "../../park/problems.ts";
import { show } from "../../park/problems.ts";
import { readTable, type SheetCell } from "../ledger/sheet.ts";
import { type HandReadRow, handReadRow, MOST_ROWS } from "./asked.ts";

const COLUMNS = ["meter", "channel", "time", "display"] as const;

interface HandReadFile {
  readonly rows: readonly HandReadRow[];
  /** Line numbers of the rows as a spreadsheet counts them, from 1. */
  readonly lines: readonly number[];
  readonly problems: readonly Problem[];
}

/**
 * Registers read by hand from CSV or the first sheet of a workbook, with the columns meter, channel, time, display in
 * any order, and every problem, by line.
 */
export async function parseHandRead(bytes: Uint8Array): Promise<HandReadFile> {
  const refused = (problem: Problem): HandReadFile => ({ rows: [], lines: [], problems: [problem] });
  const sheet = await readTable(bytes);
  if ("problem" in sheet) {
    const { expected, found } = sheet.problem;
    return refused({ path: "file", expected, found });
  }
  const [head, ...body] = sheet.rows
    .map((row, i) => ({ cells: withoutSurplus(row), number: i + 1 }))
    .filter(({ cells }) => cells.some(isFilled));
  const names = head === undefined ? [] : head.cells.map((c) => String(c ?? "").toLowerCase());
  const at = COLUMNS.map((name) => names.indexOf(name));
  if (at.includes(-1) || names.length !== COLUMNS.length)
    return refused({ path: "line 1", expected: COLUMNS.join(","), found: show(head?.cells.join(",")) });
  if (body.length === 0 || body.length > MOST_ROWS)
    return refused({ path: "rows", expected: `1 to ${MOST_ROWS} rows`, found: String(body.length) });
  const problems: Problem[] = [];
  const rows: HandReadRow[] = [];
  const lines: number[] = [];
  for (const { cells, number } of body) {
    if (cells.length !== COLUMNS.length) {
      const expected = `${COLUMNS.length} cells`;
      problems.push({ path: `line ${number}`, expected, found: show(cells.join(",")) });
      continue;
    }
    const [meter, channel, time, display] = at.map((i) => cells[i] ?? "");
    const figure = /^\d+(\.\d+)?$/.test(String(display)) ? Number(display) : display;
    const parsed = handReadRow.safeParse({ meter, channel, time, display: figure });
    if (parsed.success) {
      rows.push(parsed.data);
      lines.push(number);
    } else {
      for (const issue of parsed.error.issues) {
        const name = issue.path.join(".");
        const found = cells[at[COLUMNS.findIndex((column) => name.startsWith(column))] ?? -1] ?? "";
        problems.push({ path: `line ${number}: ${name}`, expected: issue.message, found: show(found) });
      }
    }
  }
  return { rows, lines, problems };
}

function isFilled(cell: SheetCell): boolean {
  return cell !== null && cell !== "";
}

/** Without the empty cells that spreadsheets write beyond the last column. */
function withoutSurplus(row: readonly SheetCell[]): readonly SheetCell[] {
  return row.slice(0, Math.max(COLUMNS.length, row.findLastIndex(isFilled) + 1));
}
