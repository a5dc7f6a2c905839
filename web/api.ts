import { useCallback, useEffect, useState } from "preact/hooks";
import type { ErrorAnswer } from "../api/answers/common.ts";
import { pausedAt, signedOut } from "./state.ts";

/** Asking the API: one place for addresses, errors with their request id, revalidation and giving up. */

/** A request that brought no answer. `code` is the API's, or `offline` when nothing came back at all. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: ErrorAnswer["code"] | "offline";
  readonly requestId: string | null;
  readonly retryAfterS: number | null;
  readonly issues: NonNullable<ErrorAnswer["issues"]>;

  constructor(status: number, answer: Partial<ErrorAnswer>, retryAfterS: number | null) {
    super(answer.message ?? `HTTP ${status}`);
    this.name = "ApiProblem";
    this.status = status;
    this.code = answer.code ?? (status === 0 ? "offline" : "internal");
    this.requestId = answer.requestId ?? null;
    this.retryAfterS = retryAfterS;
    this.issues = answer.issues ?? [];
  }
}

type QueryValue = string | number | null | undefined;

/** `/api/v1` + path + query; parts that are null or undefined are left out. */
export function apiPath(path: string, query: Readonly<Record<string, QueryValue>> = {}): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query))
    if (value !== null && value !== undefined) search.set(key, String(value));
  const text = search.toString();
  return text === "" ? `/api/v1${path}` : `/api/v1${path}?${text}`;
}

/** Bodies by address with their ETag; bounded, because a wall display asks for weeks. */
const known = new Map<string, { etag: string; body: unknown }>();
const KNOWN_MAX = 24;

function remember(path: string, etag: string | null, body: unknown): void {
  known.delete(path);
  if (etag === null) return;
  known.set(path, { etag, body });
  for (const oldest of known.keys()) {
    if (known.size <= KNOWN_MAX) break;
    known.delete(oldest);
  }
}

async function problemOf(response: Response): Promise<ApiProblem> {
  const retryAfter = Number(response.headers.get("retry-after") ?? Number.NaN);
  let answer: Partial<ErrorAnswer> = {};
  try {
    const body: unknown = await response.json();
    // the API's error shape; anything else is told by its status alone
    if (typeof body === "object" && body !== null) answer = body as Partial<ErrorAnswer>;
  } catch {
    // a proxy's page, not the API's JSON
  }
  const requestId = answer.requestId ?? response.headers.get("x-request-id");
  return new ApiProblem(
    response.status,
    requestId === null ? answer : { ...answer, requestId },
    Number.isFinite(retryAfter) ? retryAfter : null,
  );
}

async function send(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, { credentials: "same-origin", ...init });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiProblem(0, { message: error instanceof Error ? error.message : String(error) }, null);
  }
}

/**
 * Asks for an answer; revalidates by ETag and returns the same object when nothing changed.
 * @throws ApiProblem; a 401 also turns the page to sign-in.
 */
export async function getAnswer<T>(path: string, signal: AbortSignal | null = null): Promise<T> {
  const before = known.get(path);
  const headers: Record<string, string> = { accept: "application/json" };
  if (before !== undefined) headers["if-none-match"] = before.etag;
  const response = await send(path, { headers, signal, cache: "no-store" });
  // bodies come from our own API, whose answers its schemas check before they leave
  if (response.status === 304 && before !== undefined) return before.body as T;
  if (!response.ok) {
    if (response.status === 401) signedOut.value = true;
    throw await problemOf(response);
  }
  const body: unknown = await response.json();
  remember(path, response.headers.get("etag"), body);
  return body as T; // as above
}

/** Sends a JSON body; what comes back, or null when there is no content. @throws ApiProblem */
export async function postJson(
  path: string,
  body: unknown,
  method: "POST" | "DELETE" = "POST",
): Promise<unknown> {
  const response = await send(path, {
    method,
    headers: { "content-type": "application/json" },
    ...(method === "POST" ? { body: JSON.stringify(body) } : {}),
  });
  if (!response.ok) throw await problemOf(response);
  return response.status === 204 ? null : await response.json();
}

