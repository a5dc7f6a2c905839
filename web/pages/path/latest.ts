import { useEffect, useRef, useState } from "preact/hooks";
import { ApiProblem, type Asked, getAnswer } from "../../api.ts";
import { pausedAt } from "../../state.ts";

/** Asking while somebody drags: one question at a time, and after it only the latest; what came between is never asked. */
export class Latest<T> {
  readonly #ask: (path: string) => Promise<T>;
  readonly #told: (path: string, outcome: { readonly data: T } | { readonly problem: unknown }) => void;
  #wanted: string | null = null;
  #busy = false;
  #stopped = false;

  constructor(
    ask: (path: string) => Promise<T>,
    told: (path: string, outcome: { readonly data: T } | { readonly problem: unknown }) => void,
  ) {
    this.#ask = ask;
    this.#told = told;
  }

  /** Asks for it at once, or after the question that is under way. */
  want(path: string): void {
    this.#wanted = path;
    if (this.#busy || this.#stopped) return;
    this.#busy = true;
    this.#run().catch(() => undefined);
  }

  stop(): void {
    this.#stopped = true;
  }

  async #run(): Promise<void> {
    // Nothing in here is thrown: `#ask` is caught, and whoever is told only shows.
    while (this.#wanted !== null && !this.#stopped) {
      const path = this.#wanted;
      this.#wanted = null;
      try {
        const data = await this.#ask(path);
        if (!this.#stopped) this.#told(path, { data });
      } catch (problem) {
        if (!this.#stopped) this.#told(path, { problem });
      }
    }
    this.#busy = false;
  }
}

const RETRY_MS = 10_000;

/**
 * Keeps the latest answer of addresses that change while they are dragged; the answer before stays until the next one
 * is there. Another `about` drops it. Asks again every `everyMs` while the page is visible and not paused.
 */
export function useLatest<T>(path: string | null, about: string, everyMs: number): Asked<T> {
  const [state, setState] = useState<{
    about: string;
    data: T | null;
    problem: ApiProblem | null;
    retryAt: number | null;
    loadedAt: number | null;
  }>({ about, data: null, problem: null, retryAt: null, loadedAt: null });
  const [turn, setTurn] = useState(0);
  const asker = useRef<Latest<T> | null>(null);

  // A new subject takes a new asker: an answer about the one before is nobody's.
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const again = (afterMs: number): void => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        if (document.hidden || pausedAt.value !== null) again(1_000);
        else setTurn((n) => n + 1);
      }, afterMs);
    };
    const latest = new Latest<T>(getAnswer, (_, outcome) => {
      if ("data" in outcome) {
        setState({ about, data: outcome.data, problem: null, retryAt: null, loadedAt: Date.now() });
        again(everyMs);
        return;
      }
      const problem =
        outcome.problem instanceof ApiProblem
          ? outcome.problem
          : new ApiProblem(0, { message: String(outcome.problem) }, null);
      const final = problem.status >= 400 && problem.status < 500 && problem.status !== 429;
      const waitMs = problem.retryAfterS === null ? RETRY_MS : problem.retryAfterS * 1000;
      setState((old) => ({
        about,
        data: old.about === about ? old.data : null,
        problem,
        retryAt: final ? null : Date.now() + waitMs,
        loadedAt: old.about === about ? old.loadedAt : null,
      }));
      if (!final) again(waitMs);
    });
    asker.current = latest;
    return () => {
      latest.stop();
      clearTimeout(timer);
    };
  }, [about, everyMs]);

  // `turn` is among the dependencies because it asks the same address again
  useEffect(() => {
    if (path !== null) asker.current?.want(path);
  }, [path, about, turn]);

  const { data, problem, retryAt, loadedAt } =
    state.about === about ? state : { data: null, problem: null, retryAt: null, loadedAt: null };
  return { data, problem, retryAt, loadedAt, reload: () => setTurn((n) => n + 1) };
}
