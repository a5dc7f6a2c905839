import type { LiveAnswer } from "../../../api/answers/live.ts";
import { fixed, withUnit } from "../../format.ts";
import { nameOf, t } from "../../i18n/i18n.ts";
import { kiosk, parkZone } from "../../state.ts";
import { clock } from "../../time.ts";
import { Panel } from "../../ui/panel.tsx";
import type { TableData } from "../../ui/table.tsx";
import { drawnFlow, type Flow, type FlowNode, flowOf } from "./flow.ts";
import { nodeName, shareText, valueText } from "./flow-names.ts";
import { Ribbons } from "./ribbons.tsx";
import { useSize } from "./size.ts";
import type { Trouble } from "./trouble.ts";
import { TwoBars } from "./two-bars.tsx";

const MOST_NAMED = 2;

/** Why something is not attributed, in words; null when everything is. */
export function unknownWords(answer: LiveAnswer, flow: Flow): string | null {
  const unmatched = flow.inputs.find((n) => n.kind === "unmatched");
  if (unmatched !== undefined) {
    return t("overview.flow.unmatchedBecause", {
      value: withUnit(valueText(unmatched, flow), flow.unit.text),
    });
  }
  const unknown = flow.outputs.find((n) => n.kind === "unknown");
  if (unknown === undefined) return null;
  const names = answer.unknownBecause
    .filter((b) => b.reason === "silent")
    .map((b) => {
      const enterprise = answer.enterprises.find((e) => e.id === b.enterprise);
      return enterprise === undefined ? (b.enterprise ?? "") : nameOf(enterprise.name);
    });
  const losses = answer.unknownBecause.some((b) => b.reason === "losses");
  const first = names.slice(0, MOST_NAMED).join(t("overview.flow.names"));
  const who =
    names.length > MOST_NAMED ? t("overview.flow.more", { names: first, count: names.length }) : first;
  const reasons: string[] = [];
  if (losses) reasons.push(t("overview.flow.losses"));
  if (names.length > 0)
    reasons.push(t(losses ? "overview.flow.silentOne" : "overview.flow.silentOnly", { name: who }));
  return t("overview.flow.because", {
    value: withUnit(valueText(unknown, flow), flow.unit.text),
    share: shareText(unknown),
    reasons: reasons.join(t("overview.flow.join")),
  });
}

function tableOf(flow: Flow, file: string): TableData {
  const rows = (nodes: readonly FlowNode[], side: string): (string | number | null)[][] =>
    nodes.map((n) => [nodeName(n), side, n.powerKw / flow.unit.per, n.sharePercent]);
  return {
    file,
    caption: t("overview.flow.title"),
    columns: [
      { label: t("overview.flow.name") },
      { label: t("overview.flow.side") },
      { label: flow.unit.text, digits: 3 },
      { label: t("overview.flow.share"), unit: "%", digits: 1 },
    ],
    rows: [...rows(flow.inputs, t("overview.flow.in")), ...rows(flow.outputs, t("overview.flow.out"))],
    foot: [t("overview.flow.total"), t("overview.flow.bus"), flow.totalKw / flow.unit.per, 100],
  };
}

function Drawing({ flow }: { flow: Flow }) {
  const { ref, width, height } = useSize();
  const list = (nodes: readonly FlowNode[]): string =>
    nodes
      .map((n) => `${nodeName(n)} ${withUnit(valueText(n, flow), flow.unit.text)}`)
      .join(t("overview.flow.join"));
  const name = t("overview.flow.chart", {
    inputs: list(flow.inputs),
    total: withUnit(fixed(flow.totalShown, flow.digits), flow.unit.text),
    outputs: list(flow.outputs),
  });
  return (
    <div ref={ref} class="flow" role="img" aria-label={name}>
      {width > 40 &&
        (width < 560 ? <TwoBars flow={flow} /> : <Ribbons flow={flow} width={width} height={height} />)}
    </div>
  );
}

/** Where the power comes from and goes to, now. */
export function FlowPanel(props: { answer: LiveAnswer | null; narrow: boolean; trouble: Trouble }) {
  const { answer, narrow, trouble } = props;
  const flow = answer === null ? null : flowOf(answer);
  const at = answer === null ? "" : clock(Date.parse(answer.time), parkZone.value);
  const because = answer === null || flow === null ? null : unknownWords(answer, flow);
  return (
    <Panel
      {...trouble}
      class="flow-panel"
      title={t(narrow ? "overview.flow.titleShort" : "overview.flow.title")}
      subtitle={flow === null ? undefined : kiosk.value ? flow.unit.text : `${flow.unit.text} · ${at}`}
      note={narrow ? undefined : (because ?? undefined)}
      loading={answer === null}
      empty={answer !== null && flow === null ? t("overview.flow.noBus") : undefined}
      table={flow === null || narrow ? undefined : () => tableOf(flow, `flow-${answer?.time ?? ""}`)}
    >
      {flow !== null && <Drawing flow={drawnFlow(flow)} />}
      {narrow && because !== null && <p class="note">{because}</p>}
    </Panel>
  );
}
