import { useMemo } from "preact/hooks";
import type { LiveAnswer } from "../../../api/answers/live.ts";
import { fixed, THIN, withUnit } from "../../format.ts";
import { nameOf, t } from "../../i18n/i18n.ts";
import { kiosk, parkZone } from "../../state.ts";
import { clock } from "../../time.ts";
import { Panel } from "../../ui/panel.tsx";
import { HatchDefs, type Source, Swatch } from "../../ui/swatch.tsx";
import type { TableData } from "../../ui/table.tsx";
import { type Flow, type FlowNode, flowOf, layoutFlow, ribbon } from "./flow.ts";
import { useSize } from "./size.ts";
import type { Trouble } from "./trouble.ts";

function nodeName(node: FlowNode): string {
  if (node.kind === "group") {
    const name = node.name === null ? node.id : nameOf(node.name);
    return node.enterprises > 1 ? t("overview.flow.group", { name, count: node.enterprises }) : name;
  }
  return t(`overview.flow.${node.kind}`);
}

function valueText(node: FlowNode, flow: Flow): string {
  return fixed(node.shown, flow.digits);
}

function shareText(node: FlowNode): string {
  return `${fixed(node.sharePercent, 1)}${THIN}%`;
}

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

let measure: CanvasRenderingContext2D | null = null;

/** Width of the widest text, in CSS px. */
function widest(texts: readonly string[], font: string): number {
  measure ??= document.createElement("canvas").getContext("2d");
  if (measure === null) return 120;
  measure.font = font;
  let width = 0;
  for (const text of texts) width = Math.max(width, measure.measureText(text).width);
  return Math.ceil(width);
}

const BAR = 10;
const THINNEST = 1.5;

/** Sources → bus → groups as ribbons whose thickness is power; labels and numbers beside the bars. */
function Ribbons({ flow, width, height }: { flow: Flow; width: number; height: number }) {
  const big = kiosk.value;
  const note = big ? 20 : 12;
  const body = big ? 22 : 13;
  const keySize = big ? 36 : 20;
  const family = useMemo(() => getComputedStyle(document.documentElement).fontFamily, []);
  const layout = layoutFlow(flow, {
    height,
    inputSlot: body * 1.4 + keySize * 1.2,
    outputSlot: body * (big ? 1.45 : 1.8),
    gap: big ? 4 : 2,
    busLabel: body * 1.6,
  });
  const leftLabel =
    Math.max(
      widest(flow.inputs.map(nodeName), `400 ${body}px ${family}`),
      widest(
        flow.inputs.map((n) => valueText(n, flow)),
        `700 ${keySize}px ${family}`,
      ) + widest([` ${flow.unit.text}`], `400 ${body + 1}px ${family}`),
    ) + 4;
  const names = widest(flow.outputs.map(nodeName), `400 ${body}px ${family}`) + 12;
  const values = widest(
    flow.outputs.map((n) => valueText(n, flow)),
    `700 ${body + 2}px ${family}`,
  );
  const shares = widest(flow.outputs.map(shareText), `400 ${note}px ${family}`);
  const right = names + values + shares + (big ? 56 : 40) + 12;
  const x0 = leftLabel + (big ? 24 : 20);
  const x2 = width - right - BAR;
  const x1 = Math.round(x0 + (x2 - x0) * 0.44);
  const thick = (h: number): number => Math.max(THINNEST, h);
  const fillOf = (source: Source, hatched: boolean): string =>
    hatched ? "url(#flow-hatch)" : `var(--${source})`;
  return (
    <>
      <svg class="flow-drawing" width={width} height={height} aria-hidden="true">
        <HatchDefs prefix="flow" />
        {layout.inputs.map((p) => (
          <g key={p.node.id} style={{ color: `var(--${p.node.source})` }}>
            <path
              d={ribbon(x0 + BAR, p.y, x1, p.busY, thick(p.height))}
              fill={fillOf(p.node.source, p.node.kind === "unmatched")}
              class="flow-ribbon"
            />
            <rect x={x0} y={p.y} width={BAR} height={thick(p.height)} fill={`var(--${p.node.source})`} />
            <rect
              x={x1}
              y={p.busY + (p.height > 3 ? 0.5 : 0)}
              width={BAR}
              height={thick(p.height - (p.height > 3 ? 1 : 0))}
              fill={`var(--${p.node.source})`}
            />
          </g>
        ))}
        {layout.outputs.map((p) => {
          const hatched = p.node.kind === "unknown";
          return (
            <g key={p.node.id} style={{ color: `var(--${p.node.source})` }}>
              <path
                d={ribbon(x1 + BAR, p.busY, x2, p.y, hatched ? Math.max(3, p.height) : thick(p.height))}
                fill={fillOf(p.node.source, hatched)}
                class={hatched ? "flow-ribbon flow-hatched" : "flow-ribbon flow-out-ribbon"}
              />
              <rect
                x={x2}
                y={p.y}
                width={BAR}
                height={hatched ? Math.max(3, p.height) : thick(p.height)}
                fill={fillOf(p.node.source, hatched)}
              />
            </g>
          );
        })}
      </svg>
      <div class="flow-bus" style={{ left: `${x1 + BAR / 2}px`, top: `${layout.busY}px` }}>
        {t("overview.flow.bus")} <b>{fixed(flow.totalShown, flow.digits)}</b>
        <span class="unit">
          {THIN}
          {flow.unit.text}
        </span>
      </div>
      {layout.inputs.map((p) => (
        <div key={p.node.id} class="flow-in" style={{ top: `${p.middle}px`, width: `${leftLabel + 8}px` }}>
          <span>{nodeName(p.node)}</span>
          <span class="flow-key">
            <b>{valueText(p.node, flow)}</b>
            <span class="unit">
              {THIN}
              {flow.unit.text}
            </span>
          </span>
        </div>
      ))}
      {layout.outputs.map((p) => (
        <div
          key={p.node.id}
          class="flow-out"
          style={{
            top: `${p.middle}px`,
            left: `${x2 + BAR + 12}px`,
            gridTemplateColumns: `1fr ${values}px ${shares + (big ? 44 : 28)}px`,
          }}
        >
          <span>{nodeName(p.node)}</span>
          <b class="num">{valueText(p.node, flow)}</b>
          <span class="num flow-share">{shareText(p.node)}</span>
        </div>
      ))}
    </>
  );
}

