import type { Logger } from "pino";
import type { Park } from "../../park/park.ts";
import type { RegisterChannel } from "../../park/quantities.ts";
import type { GatewayCounts } from "../../store/feed.ts";
import type { ReadingRow, Telemetry } from "../../store/telemetry.ts";
import { parseMessage, refusedWhole } from "../messages/message.ts";
import type { GatewayTally, ParsedMessage } from "../messages/parsed.ts";
import { PlainReader } from "../messages/plain.ts";
import { keepElement, shorten } from "../messages/rejection.ts";
import { AHEAD_MS } from "../messages/time.ts";
import { type Message, WireMessage } from "../sources/source.ts";
import { type Draft, draftBatch, marksOf, type Outcome, registersIn } from "./drafts.ts";
import { writeLetters } from "./letter-writing.ts";
import type { LetterDraft, Letters } from "./letters.ts";
import { lookUp } from "./look-up.ts";
import type { Marks } from "./marks.ts";
import { StorePatience } from "./patience.ts";
import type { Seen } from "./seen.ts";

export interface BatcherSettings {
  /** How long the first message of an idle moment waits for company. */
  readonly lingerMs: number;
  readonly maxReadings: number;
  readonly maxMessages: number;
  /** Readings ahead of time that are held in all (E12). */
  readonly maxHeld: number;
  /** How often an idle batcher looks whether the time of a held reading has come. */
  readonly heldCheckMs: number;
  /** Back-off while the store fails: first and longest wait. */
  readonly retryFirstMs: number;
  readonly retryMaxMs: number;
}

export const BATCHER_DEFAULTS: BatcherSettings = {
  lingerMs: 5,
  maxReadings: 10_000,
  maxMessages: 10_000,
  maxHeld: 100_000,
  heldCheckMs: 1_000,
  retryFirstMs: 100,
  retryMaxMs: 10_000,
};

/** A row as it is now durable, and what of it was not there before. */
export interface DurableRow {
  readonly row: ReadingRow;
  readonly changed: readonly RegisterChannel[];
}

export interface BatcherParts {
  readonly park: Park;
  readonly telemetry: Telemetry;
  readonly marks: Marks;
  readonly seen: Seen;
  readonly letters: Letters;
  readonly clock: () => number;
  readonly random: () => number;
  readonly logger: Logger;
  readonly settings: BatcherSettings;
  /** Told of each batch when it is durable and before it is acknowledged. */
  readonly onDurable: (rows: readonly DurableRow[]) => void;
}

interface Entry {
  readonly message: Message;
  readonly arrivedMs: number;
  /** Null while it waits as it came: a payload can be a fiftieth of what it is taken apart. */
  parsed: ParsedMessage | null;
  readonly done: (outcome: Outcome) => void;
}

const NOTHING: ParsedMessage = { readings: [], rejections: [] };

/**
 * Groups messages and makes them durable together: readings with their dirty marks in one write, then the dead
 * letters, then every message is acknowledged in the order of arrival (E13). While one batch is written the next one
 * gathers, so that batches grow with the load. A store that fails is asked again and again; nothing is acknowledged
 * meanwhile, and the source holds the senders back.
 */
export class Batcher {
  readonly counts = { messages: 0, readings: 0, duplicates: 0 };
  /** By gateway, since the start: what was durable when it was counted. */
  readonly gateways = new Map<string, GatewayCounts>();
  readonly #parts: BatcherParts;
  readonly #plain: PlainReader;
  #queue: Entry[] = [];
  #queuedElements = 0;
  #wake: () => void = () => undefined;
  #running: Promise<void> | null = null;
  #stopping = false;
  readonly #abort = new AbortController();
  readonly #patience: StorePatience;

  constructor(parts: BatcherParts) {
    this.#parts = parts;
    this.#plain = new PlainReader(parts.park);
    this.#patience = new StorePatience({ ...parts, ...parts.settings, signal: this.#abort.signal });
  }

