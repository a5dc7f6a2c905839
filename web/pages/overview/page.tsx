import { live, liveProblem } from "../../live.ts";
import { kiosk } from "../../state.ts";
import { Failure } from "../../ui/panel.tsx";
import { CarbonPanel } from "./carbon-panel.tsx";
import { DayPanel } from "./day-panel.tsx";
import { EnterprisesPanel } from "./enterprises-panel.tsx";
import { FlowPanel } from "./flow-panel.tsx";
import { useSize } from "./size.ts";
import { StoragePanel } from "./storage-panel.tsx";
import { Tiles } from "./tiles.tsx";
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
      </section>
    );
  }
  return (
    <div ref={ref} class="overview">
      <div class="overview-left">
        <Tiles answer={answer} problem={problem} />
        <FlowPanel answer={answer} narrow={narrow} />
        <DayPanel answer={answer} narrow={narrow} />
      </div>
      <div class="overview-right">
        <EnterprisesPanel answer={answer} />
        <StoragePanel answer={answer} />
        <CarbonPanel answer={answer} />
      </div>
    </div>
  );
}
