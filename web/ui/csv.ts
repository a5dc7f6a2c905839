import type { TableData } from "./table-data.ts";

function field(value: string | number | null): string {
  if (value === null) return "";
  const text = typeof value === "number" ? String(value) : value;
  // a leading =, +, - or @ in a name would run as a formula in a spreadsheet
  const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** RFC 4180 text with full precision, missing as an empty field; starts with a BOM so that Excel reads UTF-8. */
export function toCsv(data: Pick<TableData, "columns" | "rows" | "foot">): string {
  const head = data.columns.map((c) => (c.unit === undefined ? c.label : `${c.label} (${c.unit})`));
  const rows = data.foot === undefined ? data.rows : [...data.rows, data.foot];
  return `\ufeff${[head, ...rows].map((row) => row.map(field).join(",")).join("\r\n")}\r\n`;
}