/** Sends a file as the body; what comes back. @throws ApiProblem */
export async function postFile(path: string, file: Blob, type: string): Promise<unknown> {
  const response = await send(path, { method: "POST", headers: { "content-type": type }, body: file });
  if (!response.ok) throw await problemOf(response);
  return await response.json();
}

export interface Asked<T> {
  /** The last good answer, kept while a later request fails. */
  readonly data: T | null;
  readonly problem: ApiProblem | null;
  /** When the next attempt after a failure runs, epoch ms. */
  readonly retryAt: number | null;
  /** When `data` came, epoch ms. */
  readonly loadedAt: number | null;
  readonly reload: () => void;
}

const RETRY_S = 10;

/**
 * Keeps an answer in a component: asks at once, again every `everyMs` while the page is visible and not paused,
 * and after a failure as the server says, else in 10 s. A new path drops the old answer and aborts its request.
 */
export function useAnswer<T>(path: string | null, everyMs: number | null = null): Asked<T> {
  const [turn, setTurn] = useState(0);
  const [state, setState] = useState<{
    path: string | null;
    data: T | null;
    problem: ApiProblem | null;
    retryAt: number | null;
    loadedAt: number | null;
  }>({ path, data: null, problem: null, retryAt: null, loadedAt: null });
  const reload = useCallback(() => setTurn((n) => n + 1), []);
  // `turn` is among the dependencies because reload() asks again by changing it
  useEffect(() => {
    if (path === null) return;
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let asked = false;
    const ask = async (): Promise<void> => {
      // a pause stops what comes by itself, not what somebody opens
      if (document.hidden || (asked && pausedAt.value !== null)) {
        timer = setTimeout(again, 1000);
        return;
      }
      try {
        const data = await getAnswer<T>(path, abort.signal);
        if (abort.signal.aborted) return;
        asked = true;
        setState({ path, data, problem: null, retryAt: null, loadedAt: Date.now() });
        if (everyMs !== null) timer = setTimeout(again, everyMs);
      } catch (error) {
        if (abort.signal.aborted) return;
        const problem =
          error instanceof ApiProblem ? error : new ApiProblem(0, { message: String(error) }, null);
        const final = problem.status >= 400 && problem.status < 500 && problem.status !== 429;
        const waitMs = (problem.retryAfterS ?? RETRY_S) * 1000;
        const retryAt = final ? null : Date.now() + waitMs;
        setState((old) =>
          old.path === path
            ? { ...old, problem, retryAt }
            : { path, data: null, problem, retryAt, loadedAt: null },
        );
        if (!final) timer = setTimeout(again, waitMs);
      }
    };
    const again = (): void => {
      ask().catch(() => undefined);
    };
    again();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [path, everyMs, turn]);

  return state.path === path
    ? { ...state, reload }
    : { data: null, problem: null, retryAt: null, loadedAt: null, reload };
}

const WORKED_IN_MS = 10_000;

/**
 * Whether an answer's figures have been unsettled for more than 10 s. Readings are worked in all the time: the answer is
 * asked for once more before that, and a moment's work is not spoken of.
 */
export function useUnsettled(asked: Asked<{ readonly settled: boolean }>): boolean {
  const unsettled = asked.data?.settled === false;
  const [lasting, setLasting] = useState(false);
  const { reload } = asked;
  useEffect(() => {
    if (!unsettled) return;
    const again = setTimeout(reload, WORKED_IN_MS * 0.8);
    const timer = setTimeout(() => setLasting(true), WORKED_IN_MS);
    return () => {
      clearTimeout(again);
      clearTimeout(timer);
      setLasting(false);
    };
  }, [unsettled, reload]);
  return unsettled && lasting;
}
