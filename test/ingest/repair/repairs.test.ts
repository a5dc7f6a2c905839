import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRegisterEngine } from "../../../ingest/energy/register-engine.ts";
import { unwrapState } from "../../../ingest/settle/judgement-state.ts";
import type { RepairAction } from "../../../park/repair.ts";
import { StoreError } from "../../../store/telemetry.ts";
import { MemoryTelemetry } from "../../kit/memory-telemetry.ts";
import { KeptLedger, MINUTE, makeIngest, QUICK, settled, T0, until } from "../kit.ts";

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const REGISTER = { meter: "line", channel: "energyImportKwh" } as const;

/** Everything an answer is made of; rows of which nothing is known are as good as none. */
function stored(store: MemoryTelemetry) {
  const rows = (source: MemoryTelemetry["intervals"]) =>
    [...source]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, map]) => ({
        key,
        rows: [...map.values()]
          .sort((a, b) => a.startMs - b.startMs)
          .filter((r) => r.knownMs > 0)
          .map(({ startMs, micro, knownMs, flags }) => ({ startMs, micro, knownMs, flags })),
      }));
  return { intervals: rows(store.intervals), days: rows(store.days), judgements: judged(store) };
}

interface Judged {
  readonly dayStartMs: number;
  readonly events: string;
  readonly of: string | undefined;
  readonly state: string | undefined;
}

function judged(store: MemoryTelemetry) {
  return [...store.judgements]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, map]): [string, Judged[]] => [
      key,
      [...map.values()]
        .sort((a, b) => a.dayStartMs - b.dayStartMs)
        .map((j) => {
          const state = unwrapState(j.state);
          return { dayStartMs: j.dayStartMs, events: j.events, of: state?.declaration, state: state?.engine };
        }),
    ]);
}

/** Without what is only told of days of which nothing is known any more: days beyond the last reading. */
function answers(store: MemoryTelemetry) {
  const { intervals, days, judgements } = stored(store);
  const listed = judgements.map(([key, list]) => ({
    key,
    // An older state may have another declaration's name: what it says is the same.
    days: list.filter((j) => j.events !== "[]").map(({ of: _, ...j }) => j),
  }));
  return { intervals, days, listed };
}

function total(store: MemoryTelemetry, meter = "line"): number {
  const rows = store.days.get(`${meter} energyImportKwh`);
  return [...(rows?.values() ?? [])].reduce((sum, row) => sum + row.micro, 0) / 1_000_000;
}

type Sent = { time: number; energyImportKwh: number };

/** Three days at 60 kWh an hour by quarter-hours; the meter was exchanged on the second day at noon. */
const EXCHANGED_MS = T0 + 36 * HOUR;
function exchanged(): Sent[] {
  return Array.from({ length: 3 * 96 }, (_, i): Sent => {
    const time = T0 + i * 15 * MINUTE;
    const kwh = 15 * i;
    return { time, energyImportKwh: time < EXCHANGED_MS ? 5_000 + kwh : kwh - 15 * 144 };
  });
}

async function running(options: { store?: MemoryTelemetry; ledger?: KeptLedger; nowMs?: number } = {}) {
  const store = options.store ?? new MemoryTelemetry();
  const ledger = options.ledger ?? new KeptLedger();
  const made = makeIngest(store, {
    createEngine: createRegisterEngine,
    ledger,
    settings: { ...QUICK, stopPatienceMs: 200 },
    clock: () => options.nowMs ?? T0 + 10 * DAY,
  });
  await made.ingest.start();
  return {
    ...made,
    store,
    ledger,
    async send(list: readonly Sent[], meter: string = REGISTER.meter) {
      await Promise.all(list.map((m) => made.source.send(meter, m)));
      await settled(made.ingest, store);
    },
    async decide(action: RepairAction) {
      const id = ledger.repair(action);
      await until(`repair ${id}`, () => ledger.outcomeOf(id) !== null);
      await settled(made.ingest, store);
      return { id, outcome: ledger.outcomeOf(id) };
    },
  };
}

