import type {
  FeedListener,
  FeedReader,
  FeedWriter,
  IngestStatus,
  LiveValue,
  MeterChange,
} from "../../store/feed.ts";

/** The feed in memory, for tests: what is published is there at once. */
export class MemoryFeed implements FeedReader, FeedWriter {
  readonly #values = new Map<string, LiveValue>();
  readonly #listeners = new Set<FeedListener>();
  readonly changes: MeterChange[] = [];
  #status: IngestStatus | null = null;

  async start(): Promise<void> {}
  async stop(): Promise<void> {}
  latest(): ReadonlyMap<string, LiveValue> {
    return this.#values;
  }
  status(): IngestStatus | null {
    return this.#status;
  }
  subscribe(listener: FeedListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  publishValues(values: readonly LiveValue[]): void {
    for (const value of values) this.#values.set(value.meter, value);
    for (const listener of this.#listeners) listener.values?.(values);
  }
  publishChanges(changes: readonly MeterChange[]): void {
    this.changes.push(...changes);
    for (const listener of this.#listeners) listener.changes?.(changes);
  }
  publishStatus(status: IngestStatus): void {
    this.#status = status;
  }
}
