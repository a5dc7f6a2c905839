import { useState } from "preact/hooks";
import type { CertificatesAnswer } from "../../../api/answers/ledger.ts";
import { useAnswer } from "../../api.ts";
import { fixed } from "../../format.ts";
import { t } from "../../i18n/i18n.ts";
import { StatusWord } from "../../ui/glyph.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Files, states } from "../common/listed.tsx";
import {
  type CertificateRange,
  isOffice,
  type Lot,
  listPath,
  ownEnterprise,
  partyName,
  projectName,
  type Use,
} from "./asked.ts";
import {
  ChoiceField,
  Evidence,
  enterpriseChoices,
  field,
  Heads,
  MonthField,
  NumberField,
  optional,
  RecordForm,
  TextField,
} from "./parts.tsx";

const STATES = ["cancelled", "allocated", "held", "sold", "expired"] as const;
const ENERGIES = ["solar", "wind", "hydro", "biomass", "geothermal", "ocean", "other"] as const;

type Open =
  | { readonly what: "add" }
  | { readonly what: "allocate" | "sell"; readonly lot: Lot; readonly free: CertificateRange }
  | { readonly what: "withdraw"; readonly lot: Lot }
  | { readonly what: "cancel" | "release"; readonly use: Use };

const count = (n: number): string => fixed(n, 0);

/** How much of it is in which state: a bar whose parts are named below it. */
function LifeBar({
  parts,
  label,
}: {
  readonly parts: Readonly<Record<string, number>>;
  readonly label: string;
}) {
  const all = STATES.reduce((sum, state) => sum + (parts[state] ?? 0), 0);
  return (
    <span class="life-bar" role="img" aria-label={label}>
      {STATES.map((state) =>
        (parts[state] ?? 0) > 0 ? (
          <span key={state} class={`life-${state}`} style={{ flexGrow: (parts[state] ?? 0) / all }} />
        ) : null,
      )}
    </span>
  );
}

function sentence(parts: Readonly<Record<string, number>>): string {
  const words = STATES.filter((state) => (parts[state] ?? 0) > 0).map(
    (state) => `${t(`ledger.state.${state}`)} ${count(parts[state] ?? 0)}`,
  );
  return words.join(" · ");
}

function Summary({ total }: { readonly total: CertificatesAnswer["total"] }) {
  const issued = Object.values(total).reduce((sum, n) => sum + n, 0);
  return (
    <div class="life">
      <p>
        <b class="life-issued">{count(issued)}</b> {t("ledger.issued")}
      </p>
      <LifeBar parts={total} label={sentence(total)} />
      <ul class="life-legend">
        {STATES.map((state) => (
          <li key={state}>
            <span class={`life-key life-${state}`} aria-hidden="true" />
            {t(`ledger.state.${state}`)} <b>{count(total[state] ?? 0)}</b>
          </li>
        ))}
      </ul>
    </div>
  );
}

function partsOf(lot: Lot): Record<string, number> {
  const parts: Record<string, number> = {};
  for (const range of lot.ranges) parts[range.state] = (parts[range.state] ?? 0) + range.count;
  return parts;
}

/** The first range that can still be used. */
function freeOf(lot: Lot): CertificateRange | undefined {
  return lot.ranges.find((range) => range.state === "held");
}

