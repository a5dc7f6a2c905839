import type { ComparisonAnswer } from "../../../api/answers/records.ts";
import type { Asked } from "../../api.ts";
import { DASH, fixed, percent, signed } from "../../format.ts";
import { t } from "../../i18n/i18n.ts";
import { setQuery } from "../../router.ts";
import { StatusWord } from "../../ui/glyph.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Files, states } from "../common/listed.tsx";
import { lastDay, monthsBack } from "../common/months.ts";
import { Picker } from "../common/pickers.tsx";
import { Remarks } from "../common/remarks.tsx";
import { MEDIA, type Question, type View } from "./asked.ts";
import { RecordTable, shareColumns } from "./table.tsx";

const BASES_LISTED = 36;

type Compared = ComparisonAnswer["compared"][number];
type Shift = Compared["importChange"];

/** The span itself, or what it is compared with. */
type Side = Omit<Compared, "with" | "importChange" | "exportChange"> & {
  readonly with: Compared["with"] | "current";
  readonly importChange: Shift | null;
  readonly exportChange: Shift | null;
};

const amount = (side: Side, value: number | null) =>
  side.with === "current" ? <b>{fixed(value, 1)}</b> : fixed(value, 1);

/** Both changes by name: on a phone they stand apart from their amounts. */
const change = (of: "import" | "export"): string =>
  t("records.compare.changeOf", { what: t(`enterprise.energy.${of}`) });

/** ▲ and ▼ beside the sign: what rose and what fell is never told by colour alone. */
function Change({ change }: { change: Shift | null }) {
  if (change === null) return null;
  if (change.amount === null) return <>{DASH}</>;
  const arrow = change.amount > 0 ? "▲" : change.amount < 0 ? "▼" : "";
  const tone = change.amount > 0 ? "change-up" : change.amount < 0 ? "change-down" : undefined;
  const share = change.share === null ? DASH : `${change.share > 0 ? "+" : ""}${percent(change.share)}`;
  return (
    <span class={tone}>
      <span aria-hidden="true">{arrow}</span> {signed(change.amount, 1)}
      <span class="row-note">{share}</span>
    </span>
  );
}

/** 同比: the month, the same dates last year and a base period, each with how much of it is known. */
export function CompareTab(props: { asked: Asked<ComparisonAnswer>; question: Question; view: View }) {
  const { asked, question, view } = props;
  const answer = asked.data;
  const unit = answer?.unit ?? "";
  const bases = monthsBack(`${view.latest}-01`, BASES_LISTED);
  const span = (side: { from: string; to: string }) => `${side.from.slice(0, 10)} – ${lastDay(side.to)}`;
  return (
    <>
      <div class="page-tools">
        <Picker
          label={t("records.compare.medium")}
          value={view.medium}
          choices={MEDIA.map((medium) => ({ value: medium, label: t(`enterprise.energy.${medium}`) }))}
          onPick={(medium) => setQuery({ medium })}
        />
        <Picker
          label={t("records.compare.basePicker")}
          value={view.base ?? ""}
          choices={[
            { value: "", label: t("records.compare.noBase") },
            ...(view.base === null || bases.includes(view.base) ? bases : [view.base, ...bases]).map(
              (one) => ({
                value: one,
                label: one,
              }),
            ),
          ]}
          onPick={(base) => setQuery({ base: base === "" ? null : base })}
        />
      </div>
      <Panel
        title={t("records.compare.title")}
        subtitle={answer === null ? undefined : span({ from: answer.from, to: answer.through })}
        {...states(asked)}
        actions={<Files question={question} />}
      >
        {answer !== null && (
          <>
            <RecordTable
              head={t("records.compare.side")}
              name={(side) => (
                <>
                  {t(`records.compare.${side.with}`)}
                  <span class="row-note">{span(side)}</span>
                  {!side.comparable && (
                    <StatusWord status="warning">{t("records.compare.notKnown")}</StatusWord>
                  )}
                </>
              )}
              columns={[
                {
                  label: `${t("enterprise.energy.import")} ${unit}`,
                  cell: (side) => amount(side, side.importAmount),
                },
                { label: change("import"), cell: (side) => <Change change={side.importChange} /> },
                {
                  label: `${t("enterprise.energy.export")} ${unit}`,
                  cell: (side) => amount(side, side.exportAmount),
                },
                { label: change("export"), cell: (side) => <Change change={side.exportChange} /> },
                ...shareColumns<Side>((side) => side.coverage),
              ]}
              rows={[
                {
                  ...answer.current,
                  with: "current",
                  comparable: true,
                  importChange: null,
                  exportChange: null,
                },
                ...answer.compared,
              ]}
              keyOf={(side) => side.with}
            />
            <Remarks remarks={answer.remarks} />
          </>
        )}
      </Panel>
    </>
  );
}
