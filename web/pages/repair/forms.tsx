import { useState } from "preact/hooks";
import { nameOf, t } from "../../i18n/i18n.ts";
import { park } from "../../park.ts";
import { FileInput } from "../common/file-input.tsx";
import { registerName } from "../common/registers.ts";
import type { Event } from "./acts.ts";

/** The fields of decisions that people begin with themselves, and of an exchange. */

const NUMBER = { type: "number", min: 0, step: "any", required: true } as const;

/** A real meter and one of its registers; `all` offers all registers of the meter together. */
export function RegisterFields({ all }: { readonly all: boolean }) {
  const meters = (park.value?.meters ?? []).filter((m) => !m.virtual);
  const [chosen, setChosen] = useState(meters[0]?.id ?? "");
  const channels = meters.find((m) => m.id === chosen)?.channels ?? [];
  return (
    <div class="ask-pair">
      <label>
        {t("repair.head.meter")}
        <select name="meter" value={chosen} onChange={(event) => setChosen(event.currentTarget.value)}>
          {meters.map((m) => (
            <option key={m.id} value={m.id}>
              {m.name === null ? m.id : `${nameOf(m.name)} · ${m.id}`}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t("repair.register")}
        <select name="channel" key={chosen}>
          {all && <option value="">{t("repair.allRegisters")}</option>}
          {channels.map((channel) => (
            <option key={channel} value={channel}>
              {registerName(channel)}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

/** An instant in the park's time. */
export function InstantField({ label, value }: { readonly label: string; readonly value?: string }) {
  return (
    <label>
      {label}
      <input name="at" type="datetime-local" step={1} required defaultValue={value ?? ""} />
    </label>
  );
}

export function MultiplierField() {
  return (
    <label>
      {t("repair.multiplier")}
      <input name="multiplier" {...NUMBER} />
    </label>
  );
}

export function DisplayField() {
  return (
    <label>
      {t("repair.display")}
      <input name="display" {...NUMBER} />
    </label>
  );
}

export function FileField() {
  return <FileInput label={t("repair.file")} name="file" accept=".csv,.xlsx,text/csv" required />;
}

const figure = (text: string | undefined): string => (Number.isFinite(Number(text)) ? (text ?? "") : "");

/** What an exchange needs; of an event what its figures say. */
export function ExchangeFields({ event }: { readonly event: Event | null }) {
  const { from, to, final, initial } = event?.figures ?? {};
  return (
    <>
      <InstantField label={t("repair.at")} value={event?.until.slice(0, 19) ?? ""} />
      <div class="ask-pair">
        <label>
          {t("repair.final")}
          <input name="final" {...NUMBER} defaultValue={figure(final ?? from)} />
        </label>
        <label>
          {t("repair.initial")}
          <input name="initial" {...NUMBER} defaultValue={figure(initial ?? (to === undefined ? "" : "0"))} />
        </label>
      </div>
    </>
  );
}