  /** State of the store as the last write found it. */
  get store(): { readonly state: "up" | "down"; readonly detail: string } {
    return this.#patience.store;
  }

  /** Messages taken and not yet acknowledged. */
  get waiting(): number {
    return this.#queue.length + this.#writing;
  }
  #writing = 0;

  /** Takes a message; `done` is called when all of it is durable, never before, and not at all when it never is. */
  offer(message: Message, done: (outcome: Outcome) => void): void {
    const arrivedMs = message.arrivedMs ?? this.#parts.clock();
    const entry: Entry = { message, arrivedMs, parsed: null, done };
    this.#queue.push(entry);
    // Taken apart while the store works on the batch before, as far as the next batch reaches.
    if (this.#queuedElements < this.#parts.settings.maxReadings)
      this.#queuedElements += this.#elements(entry);
    if (this.#queue.length === 1 || this.#isFull()) this.#wake();
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Writes what was taken; gives up (unacknowledged) after `patienceMs` of a failing store. */
  async stop(patienceMs: number): Promise<void> {
    this.#stopping = true;
    this.#wake();
    const timer = setTimeout(() => this.#abort.abort(), patienceMs);
    await this.#running;
    clearTimeout(timer);
  }

  #isFull(): boolean {
    const { maxMessages, maxReadings } = this.#parts.settings;
    return this.#queue.length >= maxMessages || this.#queuedElements >= maxReadings;
  }

  async #run(): Promise<void> {
    while (!this.#abort.signal.aborted) {
      await this.#releaseHeld(this.#parts.clock());
      if (this.#queue.length === 0) {
        if (this.#stopping) return;
        await this.#sleepUntilWoken(this.#parts.settings.heldCheckMs);
        continue;
      }
      if (!this.#isFull() && !this.#stopping) await this.#sleepUntilWoken(this.#parts.settings.lingerMs);
      await this.#writeBatch(this.#takeBatch());
    }
  }

  /**
   * E12: a reading ahead of time is a stored reading like any other, so it is durable before it is acknowledged and
   * duplicates of it are known, but it is kept from the settling until its time comes: energy never runs ahead of now.
   */
  async #releaseHeld(nowMs: number): Promise<void> {
    const { seen, marks, onDurable } = this.#parts;
    const rows = seen.release(nowMs + AHEAD_MS);
    if (rows.length === 0) return;
    const due = rows.map((row) => ({ row, changed: registersIn(row.values), ahead: false }));
    await this.#patience.persist("marking readings whose time has come", () =>
      marks.write([], marksOf(due), () => onDurable(due)),
    );
  }

  #sleepUntilWoken(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#wake(), ms);
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = () => undefined;
        resolve();
      };
    });
  }

  /** How many objects a message has; takes it apart. */
  #elements(entry: Entry): number {
    entry.parsed ??= this.#parse(entry);
    return entry.parsed.readings.length + entry.parsed.rejections.length;
  }

  /** No message may end the process, nor go unacknowledged for ever: what parsing throws on is a dead letter. */
  #parse({ message, arrivedMs }: Entry): ParsedMessage {
    const { park, logger } = this.#parts;
    try {
      const bytes = message instanceof WireMessage ? message.bytes : message.payload;
      const from = message instanceof WireMessage ? message.from : 0;
      const to = message instanceof WireMessage ? message.to : bytes.length;
      return (
        this.#plain.read(message.topic, bytes, from, to, arrivedMs) ?? parseMessage(message, park, arrivedMs)
      );
    } catch (error) {
      logger.error({ err: error, bytes: message.payload.byteLength }, "a message could not be taken apart");
      const detail = shorten(error instanceof Error ? error.message : String(error));
      return refusedWhole(message.payload, "malformed-json", detail);
    }
  }

  #takeBatch(): Entry[] {
    const { maxMessages, maxReadings } = this.#parts.settings;
    let elements = 0;
    let n = 0;
    for (const entry of this.#queue) {
      const more = this.#elements(entry);
      if (n > 0 && (n >= maxMessages || elements + more > maxReadings)) break;
      elements += more;
      n++;
    }
    const batch = this.#queue.slice(0, n);
    this.#queue = this.#queue.slice(n);
    this.#queuedElements = 0;
    for (const { parsed } of this.#queue)
      if (parsed !== null) this.#queuedElements += parsed.readings.length + parsed.rejections.length;
    this.#writing = n;
    return batch;
  }

  async #writeBatch(batch: readonly Entry[]): Promise<void> {
    const { park, telemetry, seen, letters, logger, clock, settings } = this.#parts;
    const lookedUp = await this.#patience.persist(
      "reading what is stored",
      () => lookUp(telemetry, park, seen, batch),
      false,
    );
    if (lookedUp === null || "refused" in lookedUp) return;
    const found = lookedUp.value;
    const messages = batch.map(({ message, parsed }) => ({
      topic: message.topic,
      parsed: parsed ?? NOTHING,
    }));
    const nowMs = clock();
    // First, so that what lies before the batch has its mark when a clock has leapt to the right time meanwhile.
    await this.#releaseHeld(nowMs);
    const { drafts, refused, tallies } = draftBatch(messages, seen, found, nowMs, settings.maxHeld);
    const written: Draft[] = [];
    if (!(await this.#writeRows(drafts, written, refused))) return;
    if (refused.length > 0) {
      const numbered = letters.number(refused);
      if (!(await writeLetters(this.#patience, this.#parts, numbered))) return;
    }
    for (const [i, entry] of batch.entries()) {
      const tally = tallies[i];
      if (tally === undefined) continue;
      this.counts.messages++;
      this.counts.readings += tally.readings;
      this.counts.duplicates += tally.duplicates;
      if (entry.parsed?.gateway !== undefined) this.#count(entry.parsed.gateway);
      entry.done(tally);
    }
    this.#writing = 0;
    logger.debug(
      { messages: batch.length, rows: written.length, deadLetters: refused.length },
      "batch durable",
    );
  }

  #count({ id, errors, unmapped }: GatewayTally): void {
    const before = this.gateways.get(id) ?? { messages: 0, errors: 0, unmapped: 0 };
    this.gateways.set(id, {
      messages: before.messages + 1,
      errors: before.errors + errors,
      unmapped: before.unmapped + unmapped,
    });
  }

  /** Writes rows with their marks; halves what the store rejects until the offenders are found. False: given up. */
  async #writeRows(drafts: readonly Draft[], written: Draft[], refused: LetterDraft[]): Promise<boolean> {
    if (drafts.length === 0) return true;
    const result = await this.#patience.persist("writing readings", () =>
      this.#parts.marks.write(
        drafts.map((d) => d.row),
        marksOf(drafts),
        () => this.#becomeDurable(drafts),
      ),
    );
    if (result === null) return false;
    if ("value" in result) {
      written.push(...drafts);
      return true;
    }
    const [only] = drafts;
    if (drafts.length === 1 && only !== undefined) {
      for (const { topic, tally, reading } of [only, ...(only.more ?? [])]) {
        tally.readings--;
        tally.deadLetters++;
        refused.push({
          topic,
          reason: "store-rejected",
          detail: result.refused.message.slice(0, 300),
          ...keepElement(reading.element),
        });
      }
      return true;
    }
    const half = drafts.length >> 1;
    return (
      (await this.#writeRows(drafts.slice(0, half), written, refused)) &&
      (await this.#writeRows(drafts.slice(half), written, refused))
    );
  }

  #becomeDurable(drafts: readonly Draft[]): void {
    const { seen, onDurable } = this.#parts;
    const due: DurableRow[] = [];
    for (const draft of drafts) {
      if (draft.ahead) seen.hold(draft.row);
      else {
        seen.put(draft.row);
        due.push(draft);
      }
    }
    onDurable(due);
  }
}
