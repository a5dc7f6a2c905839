import type { ComponentChildren } from "preact";
import { useEffect, useId, useState } from "preact/hooks";
import { ApiProblem } from "../api.ts";
import { duration } from "../format.ts";
import { t } from "../i18n/i18n.ts";
import { serverNow, tick } from "../live.ts";
import { downloadCsv } from "./download.ts";
import { Glyph, StatusWord } from "./glyph.tsx";
import { DataTable, type TableData } from "./table.tsx";

export interface PanelProps {
  readonly title: ComponentChildren;
  readonly subtitle?: ComponentChildren | undefined;
  /** Words at the right of the head, before the buttons. */
  readonly note?: ComponentChildren | undefined;
  /** Buttons of the panel's own. */
  readonly actions?: ComponentChildren | undefined;
  /** The exact numbers, made when asked for: adds 看表格 and the CSV. */
  readonly table?: (() => TableData | null) | undefined;
  /** Why the panel's figures may still change: adds the dashed tag 暂估 with the reason. */
  readonly provisional?: string | boolean | undefined;
  /** Nothing yet: the body keeps its size, words come after 3 s. */
  readonly loading?: boolean | undefined;
  /** Height in pixels on a desk and on a phone while nothing has come, so that nothing below moves when it does. */
  readonly room?: readonly [desk: number, phone: number] | undefined;
  /** There is no data: says why, never 0. */
  readonly empty?: string | undefined;
  /** Instant (epoch ms) since which the figures have not changed although they should. */
  readonly staleSince?: number | undefined;
  /** The last request failed; with figures from before the panel keeps them and says so, without it says why. */
  readonly problem?: ApiProblem | null | undefined;
  readonly retryAt?: number | null | undefined;
  readonly onRetry?: (() => void) | undefined;
  readonly class?: string | undefined;
  /** Heading in small type, for panels that are their figures. */
  readonly quiet?: boolean | undefined;
  /** Lets a figure in the panel open the table; without it the panel keeps that to itself. */
  readonly tableOpen?: { readonly open: boolean; readonly set: (open: boolean) => void } | undefined;
  readonly children?: ComponentChildren;
}

/** What went wrong with a request, in the page's words. */
export function reasonOf(error: unknown): string {
  return error instanceof ApiProblem ? t(`ui.problem.${error.code}`) : String(error);
}

/** What asking again cannot change: what this account may not see, what is not there. */
function isFinal(problem: ApiProblem): boolean {
  return problem.code === "forbidden" || problem.code === "not-found";
}

/** What failed, when it is tried again, and the request's id. */
export function Failure(props: {
  readonly problem: ApiProblem;
  readonly retryAt?: number | null | undefined;
  readonly onRetry?: (() => void) | undefined;
}) {
  const { problem, retryAt } = props;
  const waitS = retryAt === null || retryAt === undefined ? null : Math.max(0, (retryAt - tick.value) / 1000);
  return (
    <div class="failure" role="status">
      <p>
        <StatusWord status="broken">{t(`ui.problem.${problem.code}`)}</StatusWord>
        {waitS !== null && <span class="quiet"> {t("ui.problem.retry", { wait: duration(waitS) })}</span>}
      </p>
      {problem.requestId !== null && (
        <p class="quiet">{t("ui.problem.request", { id: problem.requestId })}</p>
      )}
      {props.onRetry !== undefined && !isFinal(problem) && (
        <button type="button" class="button" onClick={props.onRetry}>
          {t("ui.problem.now")}
        </button>
      )}
    </div>
  );
}

/** Words for a wait that is longer than people expect; nothing blinks or turns. */
export function LateWords({ afterMs = 3000 }: { afterMs?: number | undefined }) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), afterMs);
    return () => clearTimeout(timer);
  }, [afterMs]);
  return (
    <span class="late-words" role="status">
      {late ? t("ui.state.loading") : ""}
    </span>
  );
}

/** The tag of figures that may still change. */
export function ProvisionalTag({ reason }: { reason?: string | undefined }) {
  return (
    <span class="tag tag-provisional" title={reason}>
      {t("ui.state.provisional")}
    </span>
  );
}

/** The room of what has not come yet, for the styles. */
export function roomOf(room: PanelProps["room"]): Record<string, string> | undefined {
  return room === undefined ? undefined : { "--room": `${room[0]}px`, "--room-phone": `${room[1]}px` };
}

function Body(props: PanelProps) {
  const { problem } = props;
  const has = props.loading !== true && props.empty === undefined;
  if (problem !== null && problem !== undefined && !has) {
    return <Failure problem={problem} retryAt={props.retryAt} onRetry={props.onRetry} />;
  }
  if (props.loading === true) {
    return (
      <div class="panel-wait">
        <LateWords />
      </div>
    );
  }
  if (props.empty !== undefined) {
    return (
      <div class="panel-empty">
        <span class="dash" aria-hidden="true">
          —
        </span>
        <span>{props.empty}</span>
      </div>
    );
  }
  return <>{props.children}</>;
}

/** A panel: head with title, subtitle, note, buttons; body in one of its states; other panels go on without it. */
export function Panel(props: PanelProps) {
  const id = useId();
  const [ownTable, setOwnTable] = useState(false);
  const showTable = props.tableOpen?.open ?? ownTable;
  const setShowTable = props.tableOpen?.set ?? setOwnTable;
  const has = props.loading !== true && props.empty === undefined;
  const data = showTable && has ? (props.table?.() ?? null) : null;
  const reason = typeof props.provisional === "string" ? props.provisional : undefined;
  const problem = props.problem ?? null;
  return (
    <section
      class={`panel ${props.class ?? ""}`}
      aria-labelledby={`${id}-title`}
      style={props.loading === true ? roomOf(props.room) : undefined}
    >
      <header class="panel-head">
        <h2 id={`${id}-title`} class={props.quiet === true ? "panel-title quiet-title" : "panel-title"}>
          {props.title}
        </h2>
        {props.subtitle !== undefined && <p class="panel-subtitle">{props.subtitle}</p>}
        <div class="panel-tools">
          {props.staleSince !== undefined && (
            <StatusWord status="warning">
              {t("ui.state.stale", { age: duration((serverNow.value - props.staleSince) / 1000) })}
            </StatusWord>
          )}
          {problem !== null && has && (
            <span class="status status-broken" title={problem.requestId ?? undefined}>
              <Glyph status="broken" />
              <span>{t("ui.problem.kept")}</span>
            </span>
          )}
          {props.note !== undefined && <span class="panel-note">{props.note}</span>}
          {props.provisional !== undefined && props.provisional !== false && (
            <ProvisionalTag reason={reason} />
          )}
          {props.actions}
          {props.table !== undefined && (
            <button
              type="button"
              class="button table-toggle"
              aria-pressed={showTable}
              aria-controls={`${id}-table`}
              onClick={() => setShowTable(!showTable)}
            >
              {showTable ? t("ui.table.hide") : t("ui.table.show")}
            </button>
          )}
          {data !== null && (
            <button type="button" class="button" onClick={() => downloadCsv(data)}>
              {t("ui.table.csv")}
            </button>
          )}
        </div>
      </header>
      <div class="panel-body">
        {data === null ? <Body {...props} /> : <DataTable data={data} id={`${id}-table`} />}
      </div>
    </section>
  );
}
