import { type Pattern, type Source, Swatch } from "./swatch.tsx";

export interface LegendItem {
  readonly id: string;
  readonly label: string;
  readonly source: Source | "ink";
  readonly pattern?: Pattern | undefined;
  /** Value under the cursor, or the latest; already formatted. */
  readonly value?: string | undefined;
}

/** A row of toggle buttons (`aria-pressed`) that carry values; without `onToggle` a plain row. */
export function Legend(props: {
  readonly items: readonly LegendItem[];
  readonly label: string;
  readonly hidden?: ReadonlySet<string> | undefined;
  readonly onToggle?: ((id: string) => void) | undefined;
}) {
  const { hidden, onToggle } = props;
  return (
    <ul class="legend" aria-label={props.label}>
      {props.items.map((item) => {
        const inside = (
          <>
            <Swatch source={item.source} pattern={item.pattern} />
            <span>{item.label}</span>
            {item.value !== undefined && <b>{item.value}</b>}
          </>
        );
        return (
          <li key={item.id}>
            {onToggle === undefined ? (
              <span class="legend-item">{inside}</span>
            ) : (
              <button
                type="button"
                class="legend-item"
                aria-pressed={!(hidden?.has(item.id) ?? false)}
                onClick={() => onToggle(item.id)}
              >
                {inside}
              </button>
            )}
          </li>
        );
      })}
    </ul>
  );
}
