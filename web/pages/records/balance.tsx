import { useState } from "preact/hooks";
import type { SubMetersAnswer } from "../../../api/answers/records.ts";
import type { Asked } from "../../api.ts";
import { DASH, fixed, percent, signed } from "../../format.ts";
import { nameOf, t } from "../../i18n/i18n.ts";
import { type Status, StatusWord } from "../../ui/glyph.tsx";
import { Panel } from "../../ui/panel.tsx";
import { QualityMark } from "../../ui/quality.tsx";
import { isSmall } from "../../ui/small.ts";
import { Files, states } from "../common/listed.tsx";
import { Remarks } from "../common/remarks.tsx";
import type { Question } from "./asked.ts";
import { folded } from "./fold.ts";
import { type RecordColumn, RecordTable } from "./table.tsx";

type Row = SubMetersAnswer["rows"][number];

const MARKS = {
  ok: "met",
  over: "broken",
  missing: "warning",
  hidden: "provisional",
  idle: "provisional",
} as const satisfies Record<Row["state"], Status>;

const DIGITS = 1;

function toggled(open: ReadonlySet<string>, meter: string): Set<string> {
  const next = new Set(open);
  if (!next.delete(meter)) next.add(meter);
  return next;
}

/** What a meter says against those below it. */
const COLUMNS = (): RecordColumn<Row>[] => [
  {
    label: t("records.balance.state"),
    words: true,
    tone: (row) => (row.state === "over" ? "tone-bad" : undefined),
    cell: (row) => <StatusWord status={MARKS[row.state]}>{t(`records.state.${row.state}`)}</StatusWord>,
  },
  { label: t("records.balance.amount"), cell: (row) => fixed(row.amount, DIGITS) },
  { label: t("records.balance.children"), cell: (row) => fixed(row.childrenAmount, DIGITS) },
  {
    label: t("records.balance.difference"),
    cell: (row) =>
      row.difference === null && row.matched !== null ? (
        <>
          {DASH}
          <span class="row-note">
            {t("records.balance.matched", {
              known: percent(row.matched.known),
              difference: signed(row.matched.difference, DIGITS),
              share: percent(row.matched.share, 2),
            })}
          </span>
        </>
      ) : (
        signed(row.difference, DIGITS)
      ),
  },
  { label: t("records.balance.share"), cell: (row) => percent(row.share, 2) },
  { label: t("records.unit"), words: true, cell: (row) => row.unit },
  { label: t("records.quality"), words: true, cell: (row) => <QualityMark quality={worseOf(row)} /> },
];

/** 总分表平衡: each meter against those directly below it; what does not agree stands first in words, then in kWh. */
export function BalanceTab({ asked, question }: { asked: Asked<SubMetersAnswer>; question: Question }) {
  const answer = asked.data;
  const rows = answer?.rows ?? [];
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const tree = folded(rows, open, isSmall() ? 0 : 1);
  const count = (state: Row["state"]) => rows.filter((row) => row.state === state).length;
  return (
    <Panel
      title={t("records.balance.title")}
      subtitle={
        answer === null
          ? undefined
          : t("records.balance.subtitle", { tolerance: percent(answer.tolerance, 0) })
      }
      {...states(asked)}
      empty={answer !== null && rows.length === 0 ? t("records.balance.none") : undefined}
      actions={
        <>
          {tree.shown.length < rows.length && (
            <button
              type="button"
              class="button"
              onClick={() => setOpen(new Set(rows.map((row) => row.meter)))}
            >
              {t("records.balance.openAll", { count: rows.length })}
            </button>
          )}
          <Files question={question} />
        </>
      }
    >
      {answer !== null && (
        <>
          <p class="record-counts">
            {(["over", "missing", "ok", "hidden", "idle"] as const)
              .filter((state) => count(state) > 0)
              .map((state) => (
                <StatusWord key={state} status={MARKS[state]}>
                  {t("records.balance.count", { state: t(`records.state.${state}`), count: count(state) })}
                </StatusWord>
              ))}
          </p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keys */}
          <section class="table-box" tabIndex={0} aria-label={t("records.balance.title")}>
            <RecordTable
              head={t("records.balance.meter")}
              name={(row) => (
                <>
                  {row.name === null ? row.meter : nameOf(row.name)}
                  <span class="row-note">
                    {t("records.balance.parts", { meter: row.meter, count: row.children.length })}
                    {tree.folds.has(row.meter) && (
                      <button
                        type="button"
                        class="fold"
                        aria-expanded={open.has(row.meter)}
                        onClick={() => setOpen(toggled(open, row.meter))}
                      >
                        {t(open.has(row.meter) ? "records.balance.close" : "records.balance.open", {
                          count: tree.folds.get(row.meter) ?? 0,
                        })}
                      </button>
                    )}
                  </span>
                </>
              )}
              depth={(row) => Math.max(0, row.depth - (rows[0]?.depth ?? 0))}
              columns={COLUMNS()}
              rows={tree.shown}
              keyOf={(row) => row.meter}
            />
          </section>
          <Remarks remarks={answer.remarks} first={2} />
        </>
      )}
    </Panel>
  );
}

function worseOf(row: Row): Row["quality"] {
  const both = [row.quality, row.state === "hidden" ? row.quality : row.childrenQuality];
  return both.includes("missing") ? "missing" : both.includes("estimated") ? "estimated" : "measured";
}
