/** Status is always shape + word + colour: the shape here, the word beside it by the caller. */

export type Status = "met" | "provisional" | "warning" | "broken";

/** ● met, ◐ provisional, ▲ warning or up, ✕ not met or broken; drawn, so that every font shows the same. */
export function Glyph({ status }: { status: Status }) {
  return (
    <svg class={`glyph glyph-${status}`} viewBox="0 0 12 12" aria-hidden="true">
      {status === "met" && <circle cx="6" cy="6" r="5" fill="currentColor" />}
      {status === "provisional" && (
        <>
          <circle cx="6" cy="6" r="4.4" fill="none" stroke="currentColor" stroke-width="1.2" />
          <path d="M6 1.6a4.4 4.4 0 0 0 0 8.8z" fill="currentColor" />
        </>
      )}
      {status === "warning" && <path d="M6 .8 11.6 11H.4z" fill="currentColor" />}
      {status === "broken" && (
        <path d="M2.2 2.2l7.6 7.6M9.8 2.2 2.2 9.8" stroke="currentColor" stroke-width="1.6" fill="none" />
      )}
    </svg>
  );
}

/** Glyph, word and colour together. */
export function StatusWord({ status, children }: { status: Status; children: preact.ComponentChildren }) {
  return (
    <span class={`status status-${status}`}>
      <Glyph status={status} />
      <span>{children}</span>
    </span>
  );
}
