import type { Logger } from "pino";
import { HOUR_MS } from "../../park/calendar.ts";
import type { Park } from "../../park/park.ts";
import type { FeedReader } from "../../store/feed.ts";
import type { CarbonAnswer } from "../answers/carbon.ts";
import type { LiveAnswer } from "../answers/live.ts";
import type { EnergyService } from "../energy/service.ts";
import { carbonNow } from "./carbon.ts";
import { pictureOf } from "./picture.ts";
import { type Today, todayOf } from "./today.ts";

/** Makes the live answer at most once a second for all who watch, and tells them. */

const TICK_MS = 1_000;
/** Today's sums change every quarter-hour, and when late readings come. */
const TODAY_MS = 15_000;
/** How long sums may stand while new ones cannot be made: a store that stays away is an error then. */
const LONGEST_KEPT_MS = 120_000;

/** The carbon answer of the whole park over a span. */
export type CarbonOfPark = (fromMs: number, toMs: number, nowMs: number) => Promise<CarbonAnswer>;

interface Day {
  readonly today: Today;
  readonly carbon: CarbonAnswer;
}

export class LiveHub {
  readonly #park: Park;
  readonly #feed: FeedReader;
  readonly #energy: EnergyService;
  readonly #now: () => number;
  readonly #log: Logger;
  readonly #watchers = new Set<(answer: LiveAnswer, id: number) => void>();
  readonly #carbon: CarbonOfPark;
  #today: { value: Day; madeMs: number } | null = null;
  #making: Promise<Day> | null = null;
  #touched = true;
  #lastTickMs = 0;
  #id = 0;
  #timer: NodeJS.Timeout | null = null;
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

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
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

  /** The answer as of now. @throws StoreError when today's sums cannot be read */
  async answer(): Promise<{ answer: LiveAnswer; id: number }> {
    const nowMs = this.#now();
    const day = await this.#dayAt(nowMs);
    return { answer: this.#compose(nowMs, day), id: ++this.#id };
  }

  #compose(nowMs: number, { today, carbon }: Day): LiveAnswer {
    const picture = pictureOf(this.#park, this.#feed.latest(), nowMs);
    return {
      ...picture,
      simulated: picture.simulated || (today.balance?.simulated ?? false),
      enterprises: picture.enterprises.map((e) => {
        const energy = today.byEnterprise.get(e.id);
        return { ...e, todayKwh: energy?.energyKwh ?? null, todayComplete: energy?.complete ?? false };
      }),
      today: today.answer,
      dataQuality: today.dataQuality,
      carbon: carbonNow(picture.sources.gridImportKw, carbon, (today.toMs - today.fromMs) / HOUR_MS),
    };
  }

  async #dayAt(nowMs: number): Promise<Day> {
    const kept = this.#today;
    const ageMs = kept === null ? Number.POSITIVE_INFINITY : nowMs - kept.madeMs;
    if (kept !== null && ageMs >= 0 && ageMs < TODAY_MS) return kept.value;
    const making = this.#makeDay(nowMs);
    // Powers must not wait for sums: those of a while ago say until when they are, and new ones are being made.
    if (kept === null || ageMs < 0 || ageMs >= LONGEST_KEPT_MS) return await making;
    making.catch((error: unknown) => this.#log.warn({ err: error }, "today's sums could not be made"));
    return kept.value;
  }

  /** One making at a time. */
  #makeDay(nowMs: number): Promise<Day> {
    this.#making ??= this.#readDay(nowMs)
      .then((value) => {
        this.#today = { value, madeMs: nowMs };
        return value;
      })
      .finally(() => {
        this.#making = null;
      });
    return this.#making;
  }

  async #readDay(nowMs: number): Promise<Day> {
    const today = await todayOf(this.#park, this.#energy, nowMs);
    return { today, carbon: await this.#carbon(today.fromMs, today.toMs, nowMs) };
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
