import { toCsv } from "./csv.ts";
import type { TableData } from "./table.tsx";

/** Hands the table to the browser as a CSV file. */
export function downloadCsv(data: TableData): void {
  downloadText(`${data.file}.csv`, toCsv(data), "text/csv;charset=utf-8");
}

/** Hands a text to the browser as a file. */
export function downloadText(file: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const a = document.createElement("a");
  a.href = url;
  a.download = file;
  a.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
