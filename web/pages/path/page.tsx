import type { IndicatorsAnswer } from "../../../api/answers/indicators.ts";
import type { PathwayAnswer } from "../../../api/answers/pathway.ts";
import { apiPath, useAnswer } from "../../api.ts";
import { nameOf, t } from "../../i18n/i18n.ts";
import { park } from "../../park.ts";
import { place, setQuery } from "../../router.ts";
import { Panel } from "../../ui/panel.tsx";
import { Picker } from "../common/pickers.tsx";
import { type Amounts, addressOf } from "./amounts.ts";
import { PathPanel } from "./chart.tsx";
import { Explain } from "./explain.tsx";
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

/** The address that opens how a figure is made, keeping everything else: boundary, scenario, language. */
function onExplain(figureId: string): string {
  const query = new URLSearchParams(place.value.query);
  query.set("explain", figureId);
  return `/path?${query}`;
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
  const explaining = place.value.query.get("explain") === "core" && indicators.data !== null;
  const explainCore = onExplain("core");

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
      {explaining && indicators.data !== null && <Explain answer={indicators.data} />}
    </div>
  );
}
