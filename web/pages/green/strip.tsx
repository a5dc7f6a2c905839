import type { GreenPowerAnswer } from "../../../api/answers/green.ts";
import type { Asked } from "../../api.ts";
import { fixed, percent, quantity } from "../../format.ts";
import { nameOf, t } from "../../i18n/i18n.ts";
import { Figure } from "../../ui/figure.tsx";
import { Failure } from "../../ui/panel.tsx";
import { sumKnown } from "../common/amounts.ts";
import { ShareBar } from "../common/bars.tsx";
import { whyLink } from "../common/question.ts";

function Share(props: {
  label: string;
  share: number | null;
  loading: boolean;
  note: string;
  mark?: number;
  tone?: "warn" | undefined;
  /** How it was made. */
  href: string | null;
}) {
  const { share, mark } = props;
  const principle =
    mark === undefined ? {} : { mark, markLabel: t("green.strip.principle", { value: percent(mark, 0) }) };
  return (
    <div class="share-cell">
      <span class="figure-label">{props.label}</span>
      <Figure
        value={share === null ? null : fixed(share * 100, 1)}
        unit={share === null ? undefined : "%"}
        loading={props.loading}
        tone={props.tone}
        explain={
          props.href === null || share === null
            ? undefined
            : { label: t("shared.why.openNamed", { name: props.label }), href: props.href }
        }
      />
      <ShareBar share={share} label={props.label} {...principle} />
      <p class="figure-note">{props.note}</p>
    </div>
  );
}

/** Three shares on equal scales, and the 24/7 share or what it lacks. */
export function GreenStrip({ green }: { green: Asked<GreenPowerAnswer> }) {
  const answer = green.data;
  if (answer === null && green.problem !== null)
    return (
      <section class="panel strip">
        <Failure problem={green.problem} retryAt={green.retryAt} onRetry={green.reload} />
      </section>
    );
  const loading = answer === null;
  const hrefOf = (share: string) =>
    answer === null
      ? null
      : whyLink({ figure: `green:${share}`, scope: answer.scope, from: answer.from, to: answer.to });
  const sources = answer?.sources ?? [];
  const greenKwh = sumKnown(sources.filter((one) => one.id !== "other-grid").map((one) => one.energyKwh));
  const matched = sumKnown(sources.map((one) => one.matchedKwh)).value;
  const direct = sumKnown(sources.map((one) => one.directKwh)).value;
  const why = (share: number | null | undefined, words: string): string =>
    loading ? "" : share === null ? t("green.strip.missingPlain") : words;
  return (
    <section class="panel strip green-strip" aria-label={t("green.title")}>
      <Share
        label={t("green.strip.annual")}
        href={hrefOf("annual")}
        share={answer?.annualShare ?? null}
        loading={loading}
        note={why(
          answer?.annualShare,
          t("green.strip.annualNote", {
            green: quantity("energy", greenKwh.value),
            use: quantity("energy", answer?.useKwh),
          }),
        )}
      />
      <Share
        label={t("green.strip.matched")}
        href={hrefOf("hour-matched")}
        share={answer?.hourMatchedShare ?? null}
        loading={loading}
        note={why(
          answer?.hourMatchedShare,
          t("green.strip.matchedNote", { matched: quantity("energy", matched) }),
        )}
      />
      <Share
        label={t("green.strip.direct")}
        href={hrefOf("direct")}
        share={answer?.directShare ?? null}
        loading={loading}
        mark={answer?.directShareInPrinciple ?? 0.5}
        tone={
          answer?.directShare != null && answer.directShare < answer.directShareInPrinciple
            ? "warn"
            : undefined
        }
        note={why(answer?.directShare, t("green.strip.directNote", { direct: quantity("energy", direct) }))}
      />
      <Figure
        label={t("green.strip.cfe")}
        value={answer?.cfeShare == null ? null : fixed(answer.cfeShare * 100, 1)}
        unit={answer?.cfeShare == null ? undefined : "%"}
        loading={loading}
        note={
          answer === null || answer.cfeShare !== null
            ? ""
            : answer.cfeMissing === null
              ? t("green.strip.missingPlain")
              : nameOf(answer.cfeMissing)
        }
      />
    </section>
  );
}
