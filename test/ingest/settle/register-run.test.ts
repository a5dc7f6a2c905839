import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RegisterReading } from "../../../ingest/energy/engine.ts";
import { createRegisterEngine } from "../../../ingest/energy/register-engine.ts";
import { unwrapState } from "../../../ingest/settle/judgement-state.ts";
import { RegisterRun } from "../../../ingest/settle/register-run.ts";
import type { SettlementDraft } from "../../../ingest/settle/revised-events.ts";
import { histories } from "../energy/histories.ts";
import { calendar, type Folded, run, sorted } from "../energy/kit.ts";

/** Folds what a run hands over as a store would keep it: revised events need a day that stands there. */
class Kept {
  readonly quarters = new Map<number, Folded["quarters"] extends ReadonlyMap<number, infer R> ? R : never>();
  readonly days: typeof this.quarters = new Map();
  readonly states = new Map<number, string>();
  readonly events = new Map<number, string>();
  rows = 0;

  take(draft: SettlementDraft | null): void {
    if (draft === null) return;
    this.rows += draft.intervals.length;
    for (const row of draft.intervals) this.quarters.set(row.startMs, row);
    for (const row of draft.days) this.days.set(row.startMs, row);
    for (const { dayStartMs, state, events } of draft.judgements) {
      this.states.set(dayStartMs, unwrapState(state)?.engine ?? "");
      this.events.set(dayStartMs, events);
    }
    for (const { dayStartMs, events } of draft.revisedEvents) {
      expect(this.states.has(dayStartMs)).toBe(true);
      this.events.set(dayStartMs, events);
    }
  }
}

function known(folded: Pick<Folded, "quarters" | "days" | "states" | "events">) {
  return {
    quarters: sorted(folded.quarters).filter((row) => row.knownMs > 0),
    days: sorted(folded.days).filter((row) => row.knownMs > 0),
    states: [...folded.states].sort(([a], [b]) => a - b),
    events: [...folded.events].sort(([a], [b]) => a - b),
  };
}

const MIXED = fc.oneof(histories(60), histories(120), histories(60, { multiplierChange: true }));
const RUNS = { numRuns: Number(process.env["RUNS"] ?? 300) };

/** Each reading put off by some places, settled now and then: how late readings come in. */
function arrivals(
  readings: readonly RegisterReading[],
  delays: readonly number[],
): { readonly reading: RegisterReading; readonly settle: boolean }[] {
  return readings
    .map((reading, i) => ({ reading, place: i + (delays[i % delays.length] ?? 0), settle: i % 3 === 0 }))
    .sort((a, b) => a.place - b.place);
}

const delays = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 9 }).map((n) => n + 0.5) },
    { weight: 1, arbitrary: fc.integer({ min: 10, max: 60 }).map((n) => n + 0.5) },
  ),
  { minLength: 11, maxLength: 60 },
);

describe("a register that is settled as its readings come", () => {
  it("E9: late readings, judged anew from the standing before them, give what the whole history in order gives", () => {
    let late = 0;
    fc.assert(
      fc.property(MIXED, delays, fc.integer({ min: 1, max: 9 }), (history, put, standingEvery) => {
        const { declaration, readings } = history;
        const live = new RegisterRun({
          meter: "m",
          declaration,
          calendar,
          createEngine: createRegisterEngine,
          maxTail: 100_000,
          standingEvery,
          clock: () => 0,
        });
        live.startEmpty();
        const kept = new Kept();
        let newestMs = Number.NEGATIVE_INFINITY;
        let asksStore = false;
        for (const { reading, settle } of arrivals(readings, put)) {
          if (reading.timeMs < newestMs) late++;
          newestMs = Math.max(newestMs, reading.timeMs);
          live.add(reading);
          asksStore ||= live.late !== null;
          if (settle) kept.take(live.settle());
        }
        while (live.hasWork) kept.take(live.settle());
        // Readings of before the tail are the store's affair.
        fc.pre(!asksStore);
        expect(known(kept)).toEqual(known(run(declaration, readings)));
      }),
      RUNS,
    );
    expect(late).toBeGreaterThan(1_000);
  });

  it("keeps a bounded number of readings and still judges the late ones among them from memory", () => {
    const readings = Array.from({ length: 2_000 }, (_, i): RegisterReading => {
      return {
        timeMs: Date.UTC(2026, 2, 2) + i * 60_000,
        display: i / 100,
        conflict: false,
        simulated: false,
      };
    });
    const declaration = fc.sample(histories(4), { numRuns: 1, seed: 1 })[0]?.declaration;
    if (declaration === undefined) throw new Error("no history");
    const plain = { ...declaration, exchanges: [] };
    const live = new RegisterRun({
      meter: "m",
      declaration: plain,
      calendar,
      createEngine: createRegisterEngine,
      maxTail: 500,
      standingEvery: 20,
      clock: () => 0,
    });
    live.startEmpty();
    const kept = new Kept();
    readings.forEach((reading, i) => {
      const isLate = i % 50 === 0;
      if (!isLate) live.add(reading);
      const before = readings[i - 100];
      if (before !== undefined && (i - 100) % 50 === 0) live.add(before);
      if (i % 10 === 9) kept.take(live.settle());
    });
    expect(live.late).toBeNull();
    expect(live.tailStartMs).toBeGreaterThan(readings[1_400]?.timeMs ?? 0);
    while (live.hasWork) kept.take(live.settle());
    const taken = readings.filter((_, i) => i % 50 !== 0 || i + 100 < readings.length);
    expect(known(kept)).toEqual(known(run(plain, taken)));
  });
});
