import { useSignalEffect } from "@preact/signals";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import { DASH, fixed } from "../format.ts";
import { t } from "../i18n/i18n.ts";
import { paintEpoch } from "../state.ts";
import { type Model, plotOptions, seconds } from "./chart-plot.ts";
import type { ChartLayer, ChartProps } from "./chart-types.ts";
import { Legend } from "./legend.tsx";

export type { ChartLayer, ChartMark, ChartProps } from "./chart-types.ts";

/** A chart over time: uPlot for axes, cursor and scale; our own paint for steps, gaps, hatches and the strip. */

/** The value a layer shows at an interval; below zero as a negative number. */
function valueAt(layer: ChartLayer, index: number): number | null {
  const value = layer.values[index] ?? null;
  return value !== null && layer.kind === "below" ? -value : value;
}

function lastKnown(layers: readonly ChartLayer[], length: number): number {
  for (let i = length - 1; i >= 0; i -= 1) if (layers.some((l) => (l.values[i] ?? null) !== null)) return i;
  return -1;
}

/**
 * A focusable figure with name and summary; arrows step by interval (Shift: by eight, Home and End) and are announced
 * when they rest; the pointer does the same; the legend's buttons show or hide and carry the values.
 */
export function Chart(props: ChartProps) {
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [picked, setPicked] = useState<number | null>(null);
  const [said, setSaid] = useState("");
  const sayTimer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const model = useRef<Model>({ ...props, hidden, picked });
  model.current = { ...props, hidden, picked };

  // the plot lives as long as the box; data and looks reach it through `model`
  useEffect(() => {
    const root = box.current;
    if (root === null) return;
    const make = (): void => {
      plot.current?.destroy();
      const width = Math.floor(root.clientWidth);
      const height = Math.floor(props.height ?? root.clientHeight);
      if (width < 40 || height < 40) return;
      const m = model.current;
      const xs = m.time.length > 0 ? m.time.map(seconds) : [seconds(m.from), seconds(m.to)];
      plot.current = new uPlot(
        plotOptions(() => model.current, width, height, root),
        [xs, xs.map(() => null)],
        root,
      );
    };
    make();
    const seen = new ResizeObserver(() => {
      const width = Math.floor(root.clientWidth);
      const height = Math.floor(props.height ?? root.clientHeight);
      const u = plot.current;
      if (u === null) make();
      else if (width >= 40 && height >= 40 && (u.width !== width || u.height !== height))
        u.setSize({ width, height });
    });
    seen.observe(root);
    return () => {
      seen.disconnect();
      clearTimeout(sayTimer.current);
      plot.current?.destroy();
      plot.current = null;
    };
  }, [props.height, props.quality === undefined]);

  useEffect(() => {
    const u = plot.current;
    if (u === null) return;
    const xs = props.time.length > 0 ? props.time.map(seconds) : [seconds(props.from), seconds(props.to)];
    u.setData([xs, xs.map(() => null)], true);
  }, [props.time, props.layers, props.from, props.to, props.ticks, props.now?.at, hidden]);

  useEffect(() => {
    plot.current?.redraw(false);
  }, [picked]);

  useSignalEffect(() => {
    paintEpoch.value;
    plot.current?.redraw(false, true);
  });

  const { time, layers, stepMs } = props;
  const latest = lastKnown(layers, time.length);
  const shown = picked ?? latest;
  const valueText = (layer: ChartLayer): string =>
    shown < 0 ? DASH : fixed(valueAt(layer, shown), props.digits);

  const pick = (index: number | null, aloud: boolean): void => {
    if (index === picked) return;
    setPicked(index);
    props.onPick?.(index);
    clearTimeout(sayTimer.current);
    const at = index === null ? undefined : time[index];
    if (!aloud || index === null || at === undefined) return;
    sayTimer.current = setTimeout(() => {
      const values = layers
        .filter((l) => !hidden.has(l.id))
        .map((l) => {
          const v = valueAt(l, index);
          return `${l.label} ${v === null ? t("ui.chart.missing") : `${fixed(v, props.digits)} ${props.unit}`}`;
        });
      setSaid(t("ui.chart.at", { time: props.pointLabel(at), values: values.join(t("ui.between")) }));
    }, 350);
  };

  const onKey = (event: KeyboardEvent): void => {
    const by = event.shiftKey ? 8 : 1;
    const end = latest < 0 ? time.length - 1 : latest;
    let next: number | null;
    if (event.key === "ArrowLeft") next = Math.max(0, (picked ?? end + 1) - by);
    else if (event.key === "ArrowRight") next = Math.min(end, (picked ?? end - 1) + by);
    else if (event.key === "Home") next = 0;
    else if (event.key === "End") next = end;
    else if (event.key === "Escape" && picked !== null) next = null;
    else return;
    event.preventDefault();
    event.stopPropagation();
    pick(next, true);
  };

  const onMove = (event: PointerEvent): void => {
    const u = plot.current;
    if (u === null) return;
    const rect = u.over.getBoundingClientRect();
    const at = u.posToVal(event.clientX - rect.left, "x") * 1000;
    if (event.clientX < rect.left || event.clientX > rect.right) {
      pick(null, false);
      return;
    }
    let index = -1;
    if (stepMs > 0) index = time.findIndex((s) => at >= s && at < s + stepMs);
    else {
      let best = Number.POSITIVE_INFINITY;
      time.forEach((s, i) => {
        if (Math.abs(s - at) < best) {
          best = Math.abs(s - at);
          index = i;
        }
      });
    }
    pick(index < 0 || index > latest ? null : index, false);
  };

  const toggle = (layer: string): void => {
    const next = new Set(hidden);
    if (!next.delete(layer)) next.add(layer);
    setHidden(next);
  };

  const at = picked === null ? undefined : time[picked];
  return (
    <div class="chart">
      {props.legend !== false && (
        <div class="chart-legend">
          <Legend
            label={t("ui.chart.legend")}
            hidden={hidden}
            onToggle={toggle}
            items={layers
              .filter((l) => l.unlisted !== true)
              .map((l) => ({
                id: l.id,
                label: l.label,
                source: l.colour === "ink-2" || l.colour === "ok" || l.colour === "bad" ? "ink" : l.colour,
                pattern: l.kind === "line" ? "line" : l.pattern,
                value: valueText(l),
              }))}
          />
          <span class="chart-at">{at === undefined ? "" : props.pointLabel(at)}</span>
        </div>
      )}
      {/* biome-ignore-start lint/a11y/useSemanticElements: a figure element would bring margins and a caption of its own */}
      {/* biome-ignore-start lint/a11y/noNoninteractiveTabindex: the chart is stepped through by keys */}
      <div
        ref={box}
        class="chart-box"
        style={props.height === undefined ? undefined : { height: `${props.height}px` }}
        role="figure"
        tabIndex={0}
        aria-label={props.name}
        aria-describedby={`${id}-summary`}
        onKeyDown={onKey}
        onPointerMove={onMove}
        onPointerDown={onMove}
        onPointerLeave={() => pick(null, false)}
        onBlur={() => pick(null, false)}
      />
      {/* biome-ignore-end lint/a11y/noNoninteractiveTabindex: as above */}
      {/* biome-ignore-end lint/a11y/useSemanticElements: as above */}
      <p id={`${id}-summary`} class="visually-hidden">
        {props.summary} {t("ui.chart.keys")}
      </p>
      <p class="visually-hidden" aria-live="polite">
        {said}
      </p>
    </div>
  );
}
