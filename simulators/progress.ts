/** How far a run has come. */
interface Progress {
  readonly done: number;
  readonly total: number;
}

export type OnProgress = (progress: Progress) => void;

/** A progress bar on a terminal, one line that is drawn over; silent where the stream is no terminal. */
export function progressBar(
  label: string,
  stream: { readonly isTTY?: boolean; write(text: string): unknown } = process.stderr,
  now: () => number = Date.now,
): OnProgress {
  let drawnMs = Number.NEGATIVE_INFINITY;
  return ({ done, total }) => {
    if (stream.isTTY !== true) return;
    const finished = done >= total;
    if (!finished && now() - drawnMs < 100) return;
    drawnMs = now();
    const share = total === 0 ? 1 : Math.min(1, done / total);
    const width = 30;
    const full = Math.round(share * width);
    const bar = `${"█".repeat(full)}${"░".repeat(width - full)}`;
    stream.write(
      `\r${label} ${bar} ${String(Math.floor(share * 100)).padStart(3)} % (${done}/${total})${finished ? "\n" : ""}`,
    );
  };
}
