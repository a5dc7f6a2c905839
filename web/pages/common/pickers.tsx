import { nameOf, t } from "../../i18n/i18n.ts";
import { park } from "../../park.ts";
import { monthsBack, shiftMonth } from "./months.ts";

const MONTHS_LISTED = 24;

/** ‹ month ›: the arrows step, the list holds the last two years and the month that is shown. */
export function MonthPicker(props: {
  readonly month: string;
  readonly latest: string;
  readonly onPick: (month: string) => void;
}) {
  const { month, latest, onPick } = props;
  const listed = monthsBack(latest, MONTHS_LISTED);
  const months = listed.includes(month) ? listed : [month, ...listed].toSorted().toReversed();
  return (
    <span class="month-picker">
      <button type="button" aria-label={t("shared.earlier")} onClick={() => onPick(shiftMonth(month, -1))}>
        ‹
      </button>
      <select
        aria-label={t("shared.month")}
        value={month}
        onChange={(event) => onPick(event.currentTarget.value)}
      >
        {months.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </select>
      <button
        type="button"
        aria-label={t("shared.later")}
        disabled={month >= latest}
        onClick={() => onPick(shiftMonth(month, 1))}
      >
        ›
      </button>
    </span>
  );
}

export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** A labelled select; groups without choices are left out. */
export function Picker(props: {
  readonly label: string;
  readonly value: string;
  readonly choices?: readonly Choice[] | undefined;
  readonly groups?: readonly { readonly label: string; readonly choices: readonly Choice[] }[] | undefined;
  readonly onPick: (value: string) => void;
}) {
  const option = (choice: Choice) => (
    <option key={choice.value} value={choice.value}>
      {choice.label}
    </option>
  );
  return (
    <label class="picker">
      <span>{props.label}</span>
      <select value={props.value} onChange={(event) => props.onPick(event.currentTarget.value)}>
        {props.choices?.map(option)}
        {props.groups
          ?.filter((group) => group.choices.length > 0)
          .map((group) => (
            <optgroup key={group.label} label={group.label}>
              {group.choices.map(option)}
            </optgroup>
          ))}
      </select>
    </label>
  );
}

/** What can be looked at: the whole park, its boundaries, its enterprises; an enterprise's caller sees its own only. */
export function ScopePicker(props: { readonly scope: string; readonly onPick: (scope: string) => void }) {
  const caller = park.value?.caller;
  const all = caller?.role !== "enterprise";
  const isReadable = ({ members }: { readonly members: readonly string[] }) =>
    all || members.every((member) => member === caller.enterprise);
  return (
    <Picker
      label={t("shared.scope")}
      value={props.scope}
      onPick={props.onPick}
      choices={all ? [{ value: "park", label: t("shared.scopePark") }] : []}
      groups={[
        {
          label: t("shared.scopeBoundaries"),
          choices: (park.value?.boundaries ?? []).filter(isReadable).map((boundary) => ({
            value: `boundary:${boundary.id}`,
            label: boundary.name === null ? boundary.id : nameOf(boundary.name),
          })),
        },
        {
          label: t("shared.scopeEnterprises"),
          choices: (park.value?.enterprises ?? []).map((enterprise) => ({
            value: `enterprise:${enterprise.id}`,
            label: nameOf(enterprise.name),
          })),
        },
      ]}
    />
  );
}
