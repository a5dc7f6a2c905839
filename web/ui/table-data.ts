/** What a chart or panel shows, as exact numbers: the accessible twin and the CSV. */

export interface TableColumn {
  readonly label: string;
  readonly unit?: string | undefined;
  /** Numbers are right-aligned with this many decimals; without it the column is text. */
  readonly digits?: number | undefined;
}

export interface TableData {
  /** Name of the CSV file, without its ending. */
  readonly file: string;
  readonly caption: string;
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly (string | number | null)[])[];
  readonly foot?: readonly (string | number | null)[] | undefined;
  readonly note?: string | undefined;
}
