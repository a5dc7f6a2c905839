import { t } from "../../i18n/i18n.ts";
import { link, live, liveProblem, reconnectNow } from "../../live.ts";
import { linkTo } from "../../router.ts";
import { kiosk } from "../../state.ts";
import { Failure } from "../../ui/panel.tsx";
import { Why } from "../common/why.tsx";
import { CarbonPanel } from "./carbon-panel.tsx";
import { DayPanel } from "./day-panel.tsx";
import { EnterprisesPanel } from "./enterprises-panel.tsx";
import { FlowPanel } from "./flow-panel.tsx";
import { useSize } from "./size.ts";
import { StoragePanel } from "./storage-panel.tsx";
import { Tiles } from "./tiles.tsx";
import "../common/pages.css";
import "./overview.css";

/** Phones: one column, the flow as two bars. */
const NARROW_PX = 600;

/** 总览: where the power comes from and goes to now, today's course, who uses it, and what carbon that makes. */
export function Page() {
  const answer = live.value?.answer ?? null;
  const problem = liveProblem.value;
  const { ref, width } = useSize();
  const narrow = !kiosk.value && width > 0 && width < NARROW_PX;
  if (answer === null && problem?.code === "forbidden") {
    return (
      <section class="panel lone">
        <Failure problem={problem} />
        <a class="button" href={linkTo("/enterprises")}>
          {t("shell.nav.enterprises")}
        </a>
      </section>
    );
  }
  const trouble = {
    problem: answer === null ? problem : null,
    retryAt: link.value.kind === "down" ? link.value.retryAt : null,
    onRetry: reconnectNow,
  };
  return (
    <div ref={ref} class="overview">
      <div class="overview-left">
        <Tiles answer={answer} problem={problem} />
        <FlowPanel answer={answer} narrow={narrow} trouble={trouble} />
        <DayPanel answer={answer} narrow={narrow} waiting={answer === null && problem === null} />
      </div>
      <div class="overview-right">
        <EnterprisesPanel answer={answer} trouble={trouble} />
        <StoragePanel answer={answer} trouble={trouble} />
        <CarbonPanel answer={answer} trouble={trouble} />
      </div>
      {!kiosk.value && <Why />}
    </div>
  );
}
