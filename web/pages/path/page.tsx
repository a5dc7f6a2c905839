import type { IndicatorsAnswer } from "../../../api/answers/indicators.ts";
import type { PathwayAnswer } from "../../../api/answers/pathway.ts";
import { apiPath, useAnswer } from "../../api.ts";
import { nameOf, t } from "../../i18n/i18n.ts";
import { park } from "../../park.ts";
import { place, setQuery } from "../../router.ts";
import { Panel } from "../../ui/panel.tsx";
import { Picker } from "../common/pickers.tsx";
import { PathPanel } from "./chart.tsx";
import { Explain } from "./explain.tsx";
import { DirectPanel, GuidingPanel, LeversPanel, OpenPanel } from "./panels.tsx";
import { PathStrip } from "./strip.tsx";
import "../common/pages.css";
import "./path.css";

const EVERY_MS = 5 * 60_000;

/** 2028 路径: where the boundary stands, where it must be, and what closes the gap. */
export function Page() {
  const asked = place.value.query.get("boundary");
  const boundaries = park.value?.boundaries ?? [];
  const boundary = boundaries.find((one) => one.id === asked) ?? boundaries[0];
  const query = { boundary: boundary?.id };
  const indicators = useAnswer<IndicatorsAnswer>(
    boundary === undefined ? null : apiPath("/indicators", query),
    EVERY_MS,
  );
  const pathway = useAnswer<PathwayAnswer>(
    boundary === undefined ? null : apiPath("/pathway", query),
    EVERY_MS,
  );
  const explaining = place.value.query.get("explain") === "core" && indicators.data !== null;

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
      <PathStrip pathway={pathway} indicators={indicators} />
      <div class="columns path-columns">
        <div class="column">
          <PathPanel pathway={pathway} />
          <GuidingPanel indicators={indicators} />
        </div>
        <div class="column">
          <LeversPanel pathway={pathway} />
          <DirectPanel indicators={indicators} />
          <OpenPanel indicators={indicators} />
        </div>
      </div>
      {explaining && indicators.data !== null && <Explain answer={indicators.data} />}
    </div>
  );
}
