import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Multiplier } from "../../../ingest/energy/decimal.ts";
import type { RegisterReading } from "../../../ingest/energy/engine.ts";
import { createRegisterEngine } from "../../../ingest/energy/register-engine.ts";
import type { Decided } from "../../../park/park.ts";
import { type History, histories } from "./histories.ts";
import {
  calendar,
  DAY,
  declare,
  eventsOf,
  type Folded,
  HOUR,
  KWH,
  QUARTER,
  readings,
  run,
  sorted,
  T0,
  textsOf,
  totalMicro,
} from "./kit.ts";

/** What people decide about a register's readings (E7, E8), and what must hold whatever they decide. */

const RUNS = { numRuns: Number(process.env["RUNS"] ?? 300) };
const NOTHING: Decided = { acceptedSteps: [], rejected: [], restored: [], handRead: [] };

function decided(over: Partial<Decided>): Decided {
  return { ...NOTHING, ...over };
}

/** 100 kWh an hour by quarter-hours; `shift` moves the displays from a reading on. */
function steady(count: number, change: (display: number, index: number) => number = (display) => display) {
  return readings(
    Array.from({ length: count }, (_, i): [number, number] => [T0 + i * QUARTER, change(1000 + 25 * i, i)]),
  );
}

const kinds = (folded: Folded) => eventsOf(folded).map((e) => e.kind);

describe("a step that was accepted", () => {
  const stepped = steady(24, (display, i) => (i >= 12 ? display + 5000 : display));
  const atMs = T0 + 12 * QUARTER;

  test("E7: its energy is the gap's, and is listed as accepted", () => {
    const before = run(declare(), stepped);
    expect(kinds(before)).toEqual(["step"]);
    expect(totalMicro(before.quarters)).toBe(22 * 25 * KWH);
    const after = run(declare({ decided: decided({ acceptedSteps: [atMs] }) }), stepped);
    expect(eventsOf(after)).toMatchObject([
      { kind: "step-accepted", timeMs: atMs - QUARTER, untilMs: atMs, micro: 5025 * KWH },
    ]);
    expect(totalMicro(after.quarters)).toBe((23 * 25 + 5000) * KWH);
    expect(after.quarters.get(atMs - QUARTER)?.micro).toBe(5025 * KWH);
  });

  test("E7: nothing else of judging changes, and a decision about no step at all changes nothing", () => {
    const before = run(declare(), stepped);
    const after = run(declare({ decided: decided({ acceptedSteps: [atMs] }) }), stepped);
    const others = (folded: Folded) => sorted(folded.quarters).filter((r) => r.startMs !== atMs - QUARTER);
    expect(others(after)).toEqual(others(before));
    const beside = run(declare({ decided: decided({ acceptedSteps: [atMs - QUARTER] }) }), stepped);
    expect(beside).toEqual(before);
  });

  test("E7: a step down is not accepted by this", () => {
    const down = steady(24, (display, i) => (i >= 12 ? display - 900 : display));
    const folded = run(declare({ decided: decided({ acceptedSteps: [atMs] }) }), down);
    expect(folded).toEqual(run(declare(), down));
    expect(kinds(folded)).toEqual(["step"]);
  });

  test("rule 5: an accepted step is not withdrawn by a later return", () => {
    const back = steady(24, (display, i) => (i >= 12 && i < 16 ? display + 5000 : display));
    expect(kinds(run(declare(), back))).toEqual(["set-aside"]);
    const folded = run(declare({ decided: decided({ acceptedSteps: [atMs] }) }), back);
    expect(kinds(folded)).toEqual(["step-accepted", "step"]);
  });
});

