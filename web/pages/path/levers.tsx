import { useEffect, useId, useState } from "preact/hooks";
import type { PathwayAnswer } from "../../../api/answers/pathway.ts";
import type { Lever } from "../../../park/levers.ts";
import type { Asked } from "../../api.ts";
import { DASH, fixed, percent, signed, THIN } from "../../format.ts";
import { nameOf, sideOf, t } from "../../i18n/i18n.ts";
import { lang } from "../../state.ts";
import { copyText } from "../../ui/copy.ts";
import { StatusWord } from "../../ui/glyph.tsx";
import { Panel } from "../../ui/panel.tsx";
import { type Pattern, type Source, Swatch } from "../../ui/swatch.tsx";
import type { TableData } from "../../ui/table.tsx";
import { states } from "../common/listed.tsx";
import {
  gapSegments,
  isNothing,
  LEVERS,
  type LeverAnswer,
  type ScenarioAnswer,
  shownPer,
  sliderOf,
} from "./amounts.ts";
import type { ScenarioState } from "./scenario.ts";

const MARKS: Readonly<Record<Lever, { source: Source; pattern: Pattern }>> = {
  directLineGwh: { source: "grid", pattern: "horizontal" },
  certificates: { source: "grid", pattern: "vertical" },
  pvMwp: { source: "solar", pattern: "solid" },
  efficiencyGwh: { source: "use", pattern: "solid" },
  storageMwh: { source: "discharge", pattern: "solid" },
  gasToPowerM3: { source: "gas", pattern: "solid" },
};

/** Tonnes as they are read here: kt from 10 kt of gap on, so that the rows add up on screen. */
function tonnes(value: number, gapTco2: number): string {
  return gapTco2 >= 10_000 ? `${fixed(value / 1000, 1)}${THIN}ktCO₂` : `${fixed(value, 0)}${THIN}tCO₂`;
}

/** Tonnes of one unit: the finer the smaller. */
function unitTonnes(value: number | null): string {
  if (value === null) return DASH;
  return `${signed(value, Math.abs(value) < 1000 ? 1 : 0)}${THIN}t`;
}

function amountText(lever: Lever, amount: number): string {
  const shown = amount / shownPer(lever, lang.value);
  const text = fixed(shown, 2).replace(/\.?0+$/, "");
  return `${text}${THIN}${t(`path.unit.${lever}`)}`;
}

function leversTable(answer: PathwayAnswer): TableData {
  return {
    file: `levers-${answer.boundary}`,
    caption: t("path.levers.title"),
    columns: [
      { label: t("path.levers.lever") },
      { label: t("shared.unit") },
      { label: t("path.levers.carbon"), digits: 1 },
      { label: t("path.levers.intensity"), digits: 5 },
      { label: t("path.levers.limit") },
      { label: t("path.levers.evidence") },
      { label: t("path.levers.amount") },
      { label: t("path.levers.closes"), digits: 1 },
      { label: t("shared.remarks") },
    ],
    rows: answer.levers.map((lever) => [
      nameOf(lever.name),
      nameOf(lever.unit),
      lever.carbonTPerUnit,
      lever.tco2PerTcePerUnit,
      lever.limit === null ? DASH : amountText(lever.id, lever.limit.amount),
      lever.limit === null ? "" : evidenceOf(lever.limit),
      amountText(lever.id, answer.scenario?.amounts[lever.id] ?? 0),
      answer.scenario?.parts.find((part) => part.id === lever.id)?.tco2 ?? 0,
      lever.remarks.map(nameOf).join(" "),
    ]),
    note: t("path.levers.note"),
  };
}

function evidenceOf(limit: NonNullable<LeverAnswer["limit"]>): string {
  return limit.evidence === null ? t("path.levers.metered") : sideOf(limit.evidence);
}

/** How far a lever goes and the one thing to know of it; the whole remark is its title, and a row of the table. */
function Limit({ lever }: { lever: LeverAnswer }) {
  const parts: string[] = [];
  if (lever.limit !== null) {
    const amount = amountText(lever.id, lever.limit.amount);
    parts.push(t("path.levers.limitIs", { amount, evidence: evidenceOf(lever.limit) }));
  } else parts.push(t("path.levers.noLimit"));
  if (lever.id === "efficiencyGwh") parts.push(t("path.levers.denominator"));
  if (lever.id === "storageMwh" && lever.carbonTPerUnit !== null) parts.push(t("path.levers.lessExport"));
  if (lever.otherwise !== null)
    parts.push(t("path.levers.otherwise", { change: unitTonnes(lever.otherwise.carbonTPerUnit) }));
  return <span title={lever.remarks.map(nameOf).join(" ")}>{parts.join(t("path.levers.between"))}</span>;
}

