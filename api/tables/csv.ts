import type { Cell } from "./table.ts";

/** CSV as spreadsheets and programs both read it: UTF-8 with a mark, CRLF, and no cell that becomes a formula. */

const PLAIN_NUMBER = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;

/**
 * One cell of CSV: quoted where it must be, and never a formula for whoever opens it in a spreadsheet
 * (ASVS 1.2.10): text that begins with = + - @ tab or return gets an apostrophe, plain numbers do not.
 */
export function csvCell(cell: Cell): string {
  if (cell === null) return "";
  const text = typeof cell === "number" ? String(cell) : cell;
  const safe = /^[=+\-@\t\r]/.test(text) && !PLAIN_NUMBER.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Rows as the text of a CSV file. */
export function csvText(rows: readonly (readonly Cell[])[]): string {
  return `\uFEFF${rows.map((row) => row.map(csvCell).join(",")).join("\r\n")}\r\n`;
}
