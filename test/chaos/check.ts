import type { History } from "./history.ts";
import type { Picture } from "./picture.ts";
import type { NumberedMessage } from "./workload.ts";

/** The check: nothing acknowledged is lost, nothing is there that was not published, energy is as if nothing had happened. */

export interface Evidence {
  readonly messages: readonly NumberedMessage[];
  readonly history: History;
  readonly found: Picture;
  /** Numbers that ingest acknowledged to the broker; null in the embedded shape, where the generator's are the same. */
  readonly takenByIngest: ReadonlySet<number> | null;
  /** When the broker was killed −9. */
  readonly brokerKillsMs: readonly number[];
}

export interface Verdict {
  /** Acknowledged, and neither stored nor dead-lettered, through our fault. */
  readonly lost: readonly number[];
  /** Acknowledged by a broker that was killed before it had saved or delivered them: nothing behind it ever had them. */
  readonly lostInBroker: readonly number[];
  /** In the store and never published, or not as published. */
  readonly phantoms: readonly string[];
}

export function check(evidence: Evidence): Verdict {
  const { messages, history, found, takenByIngest, brokerKillsMs } = evidence;
  const stored = new Map(found.readings.map((row) => [`${row.meter} ${row.timeMs}`, row]));
  const letters = new Set(found.letters.map(letterKey));
  const isThere = (message: NumberedMessage) =>
    message.readings.every((reading) => {
      const row = stored.get(`${reading.meter} ${reading.timeMs}`);
      return row !== undefined && sameValues(row.values, reading.values);
    }) &&
    (!message.isLetter || letters.has(letterKey(message)));

  const lost: number[] = [];
  const lostInBroker: number[] = [];
  for (const [n, atMs] of history.acked) {
    const message = messages[n];
    if (message === undefined || isThere(message)) continue;
    const isBrokers =
      takenByIngest !== null && !takenByIngest.has(n) && brokerKillsMs.some((killMs) => killMs >= atMs);
    (isBrokers ? lostInBroker : lost).push(n);
  }
  return { lost, lostInBroker, phantoms: phantomsOf(evidence) };
}

function phantomsOf({ messages, history, found }: Evidence): string[] {
  const published = new Map<string, Readonly<Record<string, number>>>();
  const sentLetters = new Set<string>();
  for (const n of history.sent) {
    const message = messages[n];
    if (message === undefined) continue;
    for (const r of message.readings) published.set(`${r.meter} ${r.timeMs}`, r.values);
    if (message.isLetter) sentLetters.add(letterKey(message));
  }
  const phantoms: string[] = [];
  for (const row of found.readings) {
    const values = published.get(`${row.meter} ${row.timeMs}`);
    const at = `${row.meter} ${new Date(row.timeMs).toISOString()}`;
    if (values === undefined || !sameValues(row.values, values))
      phantoms.push(`${at}: ${JSON.stringify(row.values)} for ${JSON.stringify(values ?? null)}`);
    else if (Object.keys(row.superseded).length > 0)
      phantoms.push(`${at}: superseded ${JSON.stringify(row.superseded)}`);
  }
  for (const letter of found.letters) {
    if (!sentLetters.has(letterKey(letter)))
      phantoms.push(`dead letter ${letter.reason} ${letter.topic}: ${letter.payload.slice(0, 80)}`);
  }
  return phantoms;
}

function letterKey({ topic, payload }: { readonly topic: string; readonly payload: string }): string {
  return `${topic} ${payload}`;
}

function sameValues(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}

/** Lines of energy that are only here or only there. */
export function differencesOf(found: readonly string[], undisturbed: readonly string[]): string[] {
  const here = new Set(found);
  const there = new Set(undisturbed);
  return [
    ...found.filter((line) => !there.has(line)).map((line) => `found       ${line}`),
    ...undisturbed.filter((line) => !here.has(line)).map((line) => `undisturbed ${line}`),
  ];
}