/** A number field beside a slider: takes what is typed when it is a number, and shows the amount otherwise. */
function AmountField(props: {
  readonly lever: LeverAnswer;
  readonly amount: number;
  readonly disabled: boolean;
  readonly onAmount: (amount: number) => void;
}) {
  const { lever, amount } = props;
  const per = shownPer(lever.id, lang.value);
  const shown = String(Math.round((amount / per) * 1000) / 1000);
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <span class="lever-amount">
      <input
        type="text"
        inputMode="decimal"
        value={typed ?? shown}
        disabled={props.disabled}
        aria-label={t("path.levers.amountOf", {
          lever: nameOf(lever.name),
          unit: t(`path.unit.${lever.id}`),
        })}
        onInput={(event) => {
          const text = event.currentTarget.value;
          setTyped(text);
          if (/^\d{1,9}(\.\d*)?$/.test(text.trim())) props.onAmount(Number(text) * per);
        }}
        onBlur={() => setTyped(null)}
      />
      <span class="unit">{t(`path.unit.${lever.id}`)}</span>
    </span>
  );
}

function LeverRow(props: {
  readonly lever: LeverAnswer;
  readonly amount: number;
  readonly closes: number;
  readonly overLimit: boolean;
  readonly gapTco2: number;
  readonly state: ScenarioState;
}) {
  const { lever, amount, state } = props;
  const slider = sliderOf(lever);
  const id = useId();
  const mark = MARKS[lever.id];
  const part = slider === null ? 0 : Math.min(1, amount / slider.max) * 100;
  return (
    <li class="lever">
      <div class="lever-head">
        <label class="with-swatch" for={`${id}-range`}>
          <Swatch source={mark.source} pattern={mark.pattern} />
          <b>{nameOf(lever.name)}</b>
        </label>
        <span class="lever-limit">
          <Limit lever={lever} />
        </span>
      </div>
      <div class="lever-unit">
        <span>{t("path.levers.per", { unit: nameOf(lever.unit) })}</span>
        <span class="num">{unitTonnes(lever.carbonTPerUnit)}</span>
        <span class="num">{signed(lever.tco2PerTcePerUnit, 4)}</span>
      </div>
      {slider === null ? (
        <p class="lever-none">{lever.remarks.map(nameOf).join(" ")}</p>
      ) : (
        <div class="lever-slide">
          <input
            id={`${id}-range`}
            type="range"
            min={0}
            max={slider.max}
            step={slider.step}
            value={Math.min(amount, slider.max)}
            style={{ "--part": `${part}%` }}
            aria-valuetext={amountText(lever.id, amount)}
            onInput={(event) => state.set(lever.id, Number(event.currentTarget.value))}
          />
          <AmountField
            lever={lever}
            amount={amount}
            disabled={false}
            onAmount={(next) => state.set(lever.id, next)}
          />
          <b class={`num lever-closes${props.closes < 0 ? " tone-bad" : ""}`}>
            {signed(-props.closes / (props.gapTco2 >= 10_000 ? 1000 : 1), props.gapTco2 >= 10_000 ? 1 : 0)}
            <span class="unit">
              {THIN}
              {props.gapTco2 >= 10_000 ? "kt" : "t"}
            </span>
          </b>
        </div>
      )}
      {lever.id === "gasToPowerM3" && slider !== null && amount > 0 && (
        <label class="lever-choice">
          <input
            type="checkbox"
            checked={state.gasPower === "zero"}
            onChange={(event) => state.setGasPower(event.currentTarget.checked ? "zero" : "other")}
          />
          {t("path.levers.zeroPower")}
        </label>
      )}
      {props.overLimit && (
        <p class="lever-over">
          <StatusWord status="warning">{t("path.levers.overLimit")}</StatusWord>
        </p>
      )}
    </li>
  );
}

/** What is found in the order of the levers, and in red what is still to find. */
function GapBar({ answer, scenario }: { answer: PathwayAnswer; scenario: ScenarioAnswer | null }) {
  const gapTco2 = answer.gap?.gapTco2 ?? 0;
  const { parts, rest } = gapSegments(gapTco2, scenario);
  const restTco2 = scenario?.gapTco2 ?? gapTco2;
  const restKwh = scenario?.gapKwh ?? answer.gap?.gapKwh ?? 0;
  return (
    <div class="gap-found">
      <div class="gap-bar" aria-hidden="true">
        {parts.map((part) => (
          <span
            key={part.id}
            class={`gap-part swatch-${MARKS[part.id].pattern} src-${MARKS[part.id].source}`}
            style={{ flexGrow: part.share }}
          />
        ))}
        {rest > 0 && <span class="gap-rest" style={{ flexGrow: rest }} />}
      </div>
      <p class="gap-words">
        <span>
          {t("path.levers.found")} <b>{fixed((scenario?.foundKwh ?? 0) / 1e6, gapDigits(answer))}</b>
          <span class="unit">{THIN}GWh</span>
        </span>
        {restTco2 > 0 ? (
          <b class="tone-bad">
            {t("path.levers.rest", {
              carbon: tonnes(restTco2, gapTco2),
              gwh: fixed(restKwh / 1e6, Math.max(1, gapDigits(answer))),
            })}
          </b>
        ) : (
          <StatusWord status="met">{t("path.levers.closed")}</StatusWord>
        )}
      </p>
    </div>
  );
}

