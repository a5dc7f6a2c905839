import { appendFileSync, readFileSync } from "node:fs";
import { z } from "zod";

/** What happened in a round, a line each: written by the generator and by the round, read by the check. */

const line = z.union([
  z.object({ atMs: z.number(), sent: z.number() }),
  z.object({ atMs: z.number(), acked: z.number() }),
  z.object({ atMs: z.number(), note: z.string() }),
]);

/** What a line can say, without its time. */
export type Happening = { readonly sent: number } | { readonly acked: number } | { readonly note: string };

/** Appends in one write, so that lines of two processes do not mix. */
export function record(file: string, happenings: readonly Happening[]): void {
  const atMs = Date.now();
  appendFileSync(file, happenings.map((h) => `${JSON.stringify({ atMs, ...h })}\n`).join(""));
}

export interface History {
  readonly sent: ReadonlySet<number>;
  /** When each number was first acknowledged. */
  readonly acked: ReadonlyMap<number, number>;
}

export function readHistory(file: string): History {
  const sent = new Set<number>();
  const acked = new Map<number, number>();
  for (const text of readFileSync(file, "utf8").split("\n")) {
    if (text === "") continue;
    const happened = line.parse(JSON.parse(text));
    if ("sent" in happened) sent.add(happened.sent);
    else if ("acked" in happened && !acked.has(happened.acked)) acked.set(happened.acked, happened.atMs);
  }
  return { sent, acked };
}
