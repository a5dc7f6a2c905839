import { Fragment } from "preact";
import type { CarbonAnswer, CarbonFigure } from "../../../api/answers/carbon.ts";
import type { Asked } from "../../api.ts";
import { fixed, significant, unitFor } from "../../format.ts";
import { nameOf, t } from "../../i18n/i18n.ts";
import { Figure } from "../../ui/figure.tsx";
import { Failure, ProvisionalTag } from "../../ui/panel.tsx";
import { atLeast, atLeastText } from "../common/amounts.ts";
import { type Question, whyLink } from "../common/question.ts";

type Intensity = CarbonAnswer["intensities"][number];

function One(props: {
  figure: CarbonFigure;
  intensity: Intensity | undefined;
  question: Omit<Question, "figure">;
}) {
  const { figure, intensity } = props;
  const unit = unitFor("carbon", [figure.totalKg]);
  // Carbon of a part of the span over the whole span's value: a lower bound.
  const least = figure.coverage.missing > 0.05 ? "≥" : "";
  const total = figure.totalKg === null ? null : significant(figure.totalKg / unit.per);
  const tonnes = (kg: number | null) => fixed(kg === null ? null : kg / 1000, 0);
  const figureId = `carbon:${figure.method}`;
  return (
    <div class="method-one">
      <Figure
        label={
          <>
            {nameOf(figure.name)} {figure.provisional && <ProvisionalTag />}
          </>
        }
        value={total !== null && atLeast(figure) ? atLeastText(total) : total}
        unit={figure.totalKg === null ? undefined : unit.text}
        explain={{
          label: t("shared.why.openNamed", { name: nameOf(figure.name) }),
          href: whyLink({ figure: figureId, ...props.question }),
        }}
      />
      <dl class="method-facts">
        <dt>{t("carbon.scope1")}</dt>
        <dd>{tonnes(figure.scope1Kg)} t</dd>
        <dt>{t("carbon.scope2")}</dt>
        <dd>{tonnes(figure.scope2Kg)} t</dd>
        <dt>{t("carbon.perTce")}</dt>
        <dd>{fixed(intensity?.perTce, 3)} t/tce</dd>
        <dt>{t("carbon.perValue")}</dt>
        <dd>
          {intensity?.perAddedValue == null
            ? t("carbon.noValue")
            : t("carbon.perValueUnit", { value: `${least}${fixed(intensity.perAddedValue, 3)}` })}
        </dd>
        {(intensity?.perProduct ?? []).map((one) => (
          <Fragment key={one.product}>
            <dt>{one.product}</dt>
            <dd>
              {least}
              {fixed(one.value, 3)} t/{one.unit}
            </dd>
          </Fragment>
        ))}
      </dl>
      <p class="note">
        {t("carbon.madeBy", { set: figure.factorSet, grade: figure.grade === "R" ? "?" : figure.grade })}
      </p>
    </div>
  );
}

/** The three figures beside each other, none of them added to another; each opens how it was made. */
export function MethodsStrip({
  carbon,
  question,
}: {
  carbon: Asked<CarbonAnswer>;
  question: Omit<Question, "figure"> | null;
}) {
  const answer = carbon.data;
  return (
    <section class="panel methods" aria-label={t("carbon.methods")}>
      {answer === null && carbon.problem !== null && (
        <Failure problem={carbon.problem} retryAt={carbon.retryAt} onRetry={carbon.reload} />
      )}
      {answer === null || question === null
        ? carbon.problem === null && (
            <>
              <Figure label={t("carbon.methods")} value={null} loading={true} />
              <Figure value={null} loading={true} />
              <Figure value={null} loading={true} />
            </>
          )
        : answer.figures.map((figure) => (
            <One
              key={figure.method}
              figure={figure}
              intensity={answer.intensities.find((i) => i.method === figure.method)}
              question={question}
            />
          ))}
    </section>
  );
}
