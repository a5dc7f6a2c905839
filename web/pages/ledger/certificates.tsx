import { useState } from "preact/hooks";
import type { CertificatesAnswer } from "../../../api/answers/ledger.ts";
import { useAnswer } from "../../api.ts";
import { fixed } from "../../format.ts";
import { t } from "../../i18n/i18n.ts";
import { StatusWord } from "../../ui/glyph.tsx";
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
import { CertificateForm, type Open } from "./certificate-forms.tsx";
import { ListPanel } from "./list.tsx";
import { Evidence } from "./parts.tsx";

const STATES = ["cancelled", "allocated", "held", "sold", "expired"] as const;
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

/** 绿证: number ranges and what became of them. */
export function CertificatesTab() {
  const list = listPath("/ledger/certificates");
  const asked = useAnswer<CertificatesAnswer>(list.path);
  const [open, setOpen] = useState<Open | null>(null);
  const lots = (asked.data?.lots ?? []).toSorted((a, b) =>
    a.month < b.month ? 1 : a.month > b.month ? -1 : a.id - b.id,
  );
  const left = t("ledger.head.left");
  return (
    <>
      <ListPanel
        title={t("ledger.tab.certificates")}
        why={t("ledger.certificatesWhy")}
        asked={asked}
        list={list}
        none={t("ledger.noCertificates")}
        actions={
          isOffice() && (
            <button type="button" class="button" onClick={() => setOpen({ what: "add" })}>
              {t("ledger.addLot")}
            </button>
          )
        }
        above={asked.data !== null && <Summary total={asked.data.total} />}
        heads={[
          t("ledger.head.project"),
          t("ledger.head.generated"),
          t("ledger.head.life"),
          left,
          t("ledger.head.valid"),
          t("ledger.head.holder"),
          "",
        ]}
        numbers={[left]}
        rows={lots}
        row={(lot) => <LotRow key={lot.id} lot={lot} uses={asked.data?.uses ?? []} onOpen={setOpen} />}
      />
      {open !== null && <CertificateForm open={open} onDone={asked.reload} onClose={() => setOpen(null)} />}
    </>
  );
}
