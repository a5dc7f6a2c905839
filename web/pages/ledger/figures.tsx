import { useState } from "preact/hooks";
import type { EntriesAnswer } from "../../../api/answers/ledger.ts";
import { useAnswer } from "../../api.ts";
import { fixed } from "../../format.ts";
import { nameOf, t } from "../../i18n/i18n.ts";
import { langOf } from "../../i18n/sides.ts";
import { park } from "../../park.ts";
import { setQuery } from "../../router.ts";
import { Picker } from "../common/pickers.tsx";
import {
  type Entry,
  isOffice,
  KIND_UNITS,
  KINDS,
  type Kind,
  kindOf,
  listPath,
  OWN_KINDS,
  scopeName,
  spanText,
  subjectName,
} from "./asked.ts";
import { ListPanel } from "./list.tsx";
import {
  ChoiceField,
  Evidence,
  enterpriseChoices,
  type FormEnds,
  field,
  NumberField,
  optional,
  RecordForm,
  TextField,
} from "./parts.tsx";

type Open =
  | { readonly what: "add"; readonly kind: Kind }
  | { readonly what: "correct" | "retract"; readonly entry: Entry };

/** Kinds that this account may write. */
export function writableKinds(): readonly Kind[] {
  return isOffice() ? KINDS : OWN_KINDS;
}

function scopeChoices(): (readonly [string, string])[] {
  const enterprises = enterpriseChoices().map(([id, name]) => [`enterprise:${id}`, name] as const);
  if (!isOffice()) return enterprises;
  const boundaries = (park.value?.boundaries ?? []).map(
    (b) => [`boundary:${b.id}`, b.name == null ? b.id : nameOf(b.name)] as const,
  );
  return [["park", t("ledger.park")], ...boundaries, ...enterprises];
}

/** Fields of an entry; of a correction its series stands and cannot be changed. */
function EntryFields({ kind, entry }: { readonly kind: Kind; readonly entry: Entry | null }) {
  const detail = (key: string): string => {
    const value = entry?.detail[key];
    return Array.isArray(value) ? value.join(" ") : value === undefined ? "" : String(value);
  };
  return (
    <>
      {entry === null && (
        <div class="ask-pair">
          <ChoiceField name="scope" label={t("ledger.head.scope")} choices={scopeChoices()} />
          {kind !== "added-value" && (
            <TextField name="subject" label={t("ledger.head.subject")} hint={t(`ledger.subjectOf.${kind}`)} />
          )}
        </div>
      )}
      <div class="ask-pair">
        <label>
          {t("ledger.field.from")}
          <input name="from" type="date" required defaultValue={entry?.from ?? ""} />
        </label>
        <label>
          {t("ledger.field.to")}
          <input name="to" type="date" required defaultValue={entry?.to ?? ""} />
        </label>
        <NumberField name="amount" label={t("ledger.head.amount")} value={entry?.amount ?? undefined} />
        <TextField name="unit" label={t("ledger.head.unit")} value={entry?.unit ?? KIND_UNITS[kind]} />
      </div>
      {kind === "process" && (
        <div class="ask-pair">
          <NumberField
            name="factorTco2PerT"
            label={t("ledger.field.factor")}
            value={detail("factorTco2PerT") === "" ? undefined : Number(detail("factorTco2PerT"))}
          />
          <TextField name="source" label={t("ledger.field.factorSource")} value={detail("source")} />
        </div>
      )}
      {kind === "bill" && (
        <div class="ask-pair">
          <TextField name="meters" label={t("ledger.field.meters")} value={detail("meters")} needed={false} />
          <TextField name="owner" label={t("ledger.head.owner")} value={detail("owner")} needed={false} />
        </div>
      )}
      <TextField name="comment" label={t("ledger.field.comment")} value={detail("comment")} needed={false} />
    </>
  );
}

/** The body of POST /ledger/entries, from a filled form; of a correction with the series it is of. */
export function entryBody(kind: Kind, entry: Entry | null, form: FormData): Record<string, unknown> {
  const meters = field(form, "meters")
    .split(/[\s,;，；]+/)
    .filter((id) => id !== "");
  const factor = field(form, "factorTco2PerT");
  return {
    kind,
    scope: entry?.scope ?? field(form, "scope"),
    subject: entry?.subject ?? field(form, "subject"),
    from: field(form, "from"),
    to: field(form, "to"),
    amount: Number(field(form, "amount")),
    unit: field(form, "unit"),
    detail: {
      ...(factor === "" ? {} : { factorTco2PerT: Number(factor) }),
      ...optional(form, "source"),
      ...(meters.length > 0 ? { meters } : {}),
      ...optional(form, "owner"),
      ...optional(form, "comment"),
    },
    replaces: entry?.id ?? null,
  };
}

