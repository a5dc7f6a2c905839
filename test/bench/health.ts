import { setTimeout as delay } from "node:timers/promises";
import type { HealthAnswer } from "../../api/answers/park.ts";

/** What ingest says of itself, as everybody sees it. */
interface Health {
  readonly status: HealthAnswer["status"];
  /** When ingest said so, epoch milliseconds. */
  readonly statusMs: number;
  readonly messages: number;
  readonly waiting: number;
  readonly dirtyMeters: number;
}

/** @throws when it does not answer, or ingest has not spoken yet */
export async function healthOf(url: string): Promise<Health> {
  const response = await fetch(`${url}/api/v1/health`);
  const answer = (await response.json()) as HealthAnswer; // our own product's answer
  const { ingest, status } = answer;
  if (ingest === null) throw new Error("ingest has not reported yet");
  return {
    status,
    statusMs: Date.now() - ingest.ageSeconds * 1000,
    messages: ingest.messages,
    waiting: ingest.waiting,
    dirtyMeters: ingest.dirtyMeters,
  };
}

/** Asks until it holds. @returns when ingest first said so, epoch milliseconds. @throws after `patienceMs` */
export async function untilHealth(
  url: string,
  patienceMs: number,
  holds: (health: Health) => boolean,
): Promise<number> {
  const end = Date.now() + patienceMs;
  let last: Health | null = null;
  while (Date.now() < end) {
    last = await healthOf(url).catch(() => null);
    if (last !== null && holds(last)) return last.statusMs;
    await delay(100);
  }
  throw new Error(`health did not come to what was awaited: ${JSON.stringify(last)}`);
}
