import type { FeedListener, LiveValue, MeterChange } from "../feed.ts";

/** Latest values by meter: one of an older instant than the one held is not the latest. */
export class LatestValues {
  readonly #values = new Map<string, LiveValue>();

  get all(): ReadonlyMap<string, LiveValue> {
    return this.#values;
  }

  /** True when this is now the meter's latest. */
  take(value: LiveValue): boolean {
    const held = this.#values.get(value.meter);
    if (held !== undefined && held.timeMs > value.timeMs) return false;
    this.#values.set(value.meter, value);
    return true;
  }
}

/** Changes waiting to be told: one a meter, reaching back to the earliest. */
export class PendingChanges {
  readonly #changes = new Map<string, MeterChange>();

  add(change: MeterChange): void {
    const held = this.#changes.get(change.meter);
    this.#changes.set(
      change.meter,
      held === undefined
        ? change
        : {
            meter: change.meter,
            rev: Math.max(held.rev, change.rev),
            fromMs: Math.min(held.fromMs, change.fromMs),
          },
    );
  }

  get size(): number {
    return this.#changes.size;
  }

  takeAll(): MeterChange[] {
    const all = [...this.#changes.values()];
    this.#changes.clear();
    return all;
  }
}

/** Listeners; one that throws keeps no other from hearing. */
export class FeedListeners {
  readonly #listeners = new Set<FeedListener>();
  readonly #onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  add(listener: FeedListener): () => void {
    const own = { ...listener }; // the same listener twice is two subscriptions
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  tell(values: readonly LiveValue[], changes: readonly MeterChange[]): void {
    for (const listener of [...this.#listeners]) {
      try {
        if (values.length > 0) listener.values?.(values);
        if (changes.length > 0) listener.changes?.(changes);
      } catch (error) {
        this.#onError(error);
      }
    }
  }
}

/** The default for a listener's error: it surfaces, but does not stop the feed in the middle. */
export function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