function gapDigits(answer: PathwayAnswer): number {
  return (answer.gap?.gapKwh ?? 0) < 1e7 ? 2 : (answer.gap?.gapKwh ?? 0) < 1e8 ? 1 : 0;
}

/** The core figure under the scenario, and apart from it the direct-supply principle. */
function Totals({ answer, scenario }: { answer: PathwayAnswer; scenario: ScenarioAnswer }) {
  const target = answer.gap?.targetTco2PerTce ?? null;
  const direct = scenario.directShare >= scenario.directShareInPrinciple;
  return (
    <dl class="scenario-totals">
      <dt>{t("path.levers.totalCore", { year: answer.gap?.year ?? "" })}</dt>
      <dd>
        <b>{fixed(scenario.tco2PerTce, 2)}</b>{" "}
        <StatusWord status={scenario.met ? "met" : "broken"}>
          {scenario.met ? "≤" : ">"}
          {THIN}
          {fixed(target, 2)}
        </StatusWord>
      </dd>
      <dt>{t("path.levers.totalZero")}</dt>
      <dd>
        <b>{percent(scenario.zeroFactorShare)}</b>
      </dd>
      <dt>{t("path.levers.totalDirect")}</dt>
      <dd>
        <b>{percent(scenario.directShare)}</b>{" "}
        <StatusWord status={direct ? "met" : "warning"}>
          {direct ? "≥" : "<"}
          {THIN}
          {percent(scenario.directShareInPrinciple, 0)}
        </StatusWord>
      </dd>
      {scenario.unusedKwh > 0 && (
        <>
          <dt>{t("path.levers.unused")}</dt>
          <dd>
            <StatusWord status="warning">
              {fixed(scenario.unusedKwh / 1e6, 1)}
              {THIN}GWh
            </StatusWord>
          </dd>
        </>
      )}
    </dl>
  );
}

function Share({ state }: { state: ScenarioState }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 3000);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <button
      type="button"
      class="button"
      onClick={() => {
        copyText(state.link())
          .then(setCopied)
          .catch(() => setCopied(false));
      }}
    >
      <span role="status">{t(copied ? "path.levers.copied" : "path.levers.share")}</span>
    </button>
  );
}

/** What closes the gap: a scenario to be tried by hand. Every figure of it comes from the API; nothing is added up here. */
export function LeversPanel(props: {
  readonly pathway: Asked<PathwayAnswer>;
  readonly state: ScenarioState;
}) {
  const { pathway, state } = props;
  const answer = pathway.data;
  const scenario = answer?.scenario ?? null;
  const gapTco2 = answer?.gap?.gapTco2 ?? 0;
  const levers = LEVERS.flatMap((id) => answer?.levers.find((lever) => lever.id === id) ?? []);
  return (
    <Panel
      class="levers-panel"
      room={[lang.value === "en" ? 783 : 731, 703]}
      title={t("path.levers.title")}
      subtitle={t("path.levers.subtitle")}
      {...states(pathway)}
      empty={answer !== null && answer.gap === null ? t("path.levers.noYear") : undefined}
      actions={
        <>
          <button type="button" class="button" disabled={isNothing(state.amounts)} onClick={state.reset}>
            {t("path.levers.reset")}
          </button>
          <Share state={state} />
        </>
      }
      table={answer === null ? undefined : () => leversTable(answer)}
    >
      {answer !== null && (
        <>
          <GapBar answer={answer} scenario={scenario} />
          <div class="lever-unit lever-columns" aria-hidden="true">
            <span>{t("path.levers.oneMore")}</span>
            <span class="num">CO₂</span>
            <span class="num">t/tce</span>
          </div>
          <ul class="levers">
            {levers.map((lever) => {
              const part = scenario?.parts.find((one) => one.id === lever.id);
              return (
                <LeverRow
                  key={lever.id}
                  lever={lever}
                  amount={state.amounts[lever.id]}
                  closes={part?.tco2 ?? 0}
                  overLimit={part?.overLimit === true}
                  gapTco2={gapTco2}
                  state={state}
                />
              );
            })}
          </ul>
          {scenario !== null && <Totals answer={answer} scenario={scenario} />}
        </>
      )}
    </Panel>
  );
}
