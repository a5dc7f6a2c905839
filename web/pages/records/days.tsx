import { fixed, type Unit } from "../../format.ts";
import { QualityMark } from "../../ui/quality.tsx";
import { useStops } from "../common/stops.ts";
import { localNow } from "../common/when.ts";
import { useWidth } from "../common/width.ts";
import { ceiling, decimalsOf } from "./ceiling.ts";

/** Bars by day of a month, one or several parts each: a gap where nothing is known. */

export interface DayBar {
  /** YYYY-MM-DD of the park. */
  readonly date: string;
  /** From the bottom up; null: nothing known. */
  readonly parts: readonly { readonly kind: string; readonly value: number | null }[];
  /** What the cursor says of this day. */
  readonly words: string;
}

const HEIGHT = 180;
const TOP = 10;
const FOOT = 20;
const SIDE = 40;
/** Half the widest label, right of the last bar. */
const END = 6;

export function DayBars(props: {
  readonly name: string;
  readonly bars: readonly DayBar[];
  readonly unit: Unit;
}) {
  const { bars, unit } = props;
  const [ref, width] = useWidth<HTMLElement>();
  const stops = useStops(bars.length);
  const sums = bars.map((bar) => bar.parts.reduce((s, p) => s + Math.max(0, p.value ?? 0), 0));
  const top = ceiling(Math.max(...sums.map((s) => s / unit.per), 0));
  const step = bars.length === 0 ? 0 : (width - SIDE - END) / bars.length;
  const y = (value: number) => TOP + (HEIGHT - TOP - FOOT) * (1 - value / unit.per / top);
  const today = localNow().slice(0, 10);
  const isMissing = (bar: DayBar): boolean =>
    bar.date < today && bar.parts.some((p) => p.value === null) && !bar.parts.some((p) => (p.value ?? 0) > 0);
  const said = stops.at === null ? undefined : bars[stops.at];
  return (
    <>
      <figure
        ref={ref}
        class="plot-box day-bars"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the chart is read by arrow keys
        tabIndex={0}
        aria-label={props.name}
        onKeyDown={stops.onKeyDown}
      >
        {width > 0 && (
          <svg width={width} height={HEIGHT} aria-hidden="true" onPointerLeave={() => stops.set(null)}>
            {[0, 0.5, 1].map((part) => (
              <g key={part}>
                <line
                  class={part === 0 ? "zero" : "rule"}
                  x1={SIDE}
                  x2={width}
                  y1={y(part * top * unit.per)}
                  y2={y(part * top * unit.per)}
                />
                <text x={SIDE - 6} y={y(part * top * unit.per) + 4} text-anchor="end">
                  {fixed(part * top, decimalsOf(part * top))}
                </text>
              </g>
            ))}
            {bars.map((bar, i) => {
              let below = 0;
              const x = SIDE + i * step;
              return (
                <g key={bar.date} class={stops.at === i ? "at" : undefined}>
                  {bar.parts.map((part) => {
                    const value = Math.max(0, part.value ?? 0);
                    if (value === 0) return null;
                    const from = y(below);
                    below += value;
                    return (
                      <rect
                        key={part.kind}
                        class={part.kind}
                        x={x + step * 0.15}
                        width={step * 0.7}
                        y={y(below)}
                        height={Math.max(0.5, from - y(below))}
                      />
                    );
                  })}
                  {isMissing(bar) && (
                    <rect
                      class="day-missing"
                      x={x + step * 0.15}
                      width={step * 0.7}
                      y={HEIGHT - FOOT - 10}
                      height={8}
                    />
                  )}
                  <rect
                    class="day-touch"
                    x={x}
                    width={step}
                    y={0}
                    height={HEIGHT}
                    onPointerEnter={() => stops.set(i)}
                  />
                  {(i === 0 || (i + 1) % 5 === 0) && (
                    <text x={x + step / 2} y={HEIGHT - 4} text-anchor="middle">
                      {Number(bar.date.slice(8))}
                    </text>
                  )}
                </g>
              );
            })}
          </svg>
        )}
      </figure>
      <div class="chart-foot">
        {bars.some((bar) => isMissing(bar)) && <QualityMark quality="missing" />}
        <output class="readout">{said?.words ?? ""}</output>
      </div>
    </>
  );
}
