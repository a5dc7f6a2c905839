import { useState } from "preact/hooks";
import type { SettlementsAnswer } from "../../../api/answers/ledger.ts";
import { useAnswer } from "../../api.ts";
import { fixed } from "../../format.ts";
import { t } from "../../i18n/i18n.ts";
import { isOffice, listPath, partyName, projectName, type Settlement } from "./asked.ts";
import { ListPanel } from "./list.tsx";
import {
  ChoiceField,
  Evidence,
  enterpriseChoices,
  type FormEnds,
  field,
  MonthField,
  NumberField,
  RecordForm,
  TextField,
} from "./parts.tsx";

type Open = { readonly corrects: Settlement | null };

function Form({ open, onDone, onClose }: FormEnds & { readonly open: Open }) {
  const { corrects } = open;
  return (
    <RecordForm
      onDone={onDone}
      onClose={onClose}
      title={t(corrects === null ? "ledger.addSettlement" : "ledger.correct")}
      about={
        corrects === null
          ? t("ledger.addSettlementHow")
          : `${t(`ledger.trade.${corrects.kind}`)} ${corrects.reference}`
      }
      path="/ledger/settlements"
      body={(form) => ({
        kind: corrects?.kind ?? field(form, "kind"),
        reference: corrects?.reference ?? field(form, "reference"),
        project: field(form, "project"),
        month: field(form, "month"),
        beneficiary: field(form, "beneficiary"),
        energyKwh: Number(field(form, "energyKwh")),
        replaces: corrects?.id ?? null,
      })}
    >
      {corrects === null && (
        <div class="ask-pair">
          <ChoiceField
            name="kind"
            label={t("ledger.head.kind")}
            choices={(["green-trade", "direct-line"] as const).map((kind) => [
              kind,
              t(`ledger.trade.${kind}`),
            ])}
          />
          <TextField name="reference" label={t("ledger.head.reference")} />
        </div>
      )}
      <TextField
        name="project"
        label={t("ledger.field.project")}
        hint={t("ledger.field.projectHow")}
        value={corrects?.project ?? ""}
      />
      <div class="ask-pair">
        <MonthField label={t("ledger.head.month")} value={corrects?.month} />
        <NumberField name="energyKwh" label={t("ledger.field.kwh")} value={corrects?.energyKwh} />
      </div>
      <ChoiceField
        name="beneficiary"
        label={t("ledger.field.beneficiary")}
        choices={enterpriseChoices()}
        value={corrects?.beneficiary ?? ""}
      />
    </RecordForm>
  );
}

/** 绿电结算: trades and direct lines; a reference counts once. */
export function SettlementsTab() {
  const list = listPath("/ledger/settlements");
  const asked = useAnswer<SettlementsAnswer>(list.path);
  const [open, setOpen] = useState<Open | null>(null);
  const rows = (asked.data?.settlements ?? []).toSorted((a, b) => (a.month < b.month ? 1 : -1));
  const energy = t("ledger.head.energy");
  return (
    <>
      <ListPanel
        title={t("ledger.tab.settlements")}
        why={t("ledger.settlementsWhy")}
        asked={asked}
        list={list}
        none={t("ledger.noSettlements")}
        actions={
          isOffice() && (
            <button type="button" class="button" onClick={() => setOpen({ corrects: null })}>
              {t("ledger.addSettlement")}
            </button>
          )
        }
        heads={[
          t("ledger.head.reference"),
          t("ledger.head.project"),
          t("ledger.head.month"),
          t("ledger.head.beneficiary"),
          energy,
          t("ledger.evidence"),
          "",
        ]}
        numbers={[energy]}
        rows={rows}
        row={(row) => (
          <tr key={row.id}>
            <th scope="row">
              {row.reference}
              <span class="row-note">{t(`ledger.trade.${row.kind}`)}</span>
            </th>
            <td data-label={t("ledger.head.project")}>{projectName(row.project)}</td>
            <td class="nowrap" data-label={t("ledger.head.month")}>
              {row.month}
              {row.intervals !== null && (
                <span class="row-note">{t("ledger.intervals", { count: row.intervals })}</span>
              )}
            </td>
            <td data-label={t("ledger.head.beneficiary")}>{partyName(row.beneficiary)}</td>
            <td class="num" data-label={energy}>
              {fixed(row.energyKwh / 1000, 1)}
            </td>
            <td data-label={t("ledger.evidence")}>
              <Evidence row={row} />
            </td>
            <td class="ledger-acts">
              {isOffice() && (
                <button type="button" class="button" onClick={() => setOpen({ corrects: row })}>
                  {t("ledger.correct")}
                </button>
              )}
            </td>
          </tr>
        )}
      />
      {open !== null && <Form open={open} onDone={asked.reload} onClose={() => setOpen(null)} />}
    </>
  );
}
