import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Multiplier } from "../../../ingest/energy/decimal.ts";
import type { RegisterEvent, RegisterReading, RegisterSettlement } from "../../../ingest/energy/engine.ts";
import { createRegisterEngine } from "../../../ingest/energy/register-engine.ts";
import { type History, histories } from "./histories.ts";
import { calendar, eventsOf, run, sorted, textsOf, totalMicro } from "./kit.ts";

/** What holds for every history. Fast-check prints the seed and the smallest history that fails. */

const RUNS = { numRuns: Number(process.env["RUNS"] ?? 300) };
const MIXED = fc.oneof(histories(60), histories(60, { multiplierChange: true }), histories(12));

function split(history: readonly RegisterReading[], atMs: number) {
  return [history.filter((r) => r.timeMs < atMs), history.filter((r) => r.timeMs >= atMs)] as const;
}

describe("every history", () => {
  test("the generator makes what it promises", () => {
    const seen = new Set<string>();
    for (const history of fc.sample(MIXED, { numRuns: 600, seed: 7 })) {
      for (const event of eventsOf(run(history.declaration, history.readings))) seen.add(event.kind);
    }
    expect([...seen].sort()).toEqual([
      "conflict",
      "exchange",
      "exchange-refused",
      "one-tick-back",
      "rollover",
      "set-aside",
      "step",
      "suspect",
      "unknown-rollovers",
    ]);
  });

  test("E9: draining after any reading gives the same rows, states and events", () => {
    fc.assert(
      fc.property(MIXED, fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }), (history, drains) => {
        const { declaration, readings } = history;
        const once = run(declaration, readings);
        const often = run(declaration, readings, { drainAfter: (i) => drains[i] ?? true });
        expect(textsOf(often)).toEqual(textsOf(once));
      }),
      RUNS,
    );
  });

  test("E9: going on from the state of any day gives what one run gives", () => {
    fc.assert(
      fc.property(MIXED, (history) => {
        const { declaration, readings } = history;
        const whole = run(declaration, readings);
        for (const [dayMs, state] of whole.states) {
          const [before, after] = split(readings, dayMs);
          if (after.length === 0) continue;
          const resumed = run(declaration, after, { state, onto: run(declaration, before) });
          expect(textsOf(resumed)).toEqual(textsOf(whole));
        }
      }),
      RUNS,
    );
  });

  test("E9: other readings after a day's start leave nothing of what stood before", () => {
    fc.assert(
      fc.property(MIXED, fc.nat(), fc.infiniteStream(fc.boolean()), (history, pick, stream) => {
        const { declaration, readings } = history;
        const from = pick % readings.length;
        const sparse = readings.filter((_, i) => i < from || stream.next().value);
        const first = run(declaration, sparse);
        const whole = run(declaration, readings);
        for (const [dayMs, state] of first.states) {
          const [before, after] = split(readings, dayMs);
          if (after.length === 0 || before.some((r) => !sparse.includes(r))) continue;
          const resumed = run(declaration, after, { state, onto: first });
          const untilMs = (readings.at(-1)?.timeMs ?? 0) + 1;
          expect(textsOf(resumed, untilMs)).toEqual(textsOf(whole, untilMs));
        }
      }),
      RUNS,
    );
  });

  test("E9: a recompute may stop where a state equals the stored one and nothing before it can change", () => {
    let stops = 0;
    fc.assert(
      fc.property(histories(120), fc.nat(), (history, pick) => {
        const { declaration, readings } = history;
        const late = pick % readings.length;
        const first = run(
          declaration,
          readings.filter((_, i) => i !== late),
        );
        const whole = run(declaration, readings);
        const lateMs = readings[late]?.timeMs ?? 0;
        const beginMs = Math.max(...[...first.states.keys()].filter((day) => day <= lateMs));
        const engine = createRegisterEngine(declaration, calendar, first.states.get(beginMs) ?? null);
        const quarters = new Map(first.quarters);
        const days = new Map(first.days);
        const made: RegisterSettlement[] = [];
        let equalMs: number | null = null;
        for (const r of readings.filter((x) => x.timeMs >= beginMs)) {
          engine.push(r);
          const settlement = engine.drain();
          made.push(settlement);
          const equal = settlement.judgements.find(
            (j) => j.dayStartMs > lateMs && first.states.get(j.dayStartMs) === j.state,
          );
          equalMs ??= equal?.dayStartMs ?? null;
          if (equalMs !== null && (engine.revisableFromMs ?? 0) >= equalMs) {
            stops++;
            break;
          }
        }
        const stopped = equalMs !== null && (engine.revisableFromMs ?? 0) >= equalMs;
        const untilMs = stopped && equalMs !== null ? equalMs : Number.POSITIVE_INFINITY;
        for (const { intervals, days: list } of made) {
          for (const row of intervals) if (row.startMs < untilMs) quarters.set(row.startMs, row);
          for (const row of list) if (row.startMs < untilMs) days.set(row.startMs, row);
        }
        expect(sorted(quarters)).toEqual(sorted(whole.quarters));
        expect(sorted(days)).toEqual(sorted(whole.days));
      }),
      RUNS,
    );
    expect(stops).toBeGreaterThan(0);
  });

  test("days add up to their quarter-hours exactly", () => {
    fc.assert(
      fc.property(MIXED, ({ declaration, readings }) => {
        const folded = run(declaration, readings);
        for (const day of folded.days.values()) {
          const endMs = calendar.next(day.startMs, "1d");
          const inside = [...folded.quarters.values()].filter(
            (row) => row.startMs >= day.startMs && row.startMs < endMs,
          );
          expect(day.micro).toBe(inside.reduce((sum, row) => sum + row.micro, 0));
          expect(day.knownMs).toBe(inside.reduce((sum, row) => sum + row.knownMs, 0));
        }
      }),
      RUNS,
    );
  });

  test("every quarter-hour from the first reading to the last is said, and every day", () => {
    fc.assert(
      fc.property(MIXED, ({ declaration, readings }) => {
        const folded = run(declaration, readings);
        const fromMs = readings[0]?.timeMs ?? 0;
        const toMs = (readings.at(-1)?.timeMs ?? 0) + 1;
        expect(sorted(folded.quarters).map((row) => row.startMs)).toEqual(
          calendar.buckets(fromMs, toMs, "15m"),
        );
        expect(sorted(folded.days).map((row) => row.startMs)).toEqual(calendar.buckets(fromMs, toMs, "1d"));
        for (const row of folded.quarters.values()) {
          expect(row.micro).toBeGreaterThanOrEqual(0);
          expect(row.knownMs).toBeGreaterThanOrEqual(0);
          expect(row.knownMs).toBeLessThanOrEqual(900_000);
        }
      }),
      RUNS,
    );
  });

  test("E10: known energy is the registers' difference with rollovers, exchanges and steps", () => {
    fc.assert(
      fc.property(histories(60), (history) => {
        const folded = run(history.declaration, history.readings);
        expect(totalMicro(folded.quarters)).toBe(accounted(history, eventsOf(folded)));
      }),
      RUNS,
    );
  });
});

