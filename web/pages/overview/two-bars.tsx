import { fixed, withUnit } from "../../format.ts";
import { t } from "../../i18n/i18n.ts";
import { type Source, Swatch } from "../../ui/swatch.tsx";
import type { Flow, FlowNode } from "./flow.ts";
import { nodeName } from "./flow-names.ts";

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
  // what solar takes at night is not in the use that the tile tells
  const use = flow.outputs.filter((n) => n.source === "use" && n.kind !== "pvNight");
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
      .filter((n) => !use.includes(n))
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
export function TwoBars({ flow }: { flow: Flow }) {
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