describe("repairs", () => {
  it("E6: an exchange declared after the fact corrects the days without a restart; undoing it restores the bytes", async () => {
    const { ingest, send, decide, store } = await running();
    await send(exchanged());
    const before = stored(store);
    expect(total(store)).toBe((143 + 143) * 15);
    const { id, outcome } = await decide({
      kind: "declare-exchange",
      ...REGISTER,
      atMs: EXCHANGED_MS,
      final: 5_000 + 15 * 144,
      initial: 0,
    });
    expect(outcome).toBe("carried out");
    expect(total(store)).toBe(287 * 15);
    await decide({ kind: "undo", of: id });
    expect(stored(store)).toEqual(before);
    await ingest.stop();
  });

  it("E6: an exchange that does not fit is told to be refused", async () => {
    const { ingest, send, decide } = await running();
    await send(exchanged());
    const exchange = { kind: "declare-exchange", ...REGISTER, atMs: EXCHANGED_MS, initial: 0 } as const;
    expect((await decide({ ...exchange, final: 99_000 })).outcome).toMatch(/^refused: .*final=99000/);
    await ingest.stop();
  });

  it("only the register decided about is judged anew, from the day that is touched", async () => {
    const { ingest, send, decide, store } = await running();
    await send(exchanged());
    await send(exchanged(), "gate");
    const gate = JSON.stringify([...store.days].filter(([key]) => key.startsWith("gate")));
    const revisions = () =>
      [...(store.judgements.get([...store.judgements.keys()].find((k) => k.startsWith("line")) ?? "") ?? [])]
        .map(([, j]) => [j.dayStartMs, unwrapState(j.state)?.rev] as const)
        .filter(([dayMs]) => dayMs < T0 + DAY);
    const early = revisions();
    await decide({ kind: "reject-reading", ...REGISTER, timesMs: [T0 + 50 * HOUR] });
    expect(revisions()).toEqual(early);
    expect(JSON.stringify([...store.days].filter(([key]) => key.startsWith("gate")))).toBe(gate);
    await ingest.stop();
  });

  it("after a restart what stands still counts, and what was decided meanwhile is carried out", async () => {
    const first = await running();
    await first.send(exchanged());
    const untouched = stored(first.store);
    const exchange = await first.decide({
      kind: "declare-exchange",
      ...REGISTER,
      atMs: EXCHANGED_MS,
      final: 5_000 + 15 * 144,
      initial: 0,
    });
    const repaired = stored(first.store);
    await first.ingest.stop();
    const second = await running(first);
    await settled(second.ingest, second.store);
    expect(stored(second.store)).toEqual(repaired);
    // A late reading is judged by the same declaration.
    await second.send([{ time: EXCHANGED_MS + 7 * MINUTE, energyImportKwh: 7 }]);
    expect(total(second.store)).toBe(287 * 15);
    await second.ingest.stop();
    const undo = first.ledger.repair({ kind: "undo", of: exchange.id });
    const third = await running(first);
    await until("undone", () => first.ledger.outcomeOf(undo) !== null);
    expect(total(third.store)).toBe((143 + 143) * 15);
    expect(stored(third.store).judgements.length).toBe(untouched.judgements.length);
    await third.ingest.stop();
  });

  it("a reading by hand counts, stands against a message for its instant, and is gone when undone", async () => {
    const { ingest, send, decide, store } = await running();
    const list = exchanged().slice(0, 40);
    await send(list.slice(0, 30));
    const before = answers(store);
    const time = T0 + 30 * 15 * MINUTE;
    const rows = [
      { ...REGISTER, timeMs: time, display: 5_440 },
      { ...REGISTER, timeMs: T0 + 2 * DAY, display: 6_440 },
    ];
    const { id } = await decide({ kind: "enter-readings", rows });
    expect(total(store)).toBe(1_440);
    await send([{ time, energyImportKwh: 5_449 }]);
    await send(list.slice(31, 33));
    expect(total(store)).toBe(1_440);
    await decide({ kind: "undo", of: id });
    expect(total(store)).toBe(32 * 15);
    await ingest.stop();
    const plain = await running();
    await plain.send(list.slice(0, 30));
    expect(answers(plain.store)).toEqual(before);
    await plain.send([{ time, energyImportKwh: 5_449 }]);
    await plain.send(list.slice(31, 33));
    expect(answers(store)).toEqual(answers(plain.store));
    await plain.ingest.stop();
  });

  it("a meter that is only read by hand has energy, and none when that is undone, also over restarts", async () => {
    // The last one is of the day that still runs.
    const first = await running({ nowMs: T0 + 5 * DAY + HOUR });
    const rows = [
      { ...REGISTER, timeMs: T0, display: 100 },
      { ...REGISTER, timeMs: T0 + 5 * DAY, display: 220 },
    ];
    const { id } = await first.decide({ kind: "enter-readings", rows });
    expect(total(first.store)).toBe(120);
    await first.ingest.stop();
    const second = await running({ ...first, nowMs: T0 + 5 * DAY + HOUR });
    await settled(second.ingest, second.store);
    expect(total(second.store)).toBe(120);
    await second.decide({ kind: "undo", of: id });
    const nothing = answers(second.store);
    expect(nothing.intervals.flatMap((i) => i.rows)).toEqual([]);
    expect(nothing.listed.flatMap((l) => l.days)).toEqual([]);
    await second.ingest.stop();
  });

  it("E11: a multiplier changed from a date on", async () => {
    const { ingest, send, decide, store } = await running();
    await send(exchanged().slice(0, 97));
    await decide({ kind: "change-multiplier", meter: "line", fromMs: T0 + 12 * HOUR, multiplier: 2 });
    expect(total(store)).toBe(48 * 15 + 48 * 30);
    await ingest.stop();
  });

  it("what nobody knows how to carry out is finished as refused", async () => {
    const { ingest, decide, ledger } = await running();
    expect(
      (await decide({ kind: "accept-step", meter: "gone", channel: "heatGj", atMs: 1 })).outcome,
    ).toMatch(/refused.*gone/);
    const [first] = ledger.repairs;
    if (first !== undefined) {
      ledger.repairs.push({ ...first, id: 2, action: "{", doneAtMs: null, outcome: null });
    }
    await until("refused", () => ledger.outcomeOf(2) !== null);
    expect(ledger.outcomeOf(2)).toMatch(/refused/);
    await ingest.stop();
  });

  it("a kill while it is carried out, and an undoing before the next start, leave the bytes as they were", async () => {
    const plain = await running();
    await plain.send(exchanged());
    const expected = answers(plain.store);
    await plain.ingest.stop();
    const actions: readonly RepairAction[] = [
      {
        kind: "declare-exchange",
        ...REGISTER,
        atMs: EXCHANGED_MS,
        final: 5_000 + 15 * 144,
        initial: 0,
      },
      { kind: "change-multiplier", meter: "line", fromMs: T0 + HOUR, multiplier: 2 },
      { kind: "enter-readings", rows: [{ ...REGISTER, timeMs: T0 + 4 * DAY, display: 9_000 }] },
    ];
    for (const action of actions) {
      // Killed while it is decided or while it is undone, after so many writes; not every one makes two.
      for (const [phase, writes] of [
        ["decided", 0],
        ["decided", 1],
        ["undone", 0],
        ["undone", 1],
      ] as const) {
        const first = await running();
        await first.send(exchanged());
        let left = Number.POSITIVE_INFINITY;
        first.store.beforeWrite = async (operation) => {
          if (operation === "writeSettlements" && left-- <= 0) throw new StoreError("unavailable", "killed");
        };
        if (phase === "decided") left = writes;
        const of = first.ledger.repair(action);
        const isOver = () => left < 0 || first.ledger.repairs.every((r) => r.doneAtMs !== null);
        await until("the store is away, or it is done", isOver);
        if (phase === "undone") left = writes;
        if (phase === "undone") first.ledger.repair({ kind: "undo", of });
        await until("the store is away, or it is undone", isOver);
        await first.ingest.stop();
        first.store.beforeWrite = async () => {};
        if (phase === "decided") first.ledger.repair({ kind: "undo", of });
        const second = await running(first);
        await until("carried out", () => second.ledger.repairs.every((r) => r.doneAtMs !== null));
        await settled(second.ingest, second.store);
        expect(answers(second.store), `${action.kind}: ${phase}, ${writes} writes`).toEqual(expected);
        await second.ingest.stop();
      }
    }
  }, 60_000);

  it("whatever is decided and undone again, at any moment, leaves the bytes of a store to which nothing happened", async () => {
    const display = fc.integer({ min: 0, max: 9_000 });
    const timeMs = fc.integer({ min: 0, max: 3 * 96 - 1 }).map((i) => T0 + i * 15 * MINUTE);
    const action = fc.oneof(
      timeMs.map((atMs): RepairAction => ({ kind: "accept-step", ...REGISTER, atMs })),
      fc
        .array(timeMs, { minLength: 1, maxLength: 4 })
        .map((timesMs): RepairAction => ({ kind: "reject-reading", ...REGISTER, timesMs })),
      fc
        .array(timeMs, { minLength: 1, maxLength: 4 })
        .map((timesMs): RepairAction => ({ kind: "restore-reading", ...REGISTER, timesMs })),
      fc.tuple(timeMs, display).map(
        ([atMs, final]): RepairAction => ({
          kind: "declare-exchange",
          ...REGISTER,
          atMs,
          final,
          initial: 0,
        }),
      ),
      fc.tuple(fc.integer({ min: -96, max: 4 * 96 }), display).map(
        ([i, shown]): RepairAction => ({
          kind: "enter-readings",
          rows: [{ ...REGISTER, timeMs: T0 + i * 15 * MINUTE + 1_000, display: shown }],
        }),
      ),
      timeMs.map(
        (fromMs): RepairAction => ({ kind: "change-multiplier", meter: "line", fromMs, multiplier: 3 }),
      ),
    );
    const plain = await running();
    await plain.send(exchanged());
    const expected = answers(plain.store);
    await plain.ingest.stop();
    await fc.assert(
      fc.asyncProperty(
        fc.array(action, { minLength: 1, maxLength: 4 }),
        fc.array(fc.boolean(), { minLength: 10, maxLength: 10 }),
        async (actions, pauses) => {
          let now = await running();
          const list = exchanged();
          await now.send(list.slice(0, 200));
          let step = 0;
          const pause = async () => {
            const isLong = pauses[step++] ?? true;
            if (isLong)
              await until("carried out", () => now.ledger.repairs.every((r) => r.doneAtMs !== null));
          };
          const ids: number[] = [];
          for (const one of actions) {
            ids.push(now.ledger.repair(one));
            await pause();
          }
          if (pauses[9]) {
            await now.ingest.stop();
            now = await running(now);
          }
          await Promise.all(list.slice(200).map((m) => now.source.send("line", m)));
          for (const of of ids) {
            now.ledger.repair({ kind: "undo", of });
            await pause();
          }
          await until("all carried out", () => now.ledger.repairs.every((r) => r.doneAtMs !== null));
          await settled(now.ingest, now.store);
          await now.ingest.stop();
          expect(answers(now.store)).toEqual(expected);
        },
      ),
      { numRuns: Number(process.env["RUNS"] ?? 15) },
    );
  }, 60_000);
});
