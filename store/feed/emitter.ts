import type { FeedListener, FeedReader, FeedWriter, IngestStatus, LiveValue, MeterChange } from "../feed.ts";
import { FeedListeners, LatestValues, PendingChanges, throwLater } from "./batch.ts";

/** The feed inside one process: what is published in one turn of the event loop is told in one batch after it. */
export class EmitterFeed implements FeedReader, FeedWriter {
  readonly #listeners: FeedListeners;
  readonly #latest = new LatestValues();
  readonly #freshMeters = new Set<string>();
  readonly #changes = new PendingChanges();
  #status: IngestStatus | null = null;
  #scheduled: NodeJS.Immediate | null = null;

  /** @param onError told when a listener throws */
  constructor(onError: (error: unknown) => void = throwLater) {
    this.#listeners = new FeedListeners(onError);
  }

  async start(): Promise<void> {}

  /** Drops what was not told yet. */
  async stop(): Promise<void> {
    if (this.#scheduled !== null) clearImmediate(this.#scheduled);
    this.#scheduled = null;
    this.#freshMeters.clear();
    this.#changes.takeAll();
  }

  latest(): ReadonlyMap<string, LiveValue> {
    return this.#latest.all;
  }

  status(): IngestStatus | null {
    return this.#status;
  }

  subscribe(listener: FeedListener): () => void {
    return this.#listeners.add(listener);
  }

  publishValues(values: readonly LiveValue[]): void {
    for (const value of values) {
      if (this.#latest.take(value)) this.#freshMeters.add(value.meter);
    }
    this.#schedule();
  }

  publishChanges(changes: readonly MeterChange[]): void {
    for (const change of changes) this.#changes.add(change);
    this.#schedule();
  }

  publishStatus(status: IngestStatus): void {
    this.#status = status;
  }

  #schedule(): void {
    this.#scheduled ??= setImmediate(() => {
      this.#scheduled = null;
      const values = [...this.#freshMeters].flatMap((meter) => this.#latest.all.get(meter) ?? []);
      this.#freshMeters.clear();
      this.#listeners.tell(values, this.#changes.takeAll());
    });
  }
}
