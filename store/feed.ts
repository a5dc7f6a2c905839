/** The feed port: latest values and "these meters changed", from ingest to any number of readers. */
export interface LiveValue {
  readonly meter: string;
  /** Time of the reading, not of its arrival. */
  readonly timeMs: number;
  /** Positive takes (after `invert`); null when neither a gauge nor two registers say it. */
  readonly powerKw: number | null;
  /** gauge: as sent. register: mean power between the last two trusted readings. */
  readonly powerFrom: "gauge" | "register" | null;
  readonly stateOfCharge: number | null;
  readonly simulated: boolean;
}

/** Energy of a meter was settled anew. */
export interface MeterChange {
  readonly meter: string;
  readonly rev: number;
  readonly fromMs: number;
}

/** What came of one gateway's messages since the start, beside readings and dead letters. */
export interface GatewayCounts {
  readonly messages: number;
  /** The park's tags that the gateway could not read. */
  readonly errors: number;
  /** Tags that no point of the park file names. */
  readonly unmapped: number;
}

/** State of ingest for /health, published every few seconds and when something changes. */
export interface IngestStatus {
  readonly timeMs: number;
  readonly broker: { readonly state: "up" | "down" | "starting"; readonly detail: string };
  readonly store: { readonly state: "up" | "down"; readonly detail: string };
  readonly messages: number;
  readonly readings: number;
  readonly duplicates: number;
  /** Open ones: not sent again yet. */
  readonly deadLetters: number;
  readonly deadLettersByReason: Readonly<Record<string, number>>;
  /** By the gateway's id; those that have sent something. */
  readonly gateways: Readonly<Record<string, GatewayCounts>>;
  /** Acknowledged later: messages waiting for a durable write. */
  readonly waiting: number;
  /** Readings ahead of time, held until their time comes (E12). */
  readonly held: number;
  readonly dirtyMeters: number;
  /** Age of the oldest dirty mark, null when nothing is dirty. */
  readonly oldestDirtyMs: number | null;
  /** Meters with stored readings that the park file does not declare; null while that is not known yet. */
  readonly undeclaredMeters: number | null;
}

export interface FeedReader {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Latest value of every meter heard of. */
  latest(): ReadonlyMap<string, LiveValue>;
  /** Last status of ingest, null before the first. */
  status(): IngestStatus | null;
  /** Calls back on every batch of values or changes; returns the way to stop it. */
  subscribe(listener: FeedListener): () => void;
}

export interface FeedListener {
  values?(values: readonly LiveValue[]): void;
  changes?(changes: readonly MeterChange[]): void;
}

export interface FeedWriter {
  publishValues(values: readonly LiveValue[]): void;
  publishChanges(changes: readonly MeterChange[]): void;
  publishStatus(status: IngestStatus): void;
}
