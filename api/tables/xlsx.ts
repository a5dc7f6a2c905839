import writeXlsxFile, { type Row, type SheetData } from "write-excel-file/node";
import type { Cell, FileLanguage, Table } from "./table.ts";

/** Workbooks (Office Open XML). Text is written as text, so that nothing in it is ever a formula. */

const NOTES_SHEET = { zh: "说明", en: "Notes" } as const;
/** Widest and narrowest column, in characters. */
const WIDEST = 48;
const NARROWEST = 8;

/** A workbook of the table and, on a second sheet, of its notes. */
export async function xlsxBytes(table: Table, language: FileLanguage): Promise<Uint8Array<ArrayBuffer>> {
  const head: Row = table.head.map((text) => ({ type: String, value: text, fontWeight: "bold" as const }));
  const file = await writeXlsxFile([
    {
      data: [head, ...sheetRows(table.rows)],
      sheet: table.sheet,
      stickyRowsCount: 1,
      columns: table.head.map((text, i) => ({ width: widthOf([text, ...column(table.rows, i)]) })),
    },
    {
      data: sheetRows(table.notes),
      sheet: NOTES_SHEET[language],
      columns: [{ width: 32 }, { width: WIDEST }],
    },
  ]).toBuffer();
  return new Uint8Array(file);
}

function sheetRows(rows: readonly (readonly Cell[])[]): SheetData {
  return rows.map((row) =>
    row.map((cell) => {
      if (cell === null || cell === "") return null;
      return typeof cell === "number" ? { type: Number, value: cell } : { type: String, value: cell };
    }),
  );
}

function column(rows: Table["rows"], at: number): Cell[] {
  return rows.slice(0, 200).map((row) => row[at] ?? null);
}

/** A Han character takes the room of two letters. */
function widthOf(cells: readonly Cell[]): number {
  const lengths = cells.map((cell) =>
    cell === null ? 0 : String(cell).replaceAll(/[\u2e80-\uffef]/g, "xx").length,
  );
  return Math.min(WIDEST, Math.max(NARROWEST, ...lengths) + 2);
}
