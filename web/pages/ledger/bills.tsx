import { useState } from "preact/hooks";
import type { BillsAnswer, EntriesAnswer } from "../../../api/answers/ledger.ts";
import { apiPath, getAnswer, useAnswer } from "../../api.ts";
import { DASH, fixed, percent, signed } from "../../format.ts";
import { sideOf, t } from "../../i18n/i18n.ts";
import { place, setQuery } from "../../router.ts";
import { type Status, StatusWord } from "../../ui/glyph.tsx";
import { reasonOf } from "../../ui/panel.tsx";
import { isMonth, shiftMonth } from "../common/months.ts";
import { MonthPicker } from "../common/pickers.tsx";
import { localNow } from "../common/when.ts";
import { type Bill, type Entry, listPath, scopeName, spanText, subjectName } from "./asked.ts";
import { EntryForm } from "./figures.tsx";
import { ListPanel } from "./list.tsx";
import { Evidence } from "./parts.tsx";

const STATUS: Readonly<Record<Bill["state"], Status>> = {
  ok: "met",
  over: "warning",
  incomplete: "provisional",
  "no-meters": "provisional",
  "no-bill": "provisional",
};
/** Months shown at once, the chosen one last. */
const MONTHS = 2;

/** The entry of a bill: owner and comment are corrected with it. */
async function entryOf(bill: Bill): Promise<Entry | null> {
  const path = apiPath("/ledger/entries", { kind: "bill", scope: bill.scope });
  const { entries } = await getAnswer<EntriesAnswer>(path);
  return entries.find((entry) => entry.id === bill.id) ?? null;
}

function Row({ bill, onExplain }: { readonly bill: Bill; readonly onExplain: () => void }) {
  return (
    <tr>
      <th scope="row">
        {scopeName(bill.scope)}
        <span class="row-note">
          {subjectName(bill.medium)} · {bill.account}
        </span>
      </th>
      <td class="nowrap" data-label={t("ledger.head.span")}>
        {spanText(bill.from, bill.to)}
      </td>
      <td class="num" data-label={t("ledger.head.billed")}>
        {bill.billed === null ? DASH : fixed(bill.billed, 0)}
        <span class="row-note">{bill.unit}</span>
      </td>
      <td class="num" data-label={t("ledger.head.metered")}>
        {bill.metered === null ? DASH : fixed(bill.metered, 0)}
        <span class="row-note">{percent(bill.known)}</span>
      </td>
      <td class="num" data-label={t("ledger.head.difference")}>
        {bill.difference === null ? DASH : signed(bill.difference, 0)}
        <span class="row-note">
          {bill.share === null ? "" : `${bill.share > 0 ? "+" : ""}${percent(bill.share)}`}
        </span>
      </td>
      <td data-label={t("ledger.head.state")}>
        <StatusWord status={STATUS[bill.state]}>{t(`ledger.bill.${bill.state}`)}</StatusWord>
        <span class="row-note">{t(`ledger.use.${bill.uses}`)}</span>
      </td>
      <td data-label={t("ledger.head.owner")}>
        {bill.owner === null ? DASH : sideOf(bill.owner)}
        {bill.comment !== null && <span class="row-note">{sideOf(bill.comment)}</span>}
      </td>
      <td data-label={t("ledger.evidence")}>{bill.id !== null && <Evidence row={bill} />}</td>
      <td class="ledger-acts">
        {bill.id !== null && (
          <button type="button" class="button" onClick={onExplain}>
            {t("ledger.explain")}
          </button>
        )}
      </td>
    </tr>
  );
}

/** 账单对账: bills against meters by account, with who looks after a difference. */
export function BillsTab() {
  const latest = localNow().slice(0, 7);
  const month = place.value.query.get("month") ?? "";
  const chosen = isMonth(month) ? month : latest;
  const query = { from: `${shiftMonth(chosen, 1 - MONTHS)}-01`, to: `${shiftMonth(chosen, 1)}-01` };
  const list = listPath("/ledger/bills", query);
  const asked = useAnswer<BillsAnswer>(list.path);
  const [open, setOpen] = useState<Entry | null>(null);
  const [said, setSaid] = useState("");
  const rows = (asked.data?.bills ?? []).toSorted(
    (a, b) => Number(b.state === "over") - Number(a.state === "over") || (a.from < b.from ? 1 : -1),
  );
  const numbers = [t("ledger.head.billed"), t("ledger.head.metered"), t("ledger.head.difference")];
  return (
    <>
      <ListPanel
        key={chosen}
        title={t("ledger.tab.bills")}
        why={t("ledger.billsWhy", { threshold: percent(asked.data?.threshold ?? null, 0) })}
        asked={asked}
        list={list}
        none={t("ledger.noBills")}
        actions={<MonthPicker month={chosen} latest={latest} onPick={(one) => setQuery({ month: one })} />}
        above={
          said !== "" && (
            <p role="alert" class="tone-bad">
              {said}
            </p>
          )
        }
        heads={[
          t("ledger.head.account"),
          t("ledger.head.span"),
          ...numbers,
          t("ledger.head.state"),
          t("ledger.head.owner"),
          t("ledger.evidence"),
          "",
        ]}
        numbers={numbers}
        rows={rows}
        row={(bill) => (
          <Row
            key={`${bill.scope} ${bill.medium} ${bill.account} ${bill.from}`}
            bill={bill}
            onExplain={() => {
              entryOf(bill).then(
                (entry) => {
                  setSaid("");
                  setOpen(entry);
                },
                (error: unknown) => setSaid(reasonOf(error)),
              );
            }}
          />
        )}
      />
      {open !== null && (
        <EntryForm
          open={{ what: "correct", entry: open }}
          onDone={asked.reload}
          onClose={() => setOpen(null)}
        />
      )}
    </>
  );
}
