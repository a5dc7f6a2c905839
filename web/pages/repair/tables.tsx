import type { DecisionsAnswer, EventsAnswer } from "../../../api/answers/repairs.ts";
import type { Asked } from "../../api.ts";
import { DASH, fixed } from "../../format.ts";
import { t } from "../../i18n/i18n.ts";
import { Panel } from "../../ui/panel.tsx";
import { states } from "../common/listed.tsx";
import { meterName, registerName } from "../common/registers.ts";
import { type Act, actsOf, type Event, shownEvents, when } from "./acts.ts";

export type Decision = DecisionsAnswer["decisions"][number];

const MOST_SHOWN = 200;

function figuresOf({ figures }: Event): string {
  const { from, to, final, initial, display } = figures;
  if (final !== undefined) return `${final} → ${initial ?? ""}`;
  return from === undefined ? (display ?? "") : `${from} → ${to ?? ""}`;
}

/** An exchange hands one register over to the next: its figures are displays, not energy that anybody lost. */
function isHandover({ kind }: Event): boolean {
  return kind === "exchange";
}

/** What judging found: what it is about, what it costs, and what can be decided. */
export function Events(props: {
  readonly asked: Asked<EventsAnswer>;
  readonly onAct: (event: Event, act: Act) => void;
}) {
  const events = shownEvents(props.asked.data?.events ?? []);
  const heads = ["meter", "what", "when", "figures", "amount", "decide"] as const;
  return (
    <Panel
      title={t("repair.events")}
      subtitle={t("repair.eventsWhy")}
      {...states(props.asked)}
      empty={props.asked.data !== null && events.length === 0 ? t("repair.noEvents") : undefined}
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keys */}
      <section class="table-box" tabIndex={0} aria-label={t("repair.events")}>
        <table class="rows stack-rows">
          <thead>
            <tr>
              {heads.map((head) => (
                <th key={head} scope="col" class={head === "amount" ? "num" : undefined}>
                  {t(`repair.head.${head}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {events.slice(0, MOST_SHOWN).map((event) => (
              <tr key={`${event.meter} ${event.channel} ${event.kind} ${event.from}`}>
                <th scope="row">
                  {meterName(event.meter)}
                  <span class="row-note">
                    {event.meter} · {registerName(event.channel)}
                  </span>
                </th>
                <td data-label={t("repair.head.what")}>
                  {t(`repair.kind.${event.kind}`)}
                  {event.count > 1 && (
                    <span class="row-note">{t("repair.count", { count: event.count })}</span>
                  )}
                </td>
                <td data-label={t("repair.head.when")}>
                  {when(event.from)}
                  {event.until !== event.from && <span class="row-note">– {when(event.until)}</span>}
                </td>
                <td data-label={t("repair.head.figures")}>{figuresOf(event)}</td>
                <td class="num" data-label={t("repair.head.amount")}>
                  {event.amount === null || isHandover(event)
                    ? DASH
                    : `${fixed(event.amount, 1)} ${event.unit}`}
                  {event.counted !== null && !isHandover(event) && (
                    <span class={event.counted ? "row-note" : "row-note tone-bad"}>
                      {t(event.counted ? "repair.counted" : "repair.notCounted")}
                    </span>
                  )}
                </td>
                <td class="repair-acts">
                  {actsOf(event).map((act) => (
                    <button key={act} type="button" class="button" onClick={() => props.onAct(event, act)}>
                      {t(`repair.act.${act}`)}
                    </button>
                  ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {events.length > MOST_SHOWN && (
        <p class="quiet">{t("repair.more", { shown: MOST_SHOWN, all: events.length })}</p>
      )}
    </Panel>
  );
}

function stateOf(decision: Decision): string {
  if (decision.undoneBy !== null) return t("repair.undone", { id: decision.undoneBy });
  if (decision.outcome === null) return t("repair.open");
  return decision.outcome === "carried out" ? t("repair.done") : decision.outcome;
}

/** Who decided what, when and why; what stands can be undone. */
export function Trail(props: {
  readonly asked: Asked<DecisionsAnswer>;
  readonly onUndo: (decision: Decision) => void;
}) {
  const decisions = props.asked.data?.decisions ?? [];
  return (
    <Panel
      title={t("repair.trail")}
      subtitle={t("repair.trailWhy")}
      {...states(props.asked)}
      empty={props.asked.data !== null && decisions.length === 0 ? t("repair.noTrail") : undefined}
    >
      <ul class="trail">
        {decisions.map((one) => (
          <li key={one.id} class={one.undoneBy === null ? undefined : "quiet"}>
            <p>
              <b>
                {one.id} ·{" "}
                {one.undoes === null
                  ? t(one.kind === null ? "repair.act.unknown" : `repair.act.${one.kind}`)
                  : t("repair.undoOf", { id: one.undoes })}
              </b>{" "}
              {one.meters.map(meterName).join(", ")}
              <span class="row-note">
                {when(one.time)} · {one.by.label} · {stateOf(one)}
              </span>
            </p>
            <p class="trail-why">{one.reason}</p>
            <details>
              <summary>{t("repair.beforeAfter")}</summary>
              <pre>
                {JSON.stringify(one.before)}
                {"\n→ "}
                {JSON.stringify(one.after)}
              </pre>
            </details>
            {one.undoneBy === null && one.undoes === null && (
              <button type="button" class="button" onClick={() => props.onUndo(one)}>
                {t("repair.undo")}
              </button>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
