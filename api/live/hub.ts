import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import { HOUR_MS } from "../../park/calendar.ts";
import type { Park } from "../../park/park.ts";
import type { FeedReader } from "../../store/feed.ts";
import type { CarbonAnswer } from "../answers/carbon.ts";
import type { LiveAnswer } from "../answers/live.ts";
import type { EnergyService } from "../energy/service.ts";
import { carbonNow } from "./carbon.ts";
import { pictureOf } from "./picture.ts";
import { spanOfToday, type Today, todayInMaking, todayOf } from "./today.ts";

/** Makes the live answer at most once a second for all who watch, and tells them. */

const TICK_MS = 1_000;
/** Today's sums change every quarter-hour, and when late readings come. */
const TODAY_MS = 15_000;
/** How long sums may stand while new ones cannot be made: a store that stays away is an error then. */
const LONGEST_KEPT_MS = 120_000;
/** So long an answer waits for sums that nobody has made yet: then it tells the powers, and that they are being made. */
const FIRST_WAIT_MS = 500;
/** What is asked for right after a start goes first: a month matched for carbon would stand in its way. */
const WARM_AFTER_MS = 5_000;

/** The carbon answer of the whole park over a span. */
export type CarbonOfPark = (fromMs: number, toMs: number, nowMs: number) => Promise<CarbonAnswer>;

interface Day {
  readonly today: Today;
  /** Null while it is being made for the first time: a month is matched for it, which takes longer than the sums. */
  readonly carbon: CarbonAnswer | null;
}

interface KeptDay {
  readonly day: Day;
  readonly madeMs: number;
}

export class LiveHub {
  readonly #park: Park;
  readonly #feed: FeedReader;
  readonly #energy: EnergyService;
  readonly #now: () => number;
  readonly #log: Logger;
  readonly #watchers = new Set<(answer: LiveAnswer, id: number) => void>();
  readonly #carbon: CarbonOfPark;
  #kept: KeptDay | null = null;
  #making: Promise<Day> | null = null;
  /** The last making failed: who asks then is told why. */
  #hasFailed = false;
  #touched = true;
  #lastTickMs = 0;
  #id = 0;
  #timer: NodeJS.Timeout | null = null;
  #warming: NodeJS.Timeout | null = null;
  #unsubscribe: (() => void) | null = null;

  constructor(deps: {
    readonly park: Park;
    readonly feed: FeedReader;
    readonly energy: EnergyService;
    readonly carbon: CarbonOfPark;
    readonly now: () => number;
    readonly log: Logger;
  }) {
    this.#park = deps.park;
    this.#feed = deps.feed;
    this.#energy = deps.energy;
    this.#carbon = deps.carbon;
    this.#now = deps.now;
    this.#log = deps.log;
  }

  start(): void {
    this.#unsubscribe = this.#feed.subscribe({
      values: () => {
        this.#touched = true;
      },
    });
    this.#timer = setInterval(() => void this.#tick(), TICK_MS);
    this.#timer.unref();
  }

  /** Makes today's sums and carbon if nobody asks for them soon; the stores are open. */
  warm(): void {
    this.#warming = setTimeout(() => {
      if (this.#kept === null) this.#makeDay(this.#now()).catch(() => undefined); // who asks next is told
    }, WARM_AFTER_MS);
    this.#warming.unref();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    if (this.#warming !== null) clearTimeout(this.#warming);
    this.#warming = null;
    this.#unsubscribe?.();
    this.#unsubscribe = null;
    this.#watchers.clear();
  }

  /** Calls back with each new answer until the returned function is called. */
  watch(watcher: (answer: LiveAnswer, id: number) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  get watching(): number {
    return this.#watchers.size;
  }

  /** The answer as of now; what was never made yet is null in it. @throws StoreError when today's sums cannot be read */
  async answer(): Promise<{ answer: LiveAnswer; id: number }> {
    const nowMs = this.#now();
    const day = await this.#dayAt(nowMs);
    return { answer: this.#compose(nowMs, day), id: ++this.#id };
  }

  #compose(nowMs: number, day: Day | null): LiveAnswer {
    const picture = pictureOf(this.#park, this.#feed.latest(), nowMs);
    const { today = null, carbon = null } = day ?? {};
    const hours = today === null ? 0 : (today.toMs - today.fromMs) / HOUR_MS;
    return {
      ...picture,
      simulated: picture.simulated || (today?.balance.simulated ?? false),
      enterprises: picture.enterprises.map((e) => {
        const energy = today?.byEnterprise.get(e.id);
        return { ...e, todayKwh: energy?.energyKwh ?? null, todayComplete: energy?.complete ?? false };
      }),
      today: today?.answer ?? todayInMaking(this.#park, spanOfToday(this.#park, nowMs)),
      dataQuality: today?.dataQuality ?? null,
      carbon: carbon === null ? null : carbonNow(picture.sources.gridImportKw, carbon, hours),
    };
  }

  async #dayAt(nowMs: number): Promise<Day | null> {
    const kept = this.#keptAt(nowMs);
    if (kept !== null && kept.day.carbon !== null && nowMs - kept.madeMs < TODAY_MS) return kept.day;
    const making = this.#makeDay(nowMs);
    if (this.#hasFailed && kept === null) return await making;
    // Powers must not wait for sums: those of a while ago say until when they are, and new ones are being made.
    if (kept === null) await Promise.race([making, delay(FIRST_WAIT_MS, null, { ref: false })]);
    return this.#keptAt(nowMs)?.day ?? null;
  }

  /** What may still be told. */
  #keptAt(nowMs: number): KeptDay | null {
    const kept = this.#kept;
    if (kept === null) return null;
    const ageMs = nowMs - kept.madeMs;
    return ageMs >= 0 && ageMs < LONGEST_KEPT_MS ? kept : null;
  }

  /** One making at a time. */
  #makeDay(nowMs: number): Promise<Day> {
    if (this.#making !== null) return this.#making;
    const making = this.#readDay(nowMs).finally(() => {
      this.#making = null;
    });
    making.then(
      (day) => {
        this.#keep({ day, madeMs: nowMs });
        this.#hasFailed = false;
      },
      (error: unknown) => {
        this.#hasFailed = true;
        // A part of a day is told while the rest is being made, and no longer.
        if (this.#kept?.day.carbon === null) this.#kept = null;
        this.#log.warn({ err: error }, "today's sums could not be made");
      },
    );
    this.#making = making;
    return making;
  }

  async #readDay(nowMs: number): Promise<Day> {
    const today = await todayOf(this.#park, this.#energy, spanOfToday(this.#park, nowMs));
    if (this.#keptAt(nowMs) === null) this.#keep({ day: { today, carbon: null }, madeMs: nowMs });
    return { today, carbon: await this.#carbon(today.fromMs, today.toMs, nowMs) };
  }

  #keep(kept: KeptDay): void {
    this.#kept = kept;
    // Those who watch are told with the next tick.
    this.#touched = true;
  }

  async #tick(): Promise<void> {
    if (this.#watchers.size === 0) return;
    const nowMs = this.#now();
    // Ages move on even when no value comes: tell them every few seconds.
    if (!this.#touched && nowMs - this.#lastTickMs < 5 * TICK_MS) return;
    this.#touched = false;
    this.#lastTickMs = nowMs;
    try {
      const { answer, id } = await this.answer();
      for (const watcher of this.#watchers) watcher(answer, id);
    } catch (error) {
      this.#log.warn({ err: error }, "the live picture could not be made");
    }
  }
}
