import { t } from "../../i18n/i18n.ts";
import { type CertificateRange, type Lot, partyName, projectName, type Use } from "./asked.ts";
import {
  ChoiceField,
  enterpriseChoices,
  type FormEnds,
  field,
  MonthField,
  NumberField,
  optional,
  RecordForm,
  TextField,
} from "./parts.tsx";

/** What is done with certificates: entered, allocated, sold, withdrawn, cancelled, released; each with its form. */

const ENERGIES = ["solar", "wind", "hydro", "biomass", "geothermal", "ocean", "other"] as const;

export type Open =
  | { readonly what: "add" }
  | { readonly what: "allocate" | "sell"; readonly lot: Lot; readonly free: CertificateRange }
  | { readonly what: "withdraw"; readonly lot: Lot }
  | { readonly what: "cancel" | "release"; readonly use: Use };

function NumberFields({ first, last }: { readonly first?: number; readonly last?: number }) {
  return (
    <div class="ask-pair">
      <NumberField name="first" label={t("ledger.field.first")} value={first} step={1} />
      <NumberField name="last" label={t("ledger.field.last")} value={last} step={1} />
    </div>
  );
}

const numbersOf = (form: FormData) => ({
  first: Number(field(form, "first")),
  last: Number(field(form, "last")),
});

/** The form of what is open. */
export function CertificateForm({ open, onDone, onClose }: FormEnds & { readonly open: Open }) {
  const shared = { onDone, onClose };
  const title = t(`ledger.${open.what === "add" ? "addLot" : open.what}`);
  switch (open.what) {
    case "add":
      return (
        <RecordForm
          {...shared}
          title={title}
          about={t("ledger.addLotHow")}
          path="/ledger/certificates"
          body={(form) => ({
            series: field(form, "series"),
            ...numbersOf(form),
            project: field(form, "project"),
            month: field(form, "month"),
            energy: field(form, "energy"),
            tradable: field(form, "tradable") === "yes",
            holder: field(form, "holder"),
          })}
        >
          <TextField name="series" label={t("ledger.field.series")} hint={t("ledger.field.seriesHow")} />
          <NumberFields />
          <TextField name="project" label={t("ledger.field.project")} hint={t("ledger.field.projectHow")} />
          <div class="ask-pair">
            <MonthField label={t("ledger.head.generated")} />
            <ChoiceField
              name="energy"
              label={t("ledger.field.energy")}
              choices={ENERGIES.map((e) => [e, t(`ledger.energy.${e}`)])}
            />
            <ChoiceField
              name="tradable"
              label={t("ledger.field.trade")}
              choices={[
                ["yes", t("ledger.tradable")],
                ["no", t("ledger.notTradable")],
              ]}
            />
            <ChoiceField
              name="holder"
              label={t("ledger.head.holder")}
              choices={[["park", t("ledger.park")], ...enterpriseChoices()]}
            />
          </div>
        </RecordForm>
      );
    case "allocate":
    case "sell": {
      const { lot, free } = open;
      const sells = open.what === "sell";
      return (
        <RecordForm
          {...shared}
          title={title}
          about={`${projectName(lot.project)} · ${lot.month} · ${lot.series}`}
          path={sells ? "/ledger/certificates/sales" : "/ledger/certificates/allocations"}
          body={(form) => ({
            series: lot.series,
            ...numbersOf(form),
            month: field(form, "month"),
            [sells ? "buyer" : "beneficiary"]: field(form, "party"),
            ...optional(form, "cancelledOn"),
          })}
        >
          <NumberFields first={free.first} last={free.last} />
          <div class="ask-pair">
            {sells ? (
              <TextField name="party" label={t("ledger.field.buyer")} />
            ) : (
              <ChoiceField
                name="party"
                label={t("ledger.field.beneficiary")}
                choices={enterpriseChoices()}
                value={lot.holder ?? ""}
              />
            )}
            <MonthField
              label={t(sells ? "ledger.field.saleMonth" : "ledger.field.useMonth")}
              value={lot.month}
            />
          </div>
          {!sells && (
            <label>
              {t("ledger.field.cancelledOn")}
              <input name="cancelledOn" type="date" />
            </label>
          )}
        </RecordForm>
      );
    }
    case "withdraw":
      return (
        <RecordForm
          {...shared}
          title={title}
          about={`${open.lot.series} ${open.lot.first}–${open.lot.last}`}
          path="/ledger/certificates/withdrawals"
          body={() => ({ lot: open.lot.id })}
        />
      );
    default: {
      const { use } = open;
      return (
        <RecordForm
          {...shared}
          title={title}
          about={`${use.series} ${use.first}–${use.last} · ${partyName(use.beneficiary)} · ${use.month}`}
          path={`/ledger/certificates/${open.what === "cancel" ? "cancellations" : "releases"}`}
          body={() => ({ use: use.id })}
        />
      );
    }
  }
}