function Ranges(props: {
  readonly lot: Lot;
  readonly uses: readonly Use[];
  readonly onOpen: (open: Open) => void;
}) {
  return (
    <ul class="life-ranges">
      {props.lot.ranges.map((range) => {
        const use = props.uses.find((one) => one.id === range.use);
        return (
          <li key={range.first}>
            <span>
              {range.first}–{range.last} · {t(`ledger.state.${range.state}`)} {count(range.count)} MWh
              {range.beneficiary !== null && ` · ${partyName(range.beneficiary)} · ${range.month ?? ""}`}
            </span>
            {use !== undefined && <Evidence row={use} />}
            {use !== undefined && isOffice() && use.cancelled === null && (
              <span class="ledger-acts">
                {use.purpose === "allocated" && (
                  <button type="button" class="button" onClick={() => props.onOpen({ what: "cancel", use })}>
                    {t("ledger.cancel")}
                  </button>
                )}
                <button type="button" class="button" onClick={() => props.onOpen({ what: "release", use })}>
                  {t("ledger.release")}
                </button>
              </span>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function LotRow(props: {
  readonly lot: Lot;
  readonly uses: readonly Use[];
  readonly onOpen: (open: Open) => void;
}) {
  const { lot, onOpen } = props;
  const free = freeOf(lot);
  const mayUse = free !== undefined && !lot.expired && (isOffice() || lot.holder === ownEnterprise());
  const parts = partsOf(lot);
  return (
    <tr>
      <th scope="row">
        {projectName(lot.project)}
        <span class="row-note">
          {lot.series} · {lot.first}–{lot.last}
        </span>
      </th>
      <td class="nowrap" data-label={t("ledger.head.generated")}>
        {lot.month}
        <span class="row-note">
          {t(`ledger.energy.${lot.energy}`)} · {t(lot.tradable ? "ledger.tradable" : "ledger.notTradable")}
        </span>
      </td>
      <td class="life-cell" data-label={t("ledger.head.life")}>
        <LifeBar parts={parts} label={sentence(parts)} />
        <details>
          <summary>{sentence(parts)}</summary>
          <Ranges lot={lot} uses={props.uses} onOpen={onOpen} />
        </details>
      </td>
      <td class="num" data-label={t("ledger.head.left")}>
        {count(lot.left)}
        <span class="row-note">{t("ledger.ofCount", { count: count(lot.count) })}</span>
      </td>
      <td class="nowrap" data-label={t("ledger.head.valid")}>
        {lot.lastValidMonth}
        {lot.expired && (
          <span class="row-note">
            <StatusWord status="broken">{t("ledger.state.expired")}</StatusWord>
          </span>
        )}
      </td>
      <td data-label={t("ledger.head.holder")}>
        {partyName(lot.holder)}
        <details>
          <summary>{t("ledger.evidence")}</summary>
          <Evidence row={lot} />
        </details>
      </td>
      <td class="ledger-acts">
        {mayUse && (
          <button type="button" class="button" onClick={() => onOpen({ what: "allocate", lot, free })}>
            {t("ledger.allocate")}
          </button>
        )}
        {mayUse && isOffice() && lot.tradable && (
          <button type="button" class="button" onClick={() => onOpen({ what: "sell", lot, free })}>
            {t("ledger.sell")}
          </button>
        )}
        {isOffice() && lot.ranges.every((range) => range.use === null) && (
          <button type="button" class="button" onClick={() => onOpen({ what: "withdraw", lot })}>
            {t("ledger.withdraw")}
          </button>
        )}
      </td>
    </tr>
  );
}

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
function Form({
  open,
  onDone,
  onClose,
}: {
  readonly open: Open;
  readonly onDone: () => void;
  readonly onClose: () => void;
}) {
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

/** 绿证: number ranges and what became of them. */
export function CertificatesTab() {
  const list = listPath("/ledger/certificates");
  const asked = useAnswer<CertificatesAnswer>(list.path);
  const [open, setOpen] = useState<Open | null>(null);
  const lots = (asked.data?.lots ?? []).toSorted((a, b) =>
    a.month < b.month ? 1 : a.month > b.month ? -1 : a.id - b.id,
  );
  return (
    <>
      <Panel
        title={t("ledger.tab.certificates")}
        subtitle={t("ledger.certificatesWhy")}
        {...states(asked)}
        empty={asked.data !== null && lots.length === 0 ? t("ledger.noCertificates") : undefined}
        actions={
          <>
            {isOffice() && (
              <button type="button" class="button" onClick={() => setOpen({ what: "add" })}>
                {t("ledger.addLot")}
              </button>
            )}
            <Files question={list} />
          </>
        }
      >
        {asked.data !== null && <Summary total={asked.data.total} />}
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keys */}
        <section class="table-box" tabIndex={0} aria-label={t("ledger.tab.certificates")}>
          <table class="rows stack-rows">
            <Heads
              heads={[
                t("ledger.head.project"),
                t("ledger.head.generated"),
                t("ledger.head.life"),
                t("ledger.head.left"),
                t("ledger.head.valid"),
                t("ledger.head.holder"),
                "",
              ]}
              numbers={[t("ledger.head.left")]}
            />
            <tbody>
              {lots.map((lot) => (
                <LotRow key={lot.id} lot={lot} uses={asked.data?.uses ?? []} onOpen={setOpen} />
              ))}
            </tbody>
          </table>
        </section>
      </Panel>
      {open !== null && <Form open={open} onDone={asked.reload} onClose={() => setOpen(null)} />}
    </>
  );
}
