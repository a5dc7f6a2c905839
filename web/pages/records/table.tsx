import type { ComponentChildren } from "preact";
import { percent } from "../../format.ts";
import { t } from "../../i18n/i18n.ts";

/** The tables of records: on a phone a row is a block in which each value carries its column's name. */

export interface RecordColumn<Row> {
  readonly label: string;
  readonly cell: (row: Row) => ComponentChildren;
  /** Words, at the left; numbers are at the right. */
  readonly words?: true;
  /** A class of the cell by what is in it. */
  readonly tone?: (row: Row) => string | undefined;
}

/** How much of a row is measured and how much missing. */
export function shareColumns<Row>(
  of: (row: Row) => { readonly measured: number; readonly missing: number } | null,
): RecordColumn<Row>[] {
  return (["measured", "missing"] as const).map((quality) => ({
    label: t(`ui.quality.${quality}`),
    cell: (row) => percent(of(row)?.[quality]),
  }));
}

/** Rows with a heading each, and below them the total if there is one. */
export function RecordTable<Row>(props: {
  readonly head: string;
  readonly name: (row: Row) => ComponentChildren;
  readonly columns: readonly RecordColumn<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** Steps of indent of a row's heading. */
  readonly depth?: (row: Row) => number;
  readonly total?: { readonly row: Row; readonly without: readonly string[] };
}) {
  const { columns, total } = props;
  const side = (column: RecordColumn<Row>, row: Row): string =>
    `${column.words === true ? "nowrap" : "num"} ${column.tone?.(row) ?? ""}`.trim();
  const cells = (row: Row, without: readonly string[] = []) =>
    columns.map((column) =>
      without.includes(column.label) ? (
        <td key={column.label} />
      ) : (
        <td key={column.label} class={side(column, row)} data-label={column.label}>
          {column.cell(row)}
        </td>
      ),
    );
  return (
    <table class="rows record-rows">
      <thead>
        <tr>
          <th scope="col">{props.head}</th>
          {columns.map((column) => (
            <th key={column.label} scope="col" class={column.words === true ? undefined : "num"}>
              {column.label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {props.rows.map((row) => (
          <tr key={props.keyOf(row)}>
            <th
              scope="row"
              style={props.depth === undefined ? undefined : { paddingLeft: `${props.depth(row) * 16}px` }}
            >
              {props.name(row)}
            </th>
            {cells(row)}
          </tr>
        ))}
      </tbody>
      {total !== undefined && (
        <tfoot>
          <tr>
            <th scope="row">{t("shared.total")}</th>
            {cells(total.row, total.without)}
          </tr>
        </tfoot>
      )}
    </table>
  );
}
