import type { ComponentChildren } from "preact";
import { DASH, fixed } from "../format.ts";
import { t } from "../i18n/i18n.ts";
import { langOf } from "../i18n/sides.ts";
import type { TableColumn, TableData } from "./table-data.ts";

export type { TableColumn, TableData } from "./table-data.ts";

function cell(value: string | number | null | undefined, column: TableColumn): ComponentChildren {
  if (value === null || value === undefined) return DASH;
  return typeof value === "number" ? fixed(value, column.digits ?? 1) : value;
}

/** A table with its unit in the head, numbers in columns and a sticky head. */
export function DataTable({ data, id }: { data: TableData; id?: string | undefined }) {
  const side = (c: TableColumn): string => (c.digits === undefined ? "" : "num");
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keys
    <section class="table-box" tabIndex={0} aria-label={data.caption} id={id}>
      <table class="data-table">
        <caption class="visually-hidden">{data.caption}</caption>
        <thead>
          <tr>
            {data.columns.map((c) => (
              <th key={c.label} scope="col" class={side(c)}>
                {c.label}
                {c.unit !== undefined && <span class="unit"> {c.unit}</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {data.rows.map((row, r) => (
            <tr key={String(row[0] ?? r)}>
              {data.columns.map((c, i) =>
                i === 0 ? (
                  <th key={c.label} scope="row" class={side(c)}>
                    {cell(row[i], c)}
                  </th>
                ) : (
                  <td key={c.label} class={side(c)} lang={langOf(row[i])}>
                    {cell(row[i], c)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
        {data.foot !== undefined && (
          <tfoot>
            <tr>
              {data.columns.map((c, i) => (
                <td key={c.label} class={side(c)}>
                  {cell(data.foot?.[i], c)}
                </td>
              ))}
            </tr>
          </tfoot>
        )}
      </table>
      {data.rows.length === 0 && <p class="note">{t("ui.table.empty")}</p>}
      {data.note !== undefined && <p class="note">{data.note}</p>}
    </section>
  );
}