describe("a reading that was rejected", () => {
  test("E8: it counts nowhere and is listed; the gap it leaves keeps its total", () => {
    const atMs = T0 + 5 * QUARTER;
    const history = steady(24, (display, i) => (i === 5 ? display + 20 : display));
    const folded = run(declare({ decided: decided({ rejected: [atMs] }) }), history);
    expect(eventsOf(folded)).toMatchObject([{ kind: "set-aside", timeMs: atMs, untilMs: atMs, count: 1 }]);
    const without = run(
      declare(),
      history.filter((r) => r.timeMs !== atMs),
    );
    expect(sorted(folded.quarters)).toEqual(sorted(without.quarters));
    expect(folded.quarters.get(atMs)?.micro).toBe(25 * KWH);
  });

  test("E8, E4: the last of all leaves what follows the one before missing", () => {
    const history = steady(9);
    const folded = run(declare({ decided: decided({ rejected: [T0 + 8 * QUARTER] }) }), history);
    expect(folded.quarters.get(T0 + 7 * QUARTER)?.knownMs).toBe(0);
    expect(folded.quarters.get(T0 + 8 * QUARTER)?.knownMs).toBe(0);
  });

  test("E8: the first of all, or all of them", () => {
    const history = steady(9);
    const first = run(declare({ decided: decided({ rejected: [T0] }) }), history);
    expect(sorted(first.quarters)[0]?.startMs).toBe(T0 + QUARTER);
    const none = run(declare({ decided: decided({ rejected: history.map((r) => r.timeMs) }) }), history);
    expect(none.quarters.size).toBe(0);
    expect(kinds(none)).toHaveLength(9);
  });

  test("E8: without a false reading that was trusted, those set aside because of it count", () => {
    // The display was read 350 kWh too high once, plausibly so after a pause of four hours; what is right lies below it.
    const history = readings([
      [T0, 1000],
      [T0 + 4 * HOUR, 1400],
      [T0 + 4 * HOUR + QUARTER, 1075],
      [T0 + 4 * HOUR + 2 * QUARTER, 1100],
    ]);
    const folded = run(declare({ decided: decided({ rejected: [T0 + 4 * HOUR] }) }), history);
    expect(kinds(folded)).toEqual(["set-aside"]);
    expect(totalMicro(folded.quarters)).toBe(100 * KWH);
  });
});

describe("a reading that was brought back", () => {
  const atMs = T0 + 12 * QUARTER;

  test("E8: it counts although it is implausible, and counting goes on from it", () => {
    // Real: 3,000 kWh in one quarter-hour, then the gateway repeated an old display once and went on.
    const history = steady(24, (display, i) => (i === 12 ? display + 3000 : display));
    expect(kinds(run(declare(), history))).toEqual(["set-aside"]);
    const folded = run(declare({ decided: decided({ restored: [atMs] }) }), history);
    expect(folded.quarters.get(atMs - QUARTER)?.micro).toBe(3025 * KWH);
    // What follows lies below it: a step down, counted nowhere.
    expect(kinds(folded)).toEqual(["step"]);
    expect(totalMicro(folded.quarters)).toBe((3025 + 22 * 25 - 25) * KWH);
  });

  test("E8: of a span that was set aside, those brought back count", () => {
    const history = steady(24, (display, i) => (i >= 12 && i < 14 ? display + 3000 : display));
    const folded = run(
      declare({ decided: decided({ restored: [atMs, atMs + QUARTER] }) }),
      history.filter((r) => r.timeMs < atMs + 2 * QUARTER),
    );
    expect(kinds(folded)).toEqual([]);
    expect(totalMicro(folded.quarters)).toBe((13 * 25 + 3000) * KWH);
  });

  test("E8, rule 6: the first of all stays", () => {
    const history = steady(6, (display, i) => (i === 0 ? 90_000 : display));
    expect(kinds(run(declare(), history))).toEqual(["set-aside"]);
    const folded = run(declare({ decided: decided({ restored: [T0] }) }), history);
    expect(kinds(folded)).toEqual(["step"]);
  });
});

describe("a reading by hand", () => {
  test("is listed as such and judged as any other", () => {
    const history = readings([
      [T0, 1000],
      [T0 + DAY, 1200],
    ]).map((r) => ({ ...r, handRead: true }));
    const folded = run(declare(), history);
    expect(eventsOf(folded)).toMatchObject([
      { kind: "hand-read", timeMs: T0, detail: "display=1000" },
      { kind: "hand-read", timeMs: T0 + DAY, detail: "display=1200" },
    ]);
    expect(totalMicro(folded.quarters)).toBe(200 * KWH);
  });
});

/** Histories with decisions of every kind, about the readings and steps that they have. */
const DECIDED = fc
  .record({
    history: fc.oneof(histories(60), histories(60, { multiplierChange: true }), histories(12)),
    fates: fc.array(fc.integer({ min: 0, max: 19 }), { minLength: 60, maxLength: 60 }),
    hand: fc.array(
      fc.integer({ min: 0, max: 19 }).map((n) => n === 0),
      { minLength: 60, maxLength: 60 },
    ),
  })
  .map(({ history, fates, hand }): History => {
    const at = (fate: (n: number) => boolean) =>
      history.readings.filter((_, i) => fate(fates[i] ?? 19)).map((r) => r.timeMs);
    const steps = eventsOf(run(history.declaration, history.readings)).filter((e) => e.kind === "step");
    const acceptedSteps = steps.map((e) => e.untilMs).concat(at((n) => n === 4));
    return {
      declaration: {
        ...history.declaration,
        decided: decided({
          rejected: at((n) => n < 2),
          restored: at((n) => n === 2 || n === 3),
          acceptedSteps,
        }),
      },
      readings: history.readings.map((r, i) => (hand[i] ? { ...r, handRead: true } : r)),
    };
  });

