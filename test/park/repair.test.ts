import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { always } from "../../park/dated.ts";
import type { RegisterDeclaration } from "../../park/park.ts";
import {
  decidedDeclaration,
  decidedPark,
  firstDifferenceMs,
  metersOf,
  parseAction,
  type RepairAction,
  standing,
} from "../../park/repair.ts";
import { park } from "../ingest/kit.ts";

const HOUR = 3_600_000;
const DECLARED: RegisterDeclaration = {
  channel: "energyImportKwh",
  energyChannel: "energyImportKwh",
  expected: true,
  multiplier: always(40),
  digits: always<number | null>(6),
  resolution: always(0.01),
  maxRatePerHour: always<number | null>(400),
  exchanges: [{ atMs: 50 * HOUR, final: 900, initial: 0 }],
  reportsEveryMs: 60_000,
  onChange: null,
};
const register = { meter: "gate", channel: "energyImportKwh" } as const;
const exchange: RepairAction = {
  kind: "declare-exchange",
  ...register,
  atMs: 20 * HOUR,
  final: 100,
  initial: 2,
  multiplier: 80,
};
const reject: RepairAction = { kind: "reject-reading", ...register, timesMs: [3, 2] };
const restore: RepairAction = { kind: "restore-reading", ...register, timesMs: [2] };

describe("the declaration that follows from decisions", () => {
  test("is the very same without any, or with those of others", () => {
    expect(decidedDeclaration("gate", DECLARED, [])).toBe(DECLARED);
    expect(decidedDeclaration("other", DECLARED, [exchange, reject])).toBe(DECLARED);
    const export_ = { ...DECLARED, channel: "energyExportKwh" } as const;
    expect(decidedDeclaration("gate", export_, [exchange, reject])).toBe(export_);
    expect(decidedPark(park, [])).toBe(park);
  });

  test("E6, E11: an exchange declared later takes its place, with what the new register brings", () => {
    const decided = decidedDeclaration("gate", DECLARED, [exchange]);
    expect(decided.exchanges.map((x) => x.atMs)).toEqual([20 * HOUR, 50 * HOUR]);
    expect(decided.multiplier).toEqual([...always(40), { fromMs: 20 * HOUR, value: 80 }]);
    expect("decided" in decided).toBe(false);
    expect(firstDifferenceMs(DECLARED, decided)).toBe(19 * HOUR);
  });

  test("E8: of rejecting and bringing back, the later stands", () => {
    const decided = decidedDeclaration("gate", DECLARED, [reject, restore]).decided;
    expect(decided).toMatchObject({ rejected: [3], restored: [2] });
    expect(decidedDeclaration("gate", DECLARED, [restore, reject]).decided).toMatchObject({
      rejected: [2, 3],
      restored: [],
    });
  });

  test("a change of multiplier is of one register or of all of a meter", () => {
    const change: RepairAction = { kind: "change-multiplier", meter: "gate", fromMs: 9, multiplier: 2 };
    const all = decidedPark(park, [change]).meterById.get("gate");
    expect(all?.registers.map((r) => r.multiplier.length)).toEqual([2, 2]);
    const one = decidedPark(park, [{ ...change, channel: "energyExportKwh" }]).meterById.get("gate");
    expect(one?.registers.map((r) => r.multiplier.length)).toEqual([1, 2]);
  });

  test("readings by hand are each in their register, in order; the later of two stands", () => {
    const enter = (timeMs: number, display: number): RepairAction => ({
      kind: "enter-readings",
      rows: [{ ...register, timeMs, display }],
    });
    const decided = decidedDeclaration("gate", DECLARED, [enter(9, 1), enter(4, 0), enter(9, 2)]);
    expect(decided.decided?.handRead).toEqual([
      { timeMs: 4, display: 0 },
      { timeMs: 9, display: 2 },
    ]);
    expect(firstDifferenceMs(DECLARED, decided)).toBe(4);
    expect(metersOf(enter(1, 1))).toEqual(["gate"]);
  });

  test("undoing leaves what it would have been without: the same text, whatever else was decided", () => {
    const action = fc.constantFrom<RepairAction>(
      exchange,
      reject,
      restore,
      { kind: "accept-step", ...register, atMs: 7 },
      { kind: "change-multiplier", meter: "gate", fromMs: 30 * HOUR, multiplier: 3 },
      { kind: "enter-readings", rows: [{ ...register, timeMs: 5, display: 1 }] },
    );
    fc.assert(
      fc.property(fc.array(action, { minLength: 1, maxLength: 6 }), fc.nat(), (actions, pick) => {
        const of = (pick % actions.length) + 1;
        const numbered = actions.map((a, i) => ({ id: i + 1, action: a }));
        const undone = standing([...numbered, { id: 99, action: { kind: "undo", of } }]);
        const without = actions.filter((_, i) => i !== of - 1);
        expect(undone).toEqual(without);
        expect(JSON.stringify(decidedDeclaration("gate", DECLARED, undone))).toBe(
          JSON.stringify(decidedDeclaration("gate", DECLARED, without)),
        );
      }),
    );
  });

  test("nothing before the first difference is told otherwise", () => {
    expect(firstDifferenceMs(DECLARED, { ...DECLARED })).toBe(Number.POSITIVE_INFINITY);
    expect(firstDifferenceMs(DECLARED, { ...DECLARED, onChange: 5 })).toBe(Number.NEGATIVE_INFINITY);
    // Before its first date a dated list has its first value: a date put before it changes all.
    const dated = { ...DECLARED, multiplier: [{ fromMs: 10, value: 1 }] };
    const earlier = { ...DECLARED, multiplier: [{ fromMs: 5, value: 2 }, ...dated.multiplier] };
    expect(firstDifferenceMs(dated, earlier)).toBe(Number.NEGATIVE_INFINITY);
  });

  test("a text that is no action is none", () => {
    expect(parseAction("{")).toBeNull();
    expect(parseAction('{"kind":"sell"}')).toBeNull();
    expect(parseAction(JSON.stringify(reject))).toEqual(reject);
  });
});
