import { useState } from "preact/hooks";
import type { DecisionsAnswer, EventsAnswer } from "../../../api/answers/repairs.ts";
import { apiPath, postFile, postJson, useAnswer } from "../../api.ts";
import { t } from "../../i18n/i18n.ts";
import { park } from "../../park.ts";
import { place, setQuery } from "../../router.ts";
import { parkZone } from "../../state.ts";
import { Ask } from "../common/ask.tsx";
import { isMonth, monthSpan } from "../common/months.ts";
import { MonthPicker } from "../common/pickers.tsx";
import { meterName, registerName } from "../common/registers.ts";
import { localNow } from "../common/when.ts";
import { type Act, bodyOf, type Event, fileType, sentOf, TOOLS, type Tool, when } from "./acts.ts";
import {
  DisplayField,
  ExchangeFields,
  FileField,
  InstantField,
  MultiplierField,
  RegisterFields,
} from "./forms.tsx";
import { type Decision, Events, Trail } from "./tables.tsx";
import "../common/pages.css";
import "./repair.css";

type Open =
  | { readonly what: "act"; readonly event: Event; readonly act: Act }
  | { readonly what: "undo"; readonly decision: Decision }
  | { readonly what: "tool"; readonly tool: Tool };

/** A decision is carried out within seconds: what it changes is looked for soon after, and once more. */
const LOOK_AGAIN_MS = [1_500, 4_000];
const TRAIL_EVERY_MS = 10_000;
const EVENTS_EVERY_MS = 60_000;

/** The fields of each tool, above the reason. */
function ToolFields({ tool }: { tool: Tool }) {
  if (tool === "import-readings") return <FileField />;
  return (
    <>
      <RegisterFields all={tool === "change-multiplier"} />
      {tool === "declare-exchange" && <ExchangeFields event={null} />}
      {tool === "change-multiplier" && (
        <>
          <InstantField label={t("repair.fromWhen")} />
          <MultiplierField />
        </>
      )}
      {tool === "enter-readings" && (
        <>
          <InstantField label={t("repair.at")} />
          <DisplayField />
        </>
      )}
    </>
  );
}

/** 数据修复: what judging found, one decision for each, and the trail of all decisions. For the office. */
export function Page() {
  const today = localNow().slice(0, 10);
  const asked = place.value.query.get("month") ?? "";
  const month = isMonth(asked) ? asked : today.slice(0, 7);
  const isOffice = park.value?.caller.role === "office";
  const [open, setOpen] = useState<Open | null>(null);
  const span = monthSpan(month, parkZone.value);
  const events = useAnswer<EventsAnswer>(isOffice ? apiPath("/events", span) : null, EVENTS_EVERY_MS);
  const trail = useAnswer<DecisionsAnswer>(isOffice ? apiPath("/decisions") : null, TRAIL_EVERY_MS);

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
        <span class="repair-tools">
          {TOOLS.map((tool) => (
            <button key={tool} type="button" class="button" onClick={() => setOpen({ what: "tool", tool })}>
              {t(`repair.act.${tool}`)}
            </button>
          ))}
        </span>
      </div>
      <Events asked={events} onAct={(event, act) => setOpen({ what: "act", event, act })} />
      <Trail asked={trail} onUndo={(decision) => setOpen({ what: "undo", decision })} />
      {open?.what === "act" && (
        <Ask
          title={t(`repair.act.${open.act}`)}
          about={`${meterName(open.event.meter)} · ${registerName(open.event.channel)} · ${when(open.event.from)} – ${when(open.event.until)}`}
          onClose={close}
          send={async (form) => {
            await postJson(apiPath("/decisions"), bodyOf(open.event, open.act, form, parkZone.value));
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
      {open?.what === "tool" && (
        <Ask
          title={t(`repair.act.${open.tool}`)}
          about={t(`repair.how.${open.tool}`)}
          onClose={close}
          send={async (form) => {
            const { path, query = {}, body } = sentOf(open.tool, form, parkZone.value);
            if (body instanceof File) await postFile(apiPath(path, query), body, fileType(body));
            else await postJson(apiPath(path), body);
            decided();
          }}
        >
          <ToolFields tool={open.tool} />
        </Ask>
      )}
    </div>
  );
}