describe("every history with decisions", () => {
  test("the generator makes what it promises", () => {
    const seen = new Set<string>();
    for (const history of fc.sample(DECIDED, { numRuns: 400, seed: 7 })) {
      for (const event of eventsOf(run(history.declaration, history.readings))) seen.add(event.kind);
    }
    expect([...seen]).toEqual(expect.arrayContaining(["step", "step-accepted", "set-aside", "hand-read"]));
  });

  test("E9: draining after any reading gives the same rows, states and events", () => {
    fc.assert(
      fc.property(DECIDED, fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }), (history, drains) => {
        const { declaration, readings: list } = history;
        const often = run(declaration, list, { drainAfter: (i) => drains[i] ?? true });
        expect(textsOf(often)).toEqual(textsOf(run(declaration, list)));
      }),
      RUNS,
    );
  });

  test("E9: going on from the state of any day gives what one run gives", () => {
    fc.assert(
      fc.property(DECIDED, ({ declaration, readings: list }) => {
        const whole = run(declaration, list);
        for (const [dayMs, state] of whole.states) {
          const after = list.filter((r) => r.timeMs >= dayMs);
          if (after.length === 0) continue;
          const before = run(
            declaration,
            list.filter((r) => r.timeMs < dayMs),
          );
          expect(textsOf(run(declaration, after, { state, onto: before }))).toEqual(textsOf(whole));
        }
      }),
      RUNS,
    );
  });

  test("E9: the state told after the last reading is the one of the day that begins next", () => {
    fc.assert(
      fc.property(DECIDED, ({ declaration, readings: list }) => {
        const whole = run(declaration, list);
        for (const [dayMs, state] of whole.states) {
          const engine = createRegisterEngine(declaration, calendar, null);
          for (const r of list) if (r.timeMs < dayMs) engine.push(r);
          expect(engine.state).toBe(state);
        }
      }),
      RUNS,
    );
  });

  test("E9: decisions about readings from a day on leave that day's state as it was", () => {
    fc.assert(
      fc.property(DECIDED, fc.nat(), ({ declaration, readings: list }, pick) => {
        const fromMs = list[pick % list.length]?.timeMs ?? T0;
        const since = (all: readonly number[] = []) => all.filter((t) => t >= fromMs);
        const { decided: all, ...plain } = declaration;
        const later = decided({
          rejected: since(all?.rejected),
          restored: since(all?.restored),
          acceptedSteps: since(all?.acceptedSteps),
        });
        const before = run(plain, list);
        const after = run({ ...plain, decided: later }, list);
        for (const [dayMs, state] of before.states) {
          if (dayMs <= fromMs) expect(after.states.get(dayMs)).toBe(state);
        }
      }),
      RUNS,
    );
  });

  test("E10: known energy is the registers' difference with rollovers, exchanges and steps not accepted", () => {
    fc.assert(
      fc.property(DECIDED, ({ declaration, readings: all }) => {
        if (declaration.multiplier.length > 1) return;
        const folded = run(declaration, all);
        const events = eventsOf(folded);
        const rejected = new Set(declaration.decided?.rejected);
        const aside = events.filter(
          (e) => (e.kind === "set-aside" && !e.detail.includes("rejected")) || e.kind === "suspect",
        );
        const trusted = all.filter(
          (r) => !rejected.has(r.timeMs) && !aside.some((e) => r.timeMs >= e.timeMs && r.timeMs <= e.untilMs),
        );
        expect(totalMicro(folded.quarters)).toBe(
          accounted(trusted, declaration.multiplier[0]?.value, events),
        );
      }),
      RUNS,
    );
  });
});

function accounted(
  trusted: readonly RegisterReading[],
  ratio: number | undefined,
  events: ReturnType<typeof eventsOf>,
) {
  const first = trusted[0];
  const last = trusted.at(-1);
  if (first === undefined || last === undefined) return 0;
  const multiplier = new Multiplier(ratio ?? 1);
  const back = events.find((e) => e.kind === "one-tick-back" && e.untilMs === last.timeMs);
  const counted = /counted=(.*)/.exec(back?.detail ?? "")?.[1];
  const display = counted === undefined ? last.display : Number(counted);
  const terms = events.reduce((sum, e) => {
    if (e.kind === "rollover" || e.kind === "exchange") return sum + (e.micro ?? 0);
    return e.kind === "step" || e.kind === "unknown-rollovers" ? sum - (e.micro ?? 0) : sum;
  }, 0);
  return Number(multiplier.micro(display) - multiplier.micro(first.display)) + terms;
}
