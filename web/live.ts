import { computed, signal } from "@preact/signals";
import type { LiveAnswer } from "../api/answers/live.ts";
import type { HealthAnswer } from "../api/answers/park.ts";
import { ApiProblem, apiPath, getAnswer } from "./api.ts";
import { pausedAt, signedOut } from "./state.ts";

/**
 * The live picture: one EventSource while the tab is visible; when it drops, polling; when that fails too, the
 * last values stay and a banner counts down. Values reach the screen at most once a second.
 */

export type LiveLink =
  | { readonly kind: "connecting" }
  | { readonly kind: "open" }
  /** This account may not see the park live. */
  | { readonly kind: "refused" }
  | { readonly kind: "polling"; readonly since: number }
  | { readonly kind: "down"; readonly since: number; readonly retryAt: number; readonly attempt: number };

/** The last picture and when it came (epoch ms of this browser); null before the first. */
export const live = signal<{ readonly answer: LiveAnswer; readonly at: number } | null>(null);
export const link = signal<LiveLink>({ kind: "connecting" });
/** Why there is no picture at all yet, for the panels. */
export const liveProblem = signal<ApiProblem | null>(null);
/** This browser's clock, ticking each second while visible and not paused. */
export const tick = signal(Date.now());

const skewMs = signal(0);
/** The server's clock: park time on screen does not depend on the display's own clock. */
export const serverNow = computed(() => tick.value + skewMs.value);
/** Seconds since the newest reading, growing between pictures; null when unknown. */
export const dataAge = computed(() => {
  const now = live.value;
  if (now === null || now.answer.dataAgeSeconds === null) return null;
  return now.answer.dataAgeSeconds + Math.max(0, (tick.value - now.at) / 1000);
});

const POLL_MS = 5000;
const SILENCE_MS = 45_000;
const RETRY_S = [2.5, 5, 10] as const;

let source: EventSource | null = null;
let waiting: { answer: LiveAnswer; at: number } | null = null;
let paintTimer: ReturnType<typeof setTimeout> | undefined;
let retryTimer: ReturnType<typeof setTimeout> | undefined;
let silenceTimer: ReturnType<typeof setTimeout> | undefined;
let paintedAt = 0;
let attempt = 0;
let brokenSince = 0;
let run = 0;

function paint(): void {
  paintTimer = undefined;
  if (waiting === null || pausedAt.value !== null) return;
  paintedAt = Date.now();
  skewMs.value = Date.parse(waiting.answer.time) - waiting.at;
  tick.value = paintedAt;
  live.value = waiting;
  waiting = null;
}

function take(answer: LiveAnswer): void {
  waiting = { answer, at: Date.now() };
  liveProblem.value = null;
  if (paintTimer !== undefined || pausedAt.value !== null) return;
  const dueIn = Math.max(0, paintedAt + 1000 - Date.now());
  // the first picture and one that comes late enough go to the next frame, the others wait their second out
  if (dueIn === 0) requestAnimationFrame(paint);
  else paintTimer = setTimeout(() => requestAnimationFrame(paint), dueIn);
}

function drop(): void {
  source?.close();
  source = null;
  clearTimeout(retryTimer);
  clearTimeout(silenceTimer);
}

function listenForSilence(): void {
  clearTimeout(silenceTimer);
  silenceTimer = setTimeout(broken, SILENCE_MS);
}

function connect(): void {
  drop();
  run += 1;
  if (link.value.kind !== "polling" && link.value.kind !== "down") link.value = { kind: "connecting" };
  const opened = new EventSource(apiPath("/live/stream"));
  source = opened;
  const onPicture = (event: MessageEvent<string>): void => {
    if (source !== opened) return;
    attempt = 0;
    brokenSince = 0;
    link.value = { kind: "open" };
    listenForSilence();
    take(JSON.parse(event.data)); // our own API's schema-checked answer
  };
  opened.addEventListener("snapshot", onPicture);
  opened.addEventListener("live", onPicture);
  opened.onerror = () => {
    if (source === opened) broken();
  };
  listenForSilence();
}

/** The stream is gone: poll once; go on polling while that works, else count down to the next attempt. */
function broken(): void {
  drop();
  run += 1;
  if (brokenSince === 0) brokenSince = Date.now();
  attempt += 1;
  poll(run).catch(() => undefined);
}

async function poll(mine: number): Promise<void> {
  try {
    const answer = await getAnswer<LiveAnswer>(apiPath("/live"));
    if (mine !== run) return;
    take(answer);
    link.value = { kind: "polling", since: brokenSince };
    // every sixth poll tries the stream again
    if (attempt % 6 === 0) {
      retryTimer = setTimeout(connect, POLL_MS);
      return;
    }
    attempt += 1;
    retryTimer = setTimeout(() => {
      poll(mine).catch(() => undefined);
    }, POLL_MS);
  } catch (error) {
    if (mine !== run) return;
    const problem = error instanceof ApiProblem ? error : null;
    liveProblem.value = problem;
    if (problem?.status === 401) return;
    if (problem?.status === 403) {
      link.value = { kind: "refused" };
      return;
    }
    const waitS = problem?.retryAfterS ?? RETRY_S[Math.min(attempt - 1, RETRY_S.length - 1)] ?? 10;
    link.value = { kind: "down", since: brokenSince, retryAt: Date.now() + waitS * 1000, attempt };
    retryTimer = setTimeout(connect, waitS * 1000);
  }
}

/** Tries the stream at once. */
export function reconnectNow(): void {
  connect();
}

/** Stops every update on screen, or starts them again with the newest picture. */
export function togglePause(): void {
  if (pausedAt.value === null) {
    pausedAt.value = serverNow.value;
    return;
  }
  pausedAt.value = null;
  tick.value = Date.now();
  paint();
}

let version: string | null = null;

async function watchVersion(): Promise<void> {
  try {
    const health = await getAnswer<HealthAnswer>(apiPath("/health"));
    if (version !== null && version !== health.version) location.reload();
    version = health.version;
  } catch {
    // health is asked again in a minute; the banner already tells of a server that is away
  }
}

/** Starts the live picture, the clock and the watch for a new version; returns what stops them all. */
export function startLive(): () => void {
  const onVisible = (): void => {
    if (document.hidden) {
      drop();
      run += 1;
    } else {
      tick.value = Date.now();
      connect();
    }
  };
  document.addEventListener("visibilitychange", onVisible);
  const clockTimer = setInterval(() => {
    if (!document.hidden && pausedAt.value === null) tick.value = Date.now();
  }, 1000);
  const versionTimer = setInterval(() => {
    if (!document.hidden && !signedOut.value) watchVersion().catch(() => undefined);
  }, 60_000);
  watchVersion().catch(() => undefined);
  if (!document.hidden) connect();
  return () => {
    document.removeEventListener("visibilitychange", onVisible);
    clearInterval(clockTimer);
    clearInterval(versionTimer);
    clearTimeout(paintTimer);
    drop();
    run += 1;
  };
}
