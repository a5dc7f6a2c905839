import type { ComponentChildren } from "preact";
import type { IndicatorsAnswer } from "../../../api/answers/indicators.ts";
import type { PathwayAnswer } from "../../../api/answers/pathway.ts";
import type { Asked } from "../../api.ts";
import { fixed, percent, THIN } from "../../format.ts";
import { t } from "../../i18n/i18n.ts";
import { linkTo, place } from "../../router.ts";
import { Figure } from "../../ui/figure.tsx";
import { StatusWord } from "../../ui/glyph.tsx";
import { Failure } from "../../ui/panel.tsx";

/** The gap in one place, so that strip and bracket can only say the same. */
export function gapFigures(gap: NonNullable<PathwayAnswer["gap"]>): { gwh: string; kt: string } {
  const gwh = gap.gapKwh / 1e6;
  const kt = gap.gapTco2 / 1e3;
  return { gwh: fixed(gwh, gwh < 10 ? 1 : 0), kt: fixed(kt, kt < 10 ? 1 : 0) };
}

/** The link that opens how the core figure is made, keeping everything else of the address. */
export function explainLink(): string {
  const boundary = place.value.query.get("boundary");
  return linkTo("/path", { ...(boundary === null ? {} : { boundary }), explain: "core" });
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
  const method = t(`path.method.${answer.forecast?.method ?? "persistence"}`);
  if (gap.gapTco2 <= 0)
    return (
      <Figure
        label={t("path.strip.gapNone", { year: gap.year, method })}
        value={t("path.strip.gapClosed")}
        tone="ok"
        note={`${fixed(gap.forecastTco2PerTce, 2)}${THIN}≤${THIN}${fixed(gap.targetTco2PerTce, 2)}`}
      />
    );
  const { gwh, kt } = gapFigures(gap);
  return (
    <Figure
      label={t("path.strip.gap", { year: gap.year, method })}
      value={gwh}
      unit={`${t("path.strip.gapUnit")} ${t("path.strip.gapEquals", { kt })}`}
      tone="bad"
    />
  );
}

function Sentence({ pathway, indicators }: { pathway: PathwayAnswer; indicators: IndicatorsAnswer | null }) {
  const above = pathway.now.aboveTarget;
  const lines: ComponentChildren[] = [];
  if (above === null) lines.push(t("path.strip.lineUnknown"));
  else if (Math.abs(above) < 0.005)
    lines.push(<StatusWord status="met">{t("path.strip.onLine")}</StatusWord>);
  else if (above > 0)
    lines.push(
      <span class="tone-bad">
        <StatusWord status="warning">{t("path.strip.above", { delta: fixed(above, 2) })}</StatusWord>
      </span>,
    );
  else lines.push(<StatusWord status="met">{t("path.strip.below", { delta: fixed(-above, 2) })}</StatusWord>);
  if (pathway.gap !== null && !pathway.gap.reachable)
    lines.push(<StatusWord status="warning">{t("path.strip.unreachable")}</StatusWord>);
  else if (indicators !== null) {
    const { share, inPrinciple, met } = indicators.directSupply;
    const principle = percent(inPrinciple, 0);
    if (share === null) lines.push(t("path.strip.directUnknown", { principle }));
    else
      lines.push(
        <StatusWord status={met === true ? "met" : "warning"}>
          {t("path.strip.direct", { share: percent(share), principle })}
        </StatusWord>,
      );
  }
  return (
    <div class="strip-sentence">
      {lines.map((line, at) => (
        <p key={at}>{line}</p>
      ))}
    </div>
  );
}

/** The tier of yearly consumption in words; null where the park declares none. */
function tierText(tier: string | undefined): string | null {
  if (tier === "200k-1M tce") return t("path.tier.middle");
  if (tier === "over 1M tce") return t("path.tier.large");
  return null;
}

/** Where we are, where we must be, what is missing: read in one line. */
export function PathStrip(props: {
  readonly pathway: Asked<PathwayAnswer>;
  readonly indicators: Asked<IndicatorsAnswer>;
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
          indicators.data === null ? undefined : { label: t("path.explain.title"), href: explainLink() }
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
