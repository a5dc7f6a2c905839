import { useEffect } from "preact/hooks";
import type { IndicatorsAnswer } from "../../../api/answers/indicators.ts";
import type { PathwayAnswer } from "../../../api/answers/pathway.ts";
import { apiPath, useAnswer } from "../../api.ts";
import { nameOf, t } from "../../i18n/i18n.ts";
import { park } from "../../park.ts";
import { go, place, setQuery } from "../../router.ts";
import { Panel } from "../../ui/panel.tsx";
import { Picker } from "../common/pickers.tsx";
import { addressWith, type Question, whyLink } from "../common/question.ts";
import { Why } from "../common/why.tsx";
import { type Amounts, addressOf } from "./amounts.ts";
import { PathPanel } from "./chart-panel.tsx";
import { GuidingPanel } from "./guiding.tsx";
import { useLatest } from "./latest.ts";
import { LeversPanel } from "./levers.tsx";
import { useScenario } from "./scenario.ts";
import { PathStrip } from "./strip.tsx";
import "../common/pages.css";
import "./path.css";

const EVERY_MS = 5 * 60_000;

/** The question with its scenario; a lever is always named, so that shares of the scenario are told from the start. */
function pathwayPath(boundary: string, amounts: Amounts, gasPower: "zero" | "other"): string {
  return apiPath("/pathway", {
    boundary,
    ...addressOf(amounts),
    directLineGwh: addressOf(amounts).directLineGwh ?? 0,
    gasPower: gasPower === "zero" ? null : gasPower,
  });
}

/** How the core indicator was made, as a question. */
function coreQuestion({ boundary, from, to }: IndicatorsAnswer): Question {
  return { figure: "carbon-per-tce", scope: `boundary:${boundary}`, from, to };
}

/** `explain=core`, as other pages link to it, becomes the question itself once its span is known. */
function useCoreAsked(question: Question | null): void {
  const { path, query } = place.value;
  const isAsked = query.get("explain") === "core" && question !== null;
  useEffect(() => {
    if (!isAsked || question === null) return;
    const rest = new URLSearchParams(query);
    rest.delete("explain");
    go(addressWith(path, rest, [question]), true);
  }, [isAsked]);
}

/** 2028 路径: where the boundary stands, where it must be, and what closes the gap. */
export function Page() {
  const asked = place.value.query.get("boundary");
  const boundaries = park.value?.boundaries ?? [];
  const boundary = boundaries.find((one) => one.id === asked) ?? boundaries[0];
  const scenario = useScenario();
  const indicators = useAnswer<IndicatorsAnswer>(
    boundary === undefined ? null : apiPath("/indicators", { boundary: boundary.id }),
    EVERY_MS,
  );
  const pathway = useLatest<PathwayAnswer>(
    boundary === undefined ? null : pathwayPath(boundary.id, scenario.amounts, scenario.gasPower),
    boundary?.id ?? "",
    EVERY_MS,
  );
  const question = indicators.data === null ? null : coreQuestion(indicators.data);
  useCoreAsked(question);
  const explainCore = question === null ? null : whyLink(question);

  if (park.value !== null && boundary === undefined)
    return <Panel title={t("path.title")} empty={t("path.noBoundary")} />;
  return (
    <div class="sheet path-page">
      {boundaries.length > 1 && (
        <div class="page-tools">
          <Picker
            label={t("path.boundary")}
            value={boundary?.id ?? ""}
            choices={boundaries.map((one) => ({
              value: one.id,
              label: one.name === null ? one.id : nameOf(one.name),
            }))}
            onPick={(id) => setQuery({ boundary: id })}
          />
        </div>
      )}
      <PathStrip pathway={pathway} indicators={indicators} explainLink={explainCore} />
      <div class="columns path-columns">
        <div class="column">
          <PathPanel pathway={pathway} indicators={indicators.data} explainLink={explainCore} />
          <GuidingPanel indicators={indicators} />
        </div>
        <div class="column">
          <LeversPanel pathway={pathway} state={scenario} />
        </div>
      </div>
      <Why />
    </div>
  );
}