export function EntryForm(props: FormEnds & { readonly open: Open }) {
  const { open, ...shared } = props;
  const kind = open.what === "add" ? open.kind : open.entry.kind;
  const about =
    open.what === "add"
      ? t(`ledger.kind.${kind}`)
      : `${t(`ledger.kind.${kind}`)} · ${scopeName(open.entry.scope)} · ${subjectName(open.entry.subject)} ${spanText(open.entry.from, open.entry.to)}`;
  if (open.what === "retract")
    return (
      <RecordForm
        {...shared}
        title={t("ledger.retract")}
        about={about}
        path={`/ledger/entries/${open.entry.id}/retractions`}
        body={() => ({})}
      />
    );
  const entry = open.what === "correct" ? open.entry : null;
  return (
    <RecordForm
      {...shared}
      title={t(entry === null ? "ledger.addEntry" : "ledger.correct")}
      about={about}
      path="/ledger/entries"
      body={(form) => entryBody(kind, entry, form)}
    >
      <EntryFields kind={kind} entry={entry} />
    </RecordForm>
  );
}

/** All rows that led to this one, the latest first. */
function historyOf(entry: Entry, all: readonly Entry[]): Entry[] {
  const found: Entry[] = [];
  for (let id = entry.replaces; id !== null; ) {
    const before = all.find((e) => e.id === id);
    if (before === undefined) break;
    found.push(before);
    id = before.replaces;
  }
  return found;
}

function Row(props: {
  readonly entry: Entry;
  readonly all: readonly Entry[];
  readonly onOpen: (open: Open) => void;
}) {
  const { entry, onOpen } = props;
  const history = historyOf(entry, props.all);
  const mayWrite = writableKinds().includes(entry.kind);
  return (
    <tr class={entry.standing ? undefined : "silent"}>
      <th scope="row">
        {scopeName(entry.scope)}
        {entry.subject !== "" && (
          <span class="row-note" lang={langOf(subjectName(entry.subject))}>
            {subjectName(entry.subject)}
          </span>
        )}
      </th>
      <td class="nowrap" data-label={t("ledger.head.span")}>
        {spanText(entry.from, entry.to)}
      </td>
      <td class="num" data-label={t("ledger.head.amount")}>
        {entry.amount === null ? t("ledger.taken") : `${fixed(entry.amount, 1)} ${entry.unit}`}
      </td>
      <td data-label={t("ledger.evidence")}>
        <Evidence row={entry} />
        {history.length > 0 && (
          <details>
            <summary>{t("ledger.history", { count: history.length })}</summary>
            <ul>
              {history.map((before) => (
                <li key={before.id}>
                  {before.amount === null ? t("ledger.taken") : `${fixed(before.amount, 1)} ${before.unit}`}{" "}
                  <Evidence row={before} />
                </li>
              ))}
            </ul>
          </details>
        )}
      </td>
      <td class="ledger-acts">
        {entry.standing && mayWrite && (
          <>
            <button type="button" class="button" onClick={() => onOpen({ what: "correct", entry })}>
              {t("ledger.correct")}
            </button>
            <button type="button" class="button" onClick={() => onOpen({ what: "retract", entry })}>
              {t("ledger.retract")}
            </button>
          </>
        )}
      </td>
    </tr>
  );
}

/** 申报数据: by kind, with what was corrected or taken back. */
export function FiguresTab() {
  const kind = kindOf();
  const list = listPath("/ledger/entries", { kind });
  const asked = useAnswer<EntriesAnswer>(listPath("/ledger/entries", { kind, all: "1" }).path);
  const [open, setOpen] = useState<Open | null>(null);
  const all = asked.data?.entries ?? [];
  // What was replaced is shown with what replaced it.
  const rows = all
    .filter((entry) => entry.replacedBy === null)
    .toSorted((a, b) => (a.from < b.from ? 1 : a.from > b.from ? -1 : a.id - b.id));
  const amount = t("ledger.head.amount");
  return (
    <>
      <ListPanel
        key={kind}
        title={t(`ledger.kind.${kind}`)}
        why={t("ledger.figuresWhy")}
        asked={asked}
        list={list}
        none={t("ledger.noFigures")}
        actions={
          <>
            <Picker
              label={t("ledger.head.kind")}
              value={kind}
              choices={KINDS.map((one) => ({ value: one, label: t(`ledger.kind.${one}`) }))}
              onPick={(one) => setQuery({ kind: one })}
            />
            {writableKinds().includes(kind) && (
              <button type="button" class="button" onClick={() => setOpen({ what: "add", kind })}>
                {t("ledger.addEntry")}
              </button>
            )}
          </>
        }
        heads={[t("ledger.head.scope"), t("ledger.head.span"), amount, t("ledger.evidence"), ""]}
        numbers={[amount]}
        rows={rows}
        row={(entry) => <Row key={entry.id} entry={entry} all={all} onOpen={setOpen} />}
      />
      {open !== null && <EntryForm open={open} onDone={asked.reload} onClose={() => setOpen(null)} />}
    </>
  );
}
