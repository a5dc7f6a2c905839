import type { Park } from "../../park/park.ts";
import { show } from "../../park/problems.ts";
import type { ImportKind, RowProblem } from "../answers/ledger.ts";
import { COLUMNS, type Column } from "./columns.ts";
import type { SheetCell } from "./sheet.ts";

/** A table's rows as records to be checked: header names in either language, cells as people write them. */

export interface RecordRow {
  /** Counted from 1 as a spreadsheet does. */
  readonly row: number;
  readonly value: Readonly<Record<string, unknown>>;
}

interface RecordRows {
  readonly rows: readonly RecordRow[];
  readonly problems: readonly RowProblem[];
}

const MOST_ROWS = 5_000;
const YES = new Set(["是", "y", "yes", "true", "1", "可", "可交易"]);
const NO = new Set(["否", "n", "no", "false", "0", "不可", "不可交易"]);

/** Rows that are not empty, each a record by the columns of its kind; every problem of header and cells. */
export function recordRows(
  park: Park,
  kind: ImportKind,
  sheet: readonly (readonly SheetCell[])[],
): RecordRows {
  const columns = COLUMNS[kind];
  const headAt = sheet.findIndex((row) => !isEmpty(row));
  const head = sheet[headAt] ?? [];
  const places = head.map((cell) => columnOf(columns, String(cell ?? "")));
  const problems: RowProblem[] = [];
  const inHead = (column: string, expected: string, found: unknown) =>
    problems.push({ row: headAt + 1, column, expected, found: show(found) });
  head.forEach((cell, i) => {
    const found = places[i];
    if (cell !== null && cell !== "" && found === undefined)
      inHead(String(cell), `a column of ${kind}: ${columns.map((c) => c.zh).join(", ")}`, cell);
    if (found !== undefined && places.indexOf(found) !== i) inHead(found.zh, "one column of this name", cell);
  });
  for (const column of columns)
    if (column.needed && !places.includes(column))
      inHead(column.zh, `a column ${column.zh} (${column.en})`, undefined);
  const body = sheet
    .map((cells, i) => ({ cells, row: i + 1 }))
    .slice(headAt + 1)
    .filter(({ cells }) => !isEmpty(cells));
  if (headAt < 0 || body.length === 0 || body.length > MOST_ROWS)
    problems.push({ row: 0, column: "", expected: `1 to ${MOST_ROWS} rows`, found: String(body.length) });
  if (problems.length > 0) return { rows: [], problems };
  const rows = body.map(({ cells, row }): RecordRow => {
    const value: Record<string, unknown> = {};
    const detail: Record<string, unknown> = {};
    places.forEach((column, i) => {
      const cell = cells[i] ?? null;
      if (column === undefined || cell === null || cell === "") return;
      const read = cellValue(park, column, cell);
      if (column.key.startsWith("detail.")) detail[column.key.slice(7)] = read;
      else value[column.key] = read;
    });
    return { row, value: Object.keys(detail).length > 0 ? { ...value, detail } : value };
  });
  return { rows, problems };
}

/** The column's Chinese name of a path in a record: `detail.meters.0` is 电表. */
export function columnName(kind: ImportKind, path: string): string {
  const column = COLUMNS[kind].find((c) => path === c.key || path.startsWith(`${c.key}.`));
  return column === undefined ? path : `${column.zh} ${column.key}`;
}

function isEmpty(row: readonly SheetCell[]): boolean {
  return row.every((cell) => cell === null || cell === "");
}

/** By key or name in either language; case, spaces and what stands in brackets do not matter. */
function columnOf(columns: readonly Column[], head: string): Column | undefined {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[（(].*?[)）]|[\s_*]/g, "");
  const wanted = plain(head);
  if (wanted === "") return undefined;
  return columns.find((c) =>
    [c.key, c.key.replace("detail.", ""), c.zh, c.en].some((name) => plain(name) === wanted),
  );
}

/** A cell as the record wants it; what it cannot be is left as it is for the check to tell. */
function cellValue(park: Park, column: Column, cell: string | number | boolean): unknown {
  const text = String(cell).trim();
  switch (column.is) {
    case "number":
      return typeof cell === "number" ? cell : numberOf(text);
    case "month":
      return monthOf(text);
    case "date":
      return dateOf(text);
    case "flag": {
      const word = text.toLowerCase();
      return YES.has(word) ? true : NO.has(word) ? false : text;
    }
    case "list":
      return text.split(/[\s;；,，、]+/).filter((part) => part !== "");
    case "party":
      return enterpriseOf(park, text) ?? text;
    case "scope": {
      const id = enterpriseOf(park, text);
      return id === null ? (text === "园区" ? "park" : text) : `enterprise:${id}`;
    }
    case "text":
      return column.words?.[text] ?? text;
  }
}

function numberOf(text: string): unknown {
  const plain = /^-?\d{1,3}(,\d{3})+(\.\d+)?$/.test(text) ? text.replaceAll(",", "") : text;
  return /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(plain) ? Number(plain) : text;
}

const TWO = (part: string | undefined) => (part ?? "").padStart(2, "0");

function dateOf(text: string): string {
  const [, year, month, day] = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(text) ?? [];
  return year === undefined ? text : `${year}-${TWO(month)}-${TWO(day)}`;
}

/** Spreadsheets make the first of the month of a month. */
function monthOf(text: string): string {
  const [, year, month] = /^(\d{4})[-/.年](\d{1,2})(?:月|[-/.]0?1|月0?1日)?$/.exec(text) ?? [];
  return year === undefined ? text : `${year}-${TWO(month)}`;
}

function enterpriseOf(park: Park, text: string): string | null {
  const found = park.enterprises.find((e) => e.id === text || e.name.zh === text || e.name.en === text);
  return found?.id ?? null;
}
