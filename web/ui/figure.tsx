import type { ComponentChildren } from "preact";
import { DASH } from "../format.ts";
import { type Source, Swatch } from "./swatch.tsx";

export interface FigureProps {
  readonly label?: ComponentChildren | undefined;
  /** Already formatted (format.ts); null is drawn as "—". */
  readonly value: string | null;
  readonly unit?: string | undefined;
  /** Below the number: today's sum, the age, why it is missing. */
  readonly note?: ComponentChildren | undefined;
  readonly source?: Source | undefined;
  readonly size?: "key" | "key-2" | undefined;
  readonly tone?: "ok" | "warn" | "bad" | undefined;
  /** Grey: stale, kept from before. */
  readonly stale?: boolean | undefined;
  /** A grey block of the number's size: nothing has come yet. */
  readonly loading?: boolean | undefined;
  /** Dotted underline that opens how the number is made. */
  readonly explain?:
    | { readonly label: string; readonly href: string }
    | { readonly label: string; readonly onOpen: () => void }
    | undefined;
  readonly title?: string | undefined;
}

/** A key figure: label with source square, number, unit smaller and lighter, note. Numbers change at once. */
export function Figure(props: FigureProps) {
  const { value, unit, size = "key" } = props;
  const number = <span class="figure-number">{value ?? DASH}</span>;
  const tone = props.tone === undefined ? "" : ` tone-${props.tone}`;
  return (
    <div
      class={`figure figure-${size}${tone}${props.stale === true ? " figure-stale" : ""}`}
      title={props.title}
    >
      {props.label !== undefined && (
        <div class="figure-label">
          {props.source !== undefined && <Swatch source={props.source} />}
          <span>{props.label}</span>
        </div>
      )}
      <div class="figure-value">
        {props.loading === true ? (
          <span class="block" aria-hidden="true" />
        ) : (
          <>
            {props.explain === undefined ? (
              number
            ) : "href" in props.explain ? (
              <a class="explain" href={props.explain.href} aria-label={props.explain.label}>
                {number}
              </a>
            ) : (
              <button
                type="button"
                class="explain"
                aria-label={props.explain.label}
                onClick={props.explain.onOpen}
              >
                {number}
              </button>
            )}
            {unit !== undefined && <span class="unit">{unit}</span>}
          </>
        )}
      </div>
      {props.note !== undefined && <div class="figure-note">{props.note}</div>}
    </div>
  );
}
