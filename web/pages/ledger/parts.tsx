import type { ComponentChildren } from "preact";
import { apiPath, postFile, postJson } from "../../api.ts";
import { sideOf, t } from "../../i18n/i18n.ts";
import { park } from "../../park.ts";
import { Ask } from "../common/ask.tsx";
import { FileInput } from "../common/file-input.tsx";
import { ownEnterprise, partyName } from "./asked.ts";

/** What the tabs share: who wrote a row and on what, and the form of a record. */

interface WrittenRow {
  readonly by: { readonly label: string } | null;
  readonly time: string | null;
  readonly evidence: string | null;
  readonly evidenceFile: string | null;
}

/** On what a row rests, who wrote it, when. */
export function Evidence({ row }: { readonly row: WrittenRow }) {
  const words = sideOf(row.evidence ?? "");
  return (
    <>
      {row.evidenceFile === null ? (
        words
      ) : (
        <a href={apiPath(`/ledger/evidence/${row.evidenceFile}`)} download>
          {words}
        </a>
      )}
      <span class="row-note">
        {sideOf(row.by?.label ?? "")} · {row.time?.slice(0, 16).replace("T", " ")}
      </span>
    </>
  );
}

export function Heads({
  heads,
  numbers = [],
}: {
  readonly heads: readonly string[];
  readonly numbers?: readonly string[];
}) {
  return (
    <thead>
      <tr>
        {heads.map((head) => (
          <th key={head} scope="col" class={numbers.includes(head) ? "num" : undefined}>
            {head}
          </th>
        ))}
      </tr>
    </thead>
  );
}

export const field = (form: FormData, name: string): string => String(form.get(name) ?? "").trim();

/** A field that is left out of the body where it is empty. */
export function optional(form: FormData, name: string): Record<string, string> {
  const text = field(form, name);
  return text === "" ? {} : { [name]: text };
}

/** The form of a record: its fields, and below them the evidence in words and as a file, which is kept first. */
export function RecordForm(props: {
  readonly title: string;
  readonly about: string;
  readonly path: string;
  readonly body: (form: FormData) => Readonly<Record<string, unknown>>;
  readonly onDone: () => void;
  readonly onClose: () => void;
  readonly children?: ComponentChildren;
}) {
  return (
    <Ask
      title={props.title}
      about={props.about}
      onClose={props.onClose}
      verb={t("ledger.save")}
      send={async (form) => {
        const file = form.get("file");
        let evidenceFile: string | null = null;
        if (file instanceof File && file.size > 0) {
          const path = apiPath("/ledger/evidence", { name: file.name });
          const kept = await postFile(path, file, file.type || "application/octet-stream");
          // the API's own answer
          evidenceFile = (kept as { sha256: string }).sha256;
        }
        await postJson(apiPath(props.path), {
          ...props.body(form),
          evidence: field(form, "evidence"),
          evidenceFile,
        });
        props.onDone();
      }}
      why={
        <>
          <label>
            {t("ledger.evidence")}
            <textarea
              name="evidence"
              required
              minLength={2}
              maxLength={500}
              rows={2}
              placeholder={t("ledger.evidenceHow")}
            />
          </label>
          <FileInput label={t("ledger.evidenceFile")} name="file" />
        </>
      }
    >
      {props.children}
    </Ask>
  );
}

/** What a form of the ledger tells its tab. */
export interface FormEnds {
  readonly onDone: () => void;
  readonly onClose: () => void;
}

export function TextField(props: {
  readonly name: string;
  readonly label: string;
  readonly value?: string;
  readonly needed?: boolean;
  readonly hint?: string;
}) {
  return (
    <label>
      {props.label}
      <input
        name={props.name}
        required={props.needed !== false}
        defaultValue={props.value ?? ""}
        placeholder={props.hint}
      />
    </label>
  );
}

export function NumberField(props: {
  readonly name: string;
  readonly label: string;
  readonly value?: number | undefined;
  readonly step?: "any" | 1;
}) {
  return (
    <label>
      {props.label}
      <input
        name={props.name}
        type="number"
        step={props.step ?? "any"}
        required
        defaultValue={props.value === undefined ? "" : String(props.value)}
      />
    </label>
  );
}

export function MonthField({
  label,
  value,
}: {
  readonly label: string;
  readonly value?: string | undefined;
}) {
  return (
    <label>
      {label}
      <input
        name="month"
        type="month"
        pattern="\d{4}-\d{2}"
        placeholder="2026-03"
        required
        defaultValue={value ?? ""}
      />
    </label>
  );
}

/** A choice with words. */
export function ChoiceField(props: {
  readonly name: string;
  readonly label: string;
  readonly choices: readonly (readonly [value: string, label: string])[];
  readonly value?: string;
}) {
  return (
    <label>
      {props.label}
      <select name={props.name} defaultValue={props.value}>
        {props.choices.map(([value, label]) => (
          <option key={value} value={value} selected={value === props.value}>
            {label}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The enterprises; an enterprise's own account has itself alone. */
export function enterpriseChoices(): (readonly [string, string])[] {
  const own = ownEnterprise();
  const all = park.value?.enterprises.map((e) => e.id) ?? [];
  return (own === null ? all : [own]).map((id) => [id, partyName(id)]);
}
