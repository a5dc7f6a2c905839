import { percent } from "../../format.ts";

/**
 * A share on a scale from 0 to 100 %: equal scales wherever it stands. A mark shows what is asked for; an unknown share
 * leaves the track empty.
 */
export function ShareBar(props: {
  readonly share: number | null;
  readonly label: string;
  readonly mark?: number | undefined;
  readonly markLabel?: string | undefined;
}) {
  const { share, mark } = props;
  const width = share === null ? 0 : Math.min(1, Math.max(0, share)) * 100;
  const words = `${props.label} ${percent(share)}${props.markLabel === undefined ? "" : ` (${props.markLabel})`}`;
  return (
    <span class="share-bar" role="img" aria-label={words}>
      {mark !== undefined && props.markLabel !== undefined && (
        <span class="share-mark-label" style={{ left: `${mark * 100}%` }}>
          {props.markLabel}
        </span>
      )}
      <span class="share-track">
        <span class="share-fill" style={{ width: `${width}%` }} />
        {mark !== undefined && <span class="share-mark" style={{ left: `${mark * 100}%` }} />}
      </span>
    </span>
  );
}

/**
 * A bar in a table's row, as a part of the longest row's length; one that would be longer is cut and shows the break.
 * Decoration: the number stands beside it.
 */
export function RowBar({ part, class: kind }: { part: number; class: string }) {
  const width = Math.min(1, Math.max(0, part)) * 100;
  return (
    <span class="row-bar" aria-hidden="true">
      {part > 0 && (
        <span class={`row-fill ${kind}${part > 1.001 ? " row-cut" : ""}`} style={{ width: `${width}%` }} />
      )}
    </span>
  );
}
