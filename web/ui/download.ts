import { toCsv } from "./csv.ts";
import type { TableData } from "./table.tsx";

/** Hands the table to the browser as a CSV file. */
export function downloadCsv(data: TableData): void {
  const url = URL.createObjectURL(new Blob([toCsv(data)], { type: "text/csv;charset=utf-8" }));
  const a = document.createElement("a");
  a.href = url;
  a.download = `${data.file}.csv`;
  a.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
