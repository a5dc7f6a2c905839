import { useState } from "preact/hooks";
import type { DecisionsAnswer, EventsAnswer } from "../../../api/answers/repairs.ts";
import { apiPath, postCsv, postJson, useAnswer } from "../../api.ts";
import { t } from "../../i18n/i18n.ts";
import { serverNow } from "../../live.ts";
import { park } from "../../park.ts";
import { place, setQuery } from "../../router.ts";
import { parkZone } from "../../state.ts";
import { dayOf } from "../../time.ts";
import { isMonth, monthSpan } from "../common/months.ts";
import { MonthPicker } from "../common/pickers.tsx";
import { type Act, bodyOf, type Event, when } from "./acts.ts";
import { Ask } from "./ask.tsx";
import { type Decision, Events, meterName, Trail } from "./tables.tsx";
import "./repair.css";

type Open =
  | { readonly what: "act"; readonly event: Event; readonly act: Act }
  | { readonly what: "undo"; readonly decision: Decision }
  | { readonly what: "enter" };

/** A decision is carried out within seconds: what it changes is looked for soon after, and once more. */
const LOOK_AGAIN_MS = [1_500, 4_000];
const TRAIL_EVERY_MS = 10_000;
const EVENTS_EVERY_MS = 60_000;

const figure = (text: string | undefined): string => (Number.isFinite(Number(text)) ? (text ?? "") : "");

function ExchangeFields({ event }: { event: Event }) {
  const { from, to, final, initial } = event.figures;
  const field = { type: "number", min: 0, step: "any", required: true } as const;
  return (
    <>
      <label>
        {t("repair.at")}
        <input name="at" type="datetime-local" step={1} required defaultValue={event.until.slice(0, 19)} />
      </label>
      <label>
        {t("repair.final")}
        <input name="final" {...field} defaultValue={figure(final ?? from)} />
      </label>
      <label>
        {t("repair.initial")}
        <input name="initial" {...field} defaultValue={figure(initial ?? (to === undefined ? "" : "0"))} />
      </label>
    </>
  );
}

/** 数据修复: what judging found, one decision for each, and the trail of all decisions. For the office. */
export function Page() {
  const today = dayOf(serverNow.value, parkZone.value);
  const asked = place.value.query.get("month") ?? "";
  const month = isMonth(asked) ? asked : today.slice(0, 7);
  const isOffice = park.value?.caller.role === "office";
  const [open, setOpen] = useState<Open | null>(null);
  const span = monthSpan(month, parkZone.value);
  const events = useAnswer<EventsAnswer>(isOffice ? apiPath("/events", span) : null, EVENTS_EVERY_MS);
  const trail = useAnswer<DecisionsAnswer>(isOffice ? apiPath("/decisions") : null, TRAIL_EVERY_MS);
  if (park.value !== null && !isOffice) return <p class="sheet quiet">{t("repair.officeOnly")}</p>;

  const decided = (): void => {
    trail.reload();
    for (const ms of LOOK_AGAIN_MS) {
      setTimeout(() => {
        trail.reload();
        events.reload();
      }, ms);
    }
  };
  const close = (): void => setOpen(null);
  return (
    <div class="sheet repair-page">
      <div class="page-tools">
        <MonthPicker month={month} latest={today.slice(0, 7)} onPick={(one) => setQuery({ month: one })} />
        <button type="button" class="button" onClick={() => setOpen({ what: "enter" })}>
          {t("repair.act.enter-readings")}
        </button>
      </div>
      <Events asked={events} onAct={(event, act) => setOpen({ what: "act", event, act })} />
      <Trail asked={trail} onUndo={(decision) => setOpen({ what: "undo", decision })} />
      {open?.what === "act" && (
        <Ask
          title={t(`repair.act.${open.act}`)}
          about={`${meterName(open.event.meter)} · ${open.event.channel} · ${when(open.event.from)} – ${when(open.event.until)}`}
          onClose={close}
          send={async (form) => {
            await postJson(apiPath("/decisions"), bodyOf(open.event, open.act, form));
            decided();
          }}
        >
          {open.act === "declare-exchange" && <ExchangeFields event={open.event} />}
        </Ask>
      )}
      {open?.what === "undo" && (
        <Ask
          title={t("repair.undoOf", { id: open.decision.id })}
          about={open.decision.reason}
          onClose={close}
          send={async (form) => {
            await postJson(apiPath(`/decisions/${open.decision.id}/undo`), { reason: form.get("reason") });
            decided();
          }}
        />
      )}
      {open?.what === "enter" && (
        <Ask
          title={t("repair.act.enter-readings")}
          about={t("repair.enterHow")}
          onClose={close}
          send={async (form) => {
            const file = form.get("file");
            const text = file instanceof File ? await file.text() : "";
            const reason = String(form.get("reason") ?? "");
            await postCsv(apiPath("/decisions/readings", { reason }), text);
            decided();
          }}
        >
          <label>
            {t("repair.file")}
            <input name="file" type="file" accept=".csv,text/csv" required />
          </label>
        </Ask>
      )}
    </div>
  );
}