/** Σ known parts as E10 has it, from the trusted readings and the listed terms. */
function accounted({ declaration, readings }: History, events: readonly RegisterEvent[]): number {
  const aside = events.filter((e) => e.kind === "set-aside" || e.kind === "suspect");
  const trusted = readings.filter((r) => !aside.some((e) => r.timeMs >= e.timeMs && r.timeMs <= e.untilMs));
  expect(aside.reduce((n, e) => n + e.count, 0)).toBe(readings.length - trusted.length);
  const first = trusted[0];
  const last = trusted.at(-1);
  if (first === undefined || last === undefined) return 0;
  const multiplier = new Multiplier(declaration.multiplier[0]?.value ?? 1);
  const back = events.find((e) => e.kind === "one-tick-back" && e.untilMs === last.timeMs);
  const counted = /counted=(.*)/.exec(back?.detail ?? "")?.[1];
  const display = counted === undefined ? last.display : Number(counted);
  const terms = events.reduce((sum, e) => {
    if (e.kind === "rollover" || e.kind === "exchange") return sum + (e.micro ?? 0);
    return e.kind === "step" || e.kind === "unknown-rollovers" ? sum - (e.micro ?? 0) : sum;
  }, 0);
  return Number(multiplier.micro(display) - multiplier.micro(first.display)) + terms;
}
