/** A table as it leaves in a file: one header row with units, full figures, instants as text in the park's zone. */

/** A number stays a number in a workbook; null is an empty cell, never 0. */
export type Cell = string | number | null;

export interface Table {
  /** Name of the file without its ending: letters, digits and hyphens. */
  readonly file: string;
  /** Name of the sheet, at most 31 characters. */
  readonly sheet: string;
  /** Header row, units included. */
  readonly head: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** What a reader must know of the table: on a sheet of its own in a workbook. */
  readonly notes: readonly (readonly Cell[])[];
}

export const FILE_FORMATS = ["json", "csv", "xlsx"] as const;
export type FileFormat = (typeof FILE_FORMATS)[number];

/** The languages of files. */
export type FileLanguage = "zh" | "en";
