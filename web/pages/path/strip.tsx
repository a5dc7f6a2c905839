import type { IndicatorsAnswer } from "../../../api/answers/indicators.ts";
import type { PathwayAnswer } from "../../../api/answers/pathway.ts";
import type { Asked } from "../../api.ts";
import { fixed, percent, THIN } from "../../format.ts";
import { nameOf, t } from "../../i18n/i18n.ts";
import { Figure } from "../../ui/figure.tsx";
import { StatusWord } from "../../ui/glyph.tsx";
import { Failure } from "../../ui/panel.tsx";
import { largestLever, scenarioOf } from "./amounts.ts";

/** The gap in one place, so that strip and bracket can only say the same. */
export function gapFigures(gap: NonNullable<PathwayAnswer["gap"]>): { gwh: string; kt: string } {
  const gwh = gap.gapKwh / 1e6;
  const kt = gap.gapTco2 / 1e3;
  return { gwh: fixed(gwh, gwh < 10 ? 1 : 0), kt: fixed(kt, kt < 10 ? 1 : 0) };
}

function GapCell({ answer }: { answer: PathwayAnswer | null }) {
  const gap = answer?.gap ?? null;
  if (answer === null)
    return <Figure label={t("path.strip.gapUnknown", { year: 2028 })} value={null} loading />;
  if (gap === null)
    return (
      <Figure
        label={t("path.strip.gapUnknown", { year: answer.target.at(-1)?.time.slice(0, 4) ?? "" })}
        value={null}
        unit={t("path.strip.gapUnit")}
        note={t("path.strip.gapUnknownWhy")}
      />
    );
  const basis = answer.projects.some((project) => project.shiftsForecast)
    ? t("path.strip.byProjects")
    : t("path.strip.byMethod", { method: t(`path.method.${answer.forecast?.method ?? "persistence"}`) });
  if (gap.gapTco2 <= 0)
    return (
      <Figure
        label={t("path.strip.gapNone", { year: gap.year, basis })}
        value={t("path.strip.gapClosed")}
        tone="ok"
        note={`${fixed(gap.forecastTco2PerTce, 2)}${THIN}≤${THIN}${fixed(gap.targetTco2PerTce, 2)}`}
      />
    );
  const { gwh, kt } = gapFigures(gap);
  return (
    <Figure
      label={t("path.strip.gap", { year: gap.year, basis })}
      value={gwh}
      unit={`${t("path.strip.gapUnit")} ${t("path.strip.gapEquals", { kt })}`}
      tone="bad"
    />
  );
}

/** What to do, in one line: the largest lever, or that fuel must go first; the direct-supply principle apart from it. */
function Sentence({ pathway, indicators }: { pathway: PathwayAnswer; indicators: IndicatorsAnswer | null }) {
  const above = pathway.now.aboveTarget;
  const { gap } = pathway;
  const chosen = scenarioOf(pathway);
  const largest = largestLever(pathway);
  const lever = pathway.levers.find((one) => one.id === largest?.id);
  const direct = chosen?.directShare ?? indicators?.directSupply.share ?? null;
  const inPrinciple = chosen?.directShareInPrinciple ?? indicators?.directSupply.inPrinciple ?? null;
  const principle = percent(inPrinciple, 0);
  return (
    <p class="strip-sentence">
      {above === null ? (
        t("path.strip.lineUnknown")
      ) : Math.abs(above) < 0.005 ? (
        <StatusWord status="met">{t("path.strip.onLine")}</StatusWord>
      ) : above > 0 ? (
        <>
          {t("path.strip.above")}{" "}
          <span class="tone-bad">
            <StatusWord status="warning">{fixed(above, 2)}</StatusWord>
          </span>
        </>
      ) : (
        <StatusWord status="met">{t("path.strip.below", { delta: fixed(-above, 2) })}</StatusWord>
      )}
      {t("path.strip.stop")}
      {gap !== null && !gap.reachable ? (
        <span class="tone-bad">
          <b>
            {t("path.strip.unreachable", {
              cut: fixed(gap.fuelCutTco2PerTce, 2),
              kt: fixed(gap.fuelCutTco2 / 1000, 1),
            })}
          </b>
        </span>
      ) : (
        largest !== null &&
        lever !== undefined && (
          <>
            {t(largest.chosen ? "path.strip.largest" : "path.strip.largestPossible")}{" "}
            <b>{nameOf(lever.name)}</b>
            {t(largest.chosen ? "path.strip.largestShare" : "path.strip.possibleShare", {
              share: percent(largest.share, 0),
            })}
          </>
        )
      )}
      {inPrinciple !== null &&
        (direct === null ? (
          t("path.strip.directUnknown", { principle })
        ) : (
          <>
            {t(chosen === null ? "path.strip.direct" : "path.strip.directScenario")}{" "}
            <StatusWord status={direct >= inPrinciple ? "met" : "warning"}>{percent(direct)}</StatusWord>
            {t("path.strip.principle", { principle })}
          </>
        ))}
    </p>
  );
}

/** The tier of yearly consumption in words; null where the park declares none. */
function tierText(tier: string | undefined): string | null {
  if (tier === "200k-1M tce") return t("path.tier.middle");
  if (tier === "over 1M tce") return t("path.tier.large");
  if (tier === "below") return t("path.tier.below");
  return null;
}

/** Where we are, where we must be, what is missing: read in one line. */
export function PathStrip(props: {
  readonly pathway: Asked<PathwayAnswer>;
  readonly indicators: Asked<IndicatorsAnswer>;
  readonly explainLink: string | null;
}) {
  const { pathway, indicators } = props;
  const answer = pathway.data;
  if (answer === null && pathway.problem !== null)
    return (
      <section class="panel strip">
        <Failure problem={pathway.problem} retryAt={pathway.retryAt} onRetry={pathway.reload} />
      </section>
    );
  const days = answer?.now.days ?? 365;
  const year = answer?.gap?.year ?? Number(answer?.target.at(-1)?.time.slice(0, 4) ?? 2028);
  const must = answer?.gap?.targetTco2PerTce ?? answer?.target.at(-1)?.tco2PerTce ?? null;
  const tier = tierText(indicators.data?.core.tier);
  return (
    <section class="panel strip path-strip" aria-label={t("path.title")}>
      <Figure
        label={days >= 364.5 ? t("path.strip.now12") : t("path.strip.nowDays", { days: fixed(days, 0) })}
        value={answer === null ? null : fixed(answer.now.tco2PerTce, 2)}
        unit="tCO₂/tce"
        loading={answer === null}
        explain={
          props.explainLink === null ? undefined : { label: t("shared.why.title"), href: props.explainLink }
        }
      />
      <Figure
        label={tier === null ? t("path.strip.mustPlain", { year }) : t("path.strip.must", { year, tier })}
        value={must === null ? null : `≤${fixed(must, 2)}`}
        loading={answer === null}
      />
      <div class="strip-wide">
        <GapCell answer={answer} />
      </div>
      {answer !== null && <Sentence pathway={answer} indicators={indicators.data} />}
    </section>
  );
}
