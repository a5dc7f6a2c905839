import { parse } from "csv-parse/sync";
import { readSheet } from "read-excel-file/node";
import type { RowProblem } from "../answers/ledger.ts";

/** A file with a table as rows of cells: CSV in UTF-8 or GB 18030, or the first sheet of a workbook. */

export type SheetCell = string | number | boolean | null;
type Sheet = { readonly rows: readonly (readonly SheetCell[])[] } | { readonly problem: RowProblem };

/** A workbook unpacked is many times its size on the wire; more than this is refused unread. */
const MOST_UNPACKED_BYTES = 60 * 1024 * 1024;
const ZIP = [0x50, 0x4b, 0x03, 0x04];

/** Rows as a spreadsheet counts them: empty ones are there, too. */
export async function readTable(bytes: Uint8Array): Promise<Sheet> {
  if (ZIP.every((byte, i) => bytes[i] === byte)) return await readWorkbook(bytes);
  const text = textOf(bytes);
  if (text === null) return fileProblem("CSV in UTF-8 or GB 18030, or an XLSX workbook", "neither");
  try {
    // csv-parse types rows as unknown; without a cast asked for, cells are text.
    const rows = parse(text, {
      bom: true,
      delimiter: [",", "\t", ";"],
      relax_column_count: true,
      skip_empty_lines: false,
      trim: true,
    }) as string[][];
    return { rows };
  } catch (error) {
    return fileProblem("CSV that can be read", error instanceof Error ? error.message : "not CSV");
  }
}

async function readWorkbook(bytes: Uint8Array): Promise<Sheet> {
  if (unpackedBytes(bytes) > MOST_UNPACKED_BYTES)
    return fileProblem(`a workbook of at most ${MOST_UNPACKED_BYTES / 2 ** 20} MiB unpacked`, "more");
  try {
    const rows = await readSheet(Buffer.from(bytes));
    return { rows: rows.map((row) => row.map(plainCell)) };
  } catch {
    // What the reader says is of its own insides.
    return fileProblem("a workbook that can be read", "one that cannot");
  }
}

function plainCell(cell: unknown): SheetCell {
  if (cell instanceof Date) return cell.toISOString().slice(0, 10);
  if (typeof cell === "string") return cell.trim();
  return typeof cell === "number" || typeof cell === "boolean" ? cell : null;
}

/** UTF-8, else GB 18030, as spreadsheets on Chinese systems write; null for what is no text. */
function textOf(bytes: Uint8Array): string | null {
  if (bytes.includes(0)) return null;
  for (const encoding of ["utf-8", "gb18030"]) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes);
    } catch {
      // Then the next one.
    }
  }
  return null;
}

/** What a ZIP's directory says its files unpack to. */
function unpackedBytes(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const ENTRY = 0x02014b50;
  let sum = 0;
  for (let at = 0; at + 46 <= bytes.length; at++)
    if (bytes[at] === 0x50 && view.getUint32(at, true) === ENTRY) sum += view.getUint32(at + 24, true);
  return sum;
}

function fileProblem(expected: string, found: string): Sheet {
  return { problem: { row: 0, column: "", expected, found } };
}
