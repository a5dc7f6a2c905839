import { useMemo } from "preact/hooks";
import { fixed, THIN } from "../../format.ts";
import { t } from "../../i18n/i18n.ts";
import { kiosk } from "../../state.ts";
import { HatchDefs, type Source } from "../../ui/swatch.tsx";
import { type Flow, layoutFlow, ribbon } from "./flow.ts";
import { nodeName, shareText, valueText } from "./flow-names.ts";

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
export function Ribbons({ flow, width, height }: { flow: Flow; width: number; height: number }) {
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