interface BarPart {
  readonly id: string;
  readonly label: string;
  readonly source: Source;
  readonly shown: number;
  readonly powerKw: number;
}

function partsOut(flow: Flow): BarPart[] {
  const part = (n: FlowNode, label: string): BarPart => ({
    id: n.id,
    label,
    source: n.source,
    shown: n.shown,
    powerKw: n.powerKw,
  });
  const use = flow.outputs.filter((n) => n.source === "use");
  const sum = (of: (n: FlowNode) => number): number => use.reduce((a, n) => a + of(n), 0);
  return [
    ...(use.length === 0
      ? []
      : [
          {
            id: "use",
            label: t("overview.flow.use"),
            source: "use" as const,
            shown: sum((n) => n.shown),
            powerKw: sum((n) => n.powerKw),
          },
        ]),
    ...flow.outputs
      .filter((n) => n.source !== "use")
      .map((n) => part(n, n.kind === "storageIn" ? t("overview.flow.chargeShort") : nodeName(n))),
  ];
}

function partsIn(flow: Flow): BarPart[] {
  const label = (n: FlowNode): string => {
    if (n.kind === "grid") return t("overview.flow.gridShort");
    return n.kind === "storageOut" ? t("overview.flow.outShort") : nodeName(n);
  };
  return [...flow.inputs]
    .sort((a, b) => b.powerKw - a.powerKw)
    .map((n) => ({ id: n.id, label: label(n), source: n.source, shown: n.shown, powerKw: n.powerKw }));
}

/** The flow on phones: two bars of equal length, from and to. */
function TwoBars({ flow }: { flow: Flow }) {
  const row = (title: string, parts: readonly BarPart[]) => (
    <div class="flow-bar-row">
      <div class="flow-bar-head">
        <b>{title}</b>
        <b>{withUnit(fixed(flow.totalShown, flow.digits), flow.unit.text)}</b>
      </div>
      <div class="flow-bar" aria-hidden="true">
        {parts.map((p) => (
          <span
            key={p.id}
            class={`src-${p.source} ${p.source === "unknown" ? "swatch-hatch" : ""}`}
            style={{ flexGrow: String(p.powerKw) }}
          />
        ))}
      </div>
      <ul class="legend">
        {parts.map((p) => (
          <li key={p.id} class="legend-item">
            <Swatch source={p.source} pattern={p.source === "unknown" ? "hatch" : "solid"} />
            <span>{p.label}</span>
            <b>{fixed(p.shown, flow.digits)}</b>
          </li>
        ))}
      </ul>
    </div>
  );
  return (
    <div class="flow-bars">
      {row(t("overview.flow.from"), partsIn(flow))}
      {row(t("overview.flow.to"), partsOut(flow))}
    </div>
  );
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
      {flow !== null && <Drawing flow={flow} />}
      {narrow && because !== null && <p class="note">{because}</p>}
    </Panel>
  );
}
