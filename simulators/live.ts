import type { Park } from "../park/park.ts";
import { compositionOf } from "../park/topology.ts";
import { type FaultOptions, FaultyMeter } from "./faults.ts";
import { type Credentials, type Log, Publisher, SILENT, type Sink } from "./publisher.ts";
import { Instruments, payloadOf, topicOf } from "./readings.ts";
import { sendSpan } from "./run.ts";

/** The park as it lives: every meter at its own interval, now; and behind that, at a bounded rate, the days before. */

interface LiveOptions {
  readonly park: Park;
  readonly mqttUrl: string;
  readonly credentials?: Credentials | undefined;
  readonly seed: number;
  /** Days of quarter-hours sent behind the live values; 0: none. */
  readonly historyDays: number;
  readonly logger?: Log;
  readonly clock?: { now(): number };
  /** Per meter, the instant up to which its readings are stored already: only newer ones are sent. */
  readonly knownUntilMs?: ReadonlyMap<string, number>;
  /** Bound on the history's rate. */
  readonly historyReadingsPerSecond?: number;
  /** What goes wrong with the live values, where asked for; the history stays whole. */
  readonly faults?: FaultOptions;
  /** Instead of a connection of its own; started and stopped by the caller. */
  readonly sink?: Sink;
}

/** A meter that has fallen further behind (a broker away for days) leaves the rest as a gap. */
const LONGEST_CATCH_UP_MS = 86_400_000;

export class LiveSimulator {
  readonly #options: LiveOptions;
  readonly #log: Log;
  readonly #now: () => number;
  readonly #instruments: Instruments;
  readonly #publisher: Publisher | null;
  readonly #sink: Sink;
  readonly #faulty = new Map<string, FaultyMeter>();
  #abort = new AbortController();
  #running: Promise<void>[] = [];
  #timer: NodeJS.Timeout | undefined;
  #wake: (() => void) | null = null;

  constructor(options: LiveOptions) {
    this.#options = options;
    this.#log = options.logger ?? SILENT;
    const { clock } = options;
    this.#now = clock === undefined ? Date.now : () => clock.now();
    this.#instruments = new Instruments(options.park, options.seed);
    const { mqttUrl, credentials } = options;
    this.#publisher =
      options.sink === undefined ? new Publisher({ mqttUrl, credentials, logger: this.#log }) : null;
    this.#sink = options.sink ??
      this.#publisher ?? { publish: async () => undefined, flush: async () => undefined };
  }

  /** Begins: a reading of every meter at once, then each at its interval, and the history behind. Waits for no broker. */
  async start(): Promise<void> {
    if (this.#running.length > 0) return;
    this.#abort = new AbortController();
    this.#publisher?.start();
    const nowMs = Math.floor(this.#now() / 1000) * 1000;
    await this.#instruments.model.prepare(nowMs);
    if (this.#stopped) return;
    // The live values first: the history begins once a reading of every meter is out.
    const first = this.#first(nowMs);
    this.#running = [first.then((next) => this.#live(next)), first.then(() => this.#history(nowMs))];
  }

  /** Ends; resolves when the last message in hand is acknowledged or a moment has passed. */
  async stop(): Promise<void> {
    this.#abort.abort();
    clearTimeout(this.#timer);
    this.#wake?.();
    await this.#publisher?.stop();
    await Promise.all(this.#running);
    this.#running = [];
  }

  get #stopped(): boolean {
    return this.#abort.signal.aborted;
  }

  async #first(nowMs: number): Promise<Map<string, number>> {
    const next = new Map<string, number>();
    for (const id of this.#instruments.ids) {
      if (this.#stopped) break;
      next.set(id, this.#instruments.nextReport(id, nowMs));
      await this.#send(id, nowMs);
    }
    return next;
  }

  async #live(next: Map<string, number>): Promise<void> {
    while (!this.#stopped) {
      const nowMs = this.#now();
      let soonestMs = nowMs + 60_000;
      for (const [id, dueMs] of next) {
        let due = Math.max(dueMs, this.#instruments.nextReport(id, nowMs - LONGEST_CATCH_UP_MS));
        while (due <= nowMs && !this.#stopped) {
          await this.#send(id, due);
          due = this.#instruments.nextReport(id, due);
        }
        next.set(id, due);
        soonestMs = Math.min(soonestMs, due);
      }
      if (this.#stopped) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        this.#timer = setTimeout(resolve, Math.max(5, soonestMs - this.#now()));
      });
    }
  }

  async #history(untilMs: number): Promise<void> {
    const { historyDays, park, knownUntilMs } = this.#options;
    if (historyDays <= 0 || this.#stopped) return;
    const { calendar } = park;
    let fromMs = calendar.floor(untilMs, "1d");
    for (let day = 0; day < historyDays; day++) fromMs = calendar.floor(fromMs - 1, "1d");
    try {
      let readings = 0;
      for (const meters of this.#waves(untilMs)) {
        const sent = await sendSpan(this.#sink, this.#instruments, {
          park,
          fromMs,
          toMs: untilMs,
          speed: "max",
          meters,
          signal: this.#abort.signal,
          readingsPerSecond: this.#options.historyReadingsPerSecond ?? 4000,
          ...(knownUntilMs === undefined ? {} : { knownUntilMs }),
        });
        readings += sent.readings;
      }
      if (!this.#stopped) this.#log.info({ readings, from: calendar.iso(fromMs) }, "simulated history sent");
    } catch (error) {
      if (!this.#stopped) this.#log.warn({ reason: reasonOf(error) }, "simulated history stopped short");
    }
  }

  /** The meters that make the park's picture first, then those below them: a new page is whole in seconds. */
  #waves(timeMs: number): string[][] {
    const { grid, pv, storage, use } = compositionOf(this.#options.park, { kind: "park" }, timeMs);
    const top = new Set([...grid, ...pv, ...storage, ...use].map((m) => m.id));
    const { ids } = this.#instruments;
    return [ids.filter((id) => top.has(id)), ids.filter((id) => !top.has(id))];
  }

  #faultyMeter(id: string, fromMs: number): FaultyMeter | null {
    const { faults, park } = this.#options;
    const meter = park.meterById.get(id);
    if (faults === undefined || meter === undefined) return null;
    const made = this.#faulty.get(id) ?? new FaultyMeter(faults, meter, fromMs, fromMs + 3_600_000);
    this.#faulty.set(id, made);
    return made;
  }

  async #send(id: string, timeMs: number): Promise<void> {
    const { park } = this.#options;
    const faulty = this.#faultyMeter(id, timeMs);
    const read = this.#instruments.read(id, timeMs + (faulty?.drift() ?? 0));
    const out = faulty?.take([read], (channel, t) => this.#instruments.read(id, t).values[channel] ?? 0) ?? [
      read,
    ];
    if (out.length === 0) return;
    try {
      await this.#sink.publish(topicOf(park.id, id), payloadOf(out, park.calendar, true));
    } catch (error) {
      if (!this.#stopped)
        this.#log.warn({ meter: id, reason: reasonOf(error) }, "simulated reading not sent");
    }
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
