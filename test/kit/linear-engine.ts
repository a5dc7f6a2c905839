import type {
  CreateRegisterEngine,
  RegisterEngine,
  RegisterReading,
  RegisterSettlement,
} from "../../ingest/energy/engine.ts";
import type { Calendar } from "../../park/calendar.ts";
import { QUARTER_MS } from "../../park/calendar.ts";
import type { EnergyRow, Judgement } from "../../store/telemetry.ts";

/**
 * A register engine that trusts every reading and is linear between them: the smallest thing that keeps the engine's
 * contract, so that what goes wrong around it is seen apart from the rules.
 */
export const createLinearEngine: CreateRegisterEngine = (_declaration, calendar, state) =>
  new LinearEngine(calendar, state);

type Row = { startMs: number; micro: number; knownMs: number; flags: number };

class LinearEngine implements RegisterEngine {
  readonly #calendar: Calendar;
  #last: { timeMs: number; micro: number } | null = null;
  #rate: number | null = null;
  #intervals = new Map<number, Row>();
  #days = new Map<number, Row>();
  #judgements: Judgement[] = [];
  #touched = new Set<Row>();

  constructor(calendar: Calendar, state: string | null) {
    this.#calendar = calendar;
    if (state === null) return;
    const kept = JSON.parse(state);
    this.#last = kept.last;
    for (const row of kept.intervals) this.#intervals.set(row.startMs, row);
    for (const row of kept.days) this.#days.set(row.startMs, row);
  }

  get lastTimeMs(): number | null {
    return this.#last?.timeMs ?? null;
  }

  get meanRatePerHour(): number | null {
    return this.#rate;
  }

  get revisableFromMs(): number | null {
    return this.lastTimeMs;
  }

  get state(): string {
    return this.#state();
  }

  push({ timeMs, display }: RegisterReading): void {
    const last = this.#last;
    if (last !== null && timeMs <= last.timeMs) throw new Error(`${timeMs} is not after ${last.timeMs}`);
    const micro = Math.floor(display * 1_000_000 + 0.5);
    const from = last?.timeMs ?? timeMs;
    const register = (t: number) =>
      last === null || timeMs === last.timeMs
        ? micro
        : Math.floor(last.micro + ((micro - last.micro) * (t - last.timeMs)) / (timeMs - last.timeMs) + 0.5);
    // Day starts passed: their state is what was known before this reading.
    if (last !== null) {
      let day = this.#calendar.next(this.#calendar.floor(last.timeMs, "1d"), "1d");
      for (; day <= timeMs; day = this.#calendar.next(day, "1d")) {
        this.#judgements.push({ dayStartMs: day, state: this.#state(), events: "[]" });
      }
    }
    const add = (rows: Map<number, Row>, startMs: number, endMs: number) => {
      const a = Math.max(startMs, from);
      const b = Math.min(endMs, timeMs);
      let row = rows.get(startMs);
      if (row === undefined) {
        row = { startMs, micro: 0, knownMs: 0, flags: 0 };
        rows.set(startMs, row);
      }
      row.micro += register(b) - register(a);
      row.knownMs += b - a;
      this.#touched.add(row);
    };
    if (last !== null) {
      for (let t = Math.floor(from / QUARTER_MS) * QUARTER_MS; t < timeMs; t += QUARTER_MS)
        add(this.#intervals, t, t + QUARTER_MS);
      for (let t = this.#calendar.floor(from, "1d"); t < timeMs; ) {
        const next = this.#calendar.next(t, "1d");
        add(this.#days, t, next);
        t = next;
      }
      this.#rate = ((micro - last.micro) / 1_000_000 / (timeMs - last.timeMs)) * 3_600_000;
    }
    this.#last = { timeMs, micro };
  }

  drain(): RegisterSettlement {
    const pick = (rows: Map<number, Row>): EnergyRow[] =>
      [...rows.values()].filter((r) => this.#touched.has(r)).map((r) => ({ ...r }));
    const settlement = {
      intervals: pick(this.#intervals),
      days: pick(this.#days),
      judgements: this.#judgements,
      revisedEvents: [],
    };
    this.#touched = new Set();
    this.#judgements = [];
    // Only the rows still open can change.
    const open = this.#last?.timeMs ?? Number.NEGATIVE_INFINITY;
    for (const start of this.#intervals.keys()) if (start + QUARTER_MS <= open) this.#intervals.delete(start);
    for (const start of this.#days.keys())
      if (this.#calendar.next(start, "1d") <= open) this.#days.delete(start);
    return settlement;
  }

  #state(): string {
    const lastMs = this.#last?.timeMs ?? 0;
    return JSON.stringify({
      last: this.#last,
      intervals: [...this.#intervals.values()].filter((r) => r.startMs + QUARTER_MS > lastMs),
      days: [...this.#days.values()].filter((r) => this.#calendar.next(r.startMs, "1d") > lastMs),
    });
  }
}
