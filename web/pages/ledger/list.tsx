import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Asked } from "../../api.ts";
import { t } from "../../i18n/i18n.ts";
import { Panel } from "../../ui/panel.tsx";
import { isSmall } from "../../ui/small.ts";
import { Files, states } from "../common/listed.tsx";
import { Heads } from "./parts.tsx";

const FIRST_DESK = 30;
const FIRST_PHONE = 10;

/** A list of the ledger: its states, buttons and files, and its rows: the first of them, all when asked for. */
export function ListPanel<Row>(props: {
  readonly title: string;
  readonly why: string;
  readonly asked: Asked<unknown>;
  readonly list: Parameters<typeof Files>[0]["question"];
  /** Said when there are no rows. */
  readonly none: string;
  readonly actions: ComponentChildren;
  readonly above?: ComponentChildren;
  readonly heads: readonly string[];
  readonly numbers?: readonly string[];
  readonly rows: readonly Row[];
  readonly row: (row: Row) => ComponentChildren;
}) {
  const { asked, rows } = props;
  const [all, setAll] = useState(false);
  const shown = all ? rows : rows.slice(0, isSmall() ? FIRST_PHONE : FIRST_DESK);
  return (
    <Panel
      title={props.title}
      subtitle={props.why}
      {...states(asked)}
      empty={asked.data !== null && rows.length === 0 ? props.none : undefined}
      actions={
        <>
          {props.actions}
          <Files question={props.list} />
        </>
      }
    >
      {props.above}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keys */}
      <section class="table-box" tabIndex={0} aria-label={props.title}>
        <table class="rows stack-rows">
          <Heads heads={props.heads} {...(props.numbers === undefined ? {} : { numbers: props.numbers })} />
          <tbody>{shown.map(props.row)}</tbody>
        </table>
      </section>
      {shown.length < rows.length && (
        <p class="list-more">
          <span class="quiet">{t("repair.more", { shown: shown.length, all: rows.length })}</span>
          <button type="button" class="button" onClick={() => setAll(true)}>
            {t("ledger.showAll")}
          </button>
        </p>
      )}
    </Panel>
  );
}
