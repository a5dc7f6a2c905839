import type { GreenProofAnswer } from "../../../api/answers/green-claims.ts";
import type { Asked } from "../../api.ts";
import { fixed, THIN, withUnit } from "../../format.ts";
import { nameOf, t } from "../../i18n/i18n.ts";
import { downloadText } from "../../ui/download.ts";
import { Figure } from "../../ui/figure.tsx";
import { Glyph } from "../../ui/glyph.tsx";
import { Panel } from "../../ui/panel.tsx";
import { type Pattern, type Source, Swatch } from "../../ui/swatch.tsx";
import { factorText } from "../common/amounts.ts";
import { StackBar } from "./stack-bar.tsx";

type Row = GreenProofAnswer["rows"][number];
type Certificate = Row["certificates"][number];

const MARKS: Readonly<Record<Row["kind"], { source: Source; pattern: Pattern }>> = {
  "own-pv": { source: "solar", pattern: "solid" },
  "network-pv": { source: "solar", pattern: "solid" },
  "direct-line": { source: "grid", pattern: "horizontal" },
  storage: { source: "discharge", pattern: "solid" },
  "green-trade": { source: "grid", pattern: "vertical" },
  unmatched: { source: "grid", pattern: "solid" },
};

const hourMinute = (iso: string): string => iso.slice(11, 16);

/** A register that did not move says nothing to a reader; the exported proof has it all the same. */
const moved = (one: Row["readings"][number]): boolean => one.from.display !== one.to.display;

/** As many decimals as the display has: the difference is what counts. */
function decimals({ from, to }: Row["readings"][number]): number {
  return Math.max(...[from, to].map((one) => Math.min(6, String(one.display).split(".")[1]?.length ?? 0)));
}

/** What stands behind a row: what displays showed, how it was shared, the factor of what is not matched. */
function Behind({ row }: { row: Row }) {
  return (
    <>
      {row.readings.filter(moved).map((one) => (
        <span key={one.meter + one.channel} class="row-note indent">
          {one.meter}{" "}
          {t("green.proof.reading", {
            from: fixed(one.from.display, decimals(one)),
            to: fixed(one.to.display, decimals(one)),
            multiplier: fixed(one.multiplier, 0),
          })}
        </span>
      ))}
      {row.detail !== null && <span class="row-note indent">{nameOf(row.detail)}</span>}
      {row.factor !== null && (
        <span class="row-note indent">
          {t("green.proof.carbon", {
            factor: factorText(row.factor.value),
            carbon: fixed(row.carbonKg, 1),
            unit: `${THIN}kgCO₂`,
          })}
        </span>
      )}
    </>
  );
}

/** A certificate's numbers and how far it has come: issued, held, allocated, cancelled. */
function CertificateLife({ one }: { one: Certificate }) {
  const reached = one.state === "cancelled" ? 3 : 2;
  return (
    <div class="certificate">
      <b>{one.series}</b> {t("green.proof.numbers", { first: fixed(one.first, 0), last: fixed(one.last, 0) })}
      <ol>
        {(["issued", "held", "allocated", "cancelled"] as const).map((state, at) => (
          <li
            key={state}
            class={at <= reached ? "reached" : undefined}
            aria-current={at === reached ? "step" : undefined}
          >
            {t(`green.proof.${state}`)}
          </li>
        ))}
      </ol>
      <span class="row-note">
        {t("green.proof.validThrough", { month: one.month, until: one.validThrough })}
      </span>
    </div>
  );
}

function ProofBody({ answer }: { answer: GreenProofAnswer }) {
  const use = answer.useKwh ?? 0;
  const certificates = answer.rows.flatMap((row) => row.certificates);
  return (
    <>
      <div class="proof-head">
        <Figure
          value={answer.matchedShare === null ? null : fixed(answer.matchedShare * 100, 1)}
          unit={`% ${t("green.proof.matched")}`}
        />
        <span class="quiet">
          {t("green.proof.of", {
            matched: fixed(answer.matchedKwh, 1),
            use: withUnit(fixed(answer.useKwh, 1), "kWh"),
          })}
        </span>
      </div>
      <StackBar
        segments={answer.rows.map((row) => ({ ...MARKS[row.kind], part: use > 0 ? row.energyKwh / use : 0 }))}
      />
      <table class="rows">
        <tbody>
          {answer.rows.map((row) => (
            <tr key={row.kind + nameOf(row.name)}>
              <th scope="row">
                <span class="with-swatch">
                  <Swatch {...MARKS[row.kind]} />
                  <b>{nameOf(row.name)}</b>
                </span>
                <Behind row={row} />
              </th>
              <td class="num nowrap">
                <b>{withUnit(fixed(row.energyKwh, 1), "kWh")}</b>
                <span class="row-note">
                  {t(
                    row.kind === "unmatched"
                      ? "green.proof.notCounted"
                      : row.matched
                        ? "green.proof.measured"
                        : "green.proof.estimated",
                  )}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {certificates.map((one) => (
        <CertificateLife key={`${one.series} ${one.first}`} one={one} />
      ))}
      <ul class="checks">
        {answer.checks.map((check) => (
          <li key={check.text.code}>
            <span class={`status status-${check.status}`}>
              <Glyph status={check.status} />
            </span>
            <span>{nameOf(check.text)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** The proof of one quarter-hour of the cell that was chosen; the hour's other quarters are a button away. */
export function ProofPanel(props: {
  readonly proof: Asked<GreenProofAnswer>;
  readonly at: string | null;
  /** The quarter-hour to begin with is not known yet. */
  readonly waiting: boolean;
  readonly scopeName: string;
  readonly onQuarter: (at: string) => void;
}) {
  const { proof, at } = props;
  const answer = proof.data;
  const save = (): void => {
    if (answer === null) return;
    const name = `green-proof-${answer.scope.replace(":", "-")}-${answer.from.slice(0, 16).replace(":", "")}`;
    downloadText(`${name}.json`, `${JSON.stringify(answer, null, 2)}\n`, "application/json");
  };
  return (
    <Panel
      class="proof"
      title={t("green.proof.title")}
      subtitle={
        answer === null
          ? undefined
          : `${props.scopeName} · ${answer.from.slice(0, 10)} ${hourMinute(answer.from)}–${hourMinute(answer.to)}`
      }
      room={[300, 330]}
      loading={props.waiting || (at !== null && answer === null)}
      problem={proof.problem}
      retryAt={proof.retryAt}
      onRetry={proof.reload}
      empty={at === null && !props.waiting ? t("green.proof.none") : undefined}
      actions={
        answer !== null && (
          <button type="button" class="button" onClick={save}>
            {t("green.proof.export")}
          </button>
        )
      }
    >
      {answer !== null && at !== null && (
        <>
          <div class="record-tabs">
            {["00", "15", "30", "45"].map((minute) => (
              <button
                key={minute}
                type="button"
                class="button"
                aria-current={at.slice(14, 16) === minute ? "true" : undefined}
                onClick={() => props.onQuarter(`${at.slice(0, 13)}:${minute}`)}
              >
                {`${at.slice(11, 13)}:${minute}`}
              </button>
            ))}
          </div>
          <ProofBody answer={answer} />
        </>
      )}
    </Panel>
  );
}
