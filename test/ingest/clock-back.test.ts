import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRegisterEngine } from "../../ingest/energy/register-engine.ts";
import { MemoryTelemetry } from "../kit/memory-telemetry.ts";
import { MINUTE, makeIngest, QUICK, settled, T0, until } from "./kit.ts";

/** The clock of the machine is set back: what was taken stays taken, what is held comes when it is right again (E12). */

const HOUR = 60 * MINUTE;
const HOURS = 120;
const NOW = T0 + (HOURS + 10) * HOUR;

const hour = (h: number) => ({ time: T0 + h * HOUR, energyImportKwh: h * 100 });
const hours = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => hour(from + i));

class SetClock {
  nowMs = NOW;
  readonly read = () => this.nowMs;
}

const begun = async (store: MemoryTelemetry, clock: SetClock, settings = QUICK) => {
  const made = makeIngest(store, { createEngine: createRegisterEngine, clock: clock.read, settings });
  await made.ingest.start();
  return made;
};

const send = (
  source: { send(meter: string, payload: unknown): Promise<void> },
  readings: readonly object[],
) => Promise.all(readings.map((reading) => source.send("line", reading)));

function energyOf(store: MemoryTelemetry): unknown {
  return [store.intervals, store.days].map((rows) =>
    [...(rows.get("line energyImportKwh")?.values() ?? [])]
      .sort((a, b) => a.startMs - b.startMs)
      .map(({ startMs, micro, knownMs, flags }) => ({ startMs, micro, knownMs, flags })),
  );
}

async function calmEnergy(readings: readonly object[]): Promise<unknown> {
  const store = new MemoryTelemetry();
  const { ingest, source } = await begun(store, new SetClock());
  await send(source, readings);
  await settled(ingest, store);
  await ingest.stop();
  return energyOf(store);
}

/** What is in the store if the power goes at this moment. */
function afterPowerCut(store: MemoryTelemetry): MemoryTelemetry {
  const copy = new MemoryTelemetry();
  for (const name of ["readings", "intervals", "days", "judgements", "dirty"] as const) {
    const to: Map<string, unknown> = copy[name];
    for (const [key, value] of structuredClone(store[name])) to.set(key, value);
  }
  return copy;
}

describe("E12 a clock that is set back", () => {
  it("behind what was judged: a late reading judged anew from the store leaves nothing out", async () => {
    const store = new MemoryTelemetry();
    const clock = new SetClock();
    const { ingest, source } = await begun(store, clock);
    await send(source, hours(10, HOURS));
    await settled(ingest, store);
    clock.nowMs = T0 + 20 * HOUR;
    await send(source, hours(0, 10)); // before what memory knows: judged anew from the store
    await settled(ingest, store);
    const whole = await calmEnergy(hours(0, HOURS));
    expect(energyOf(store)).toEqual(whole);
    clock.nowMs = NOW;
    await ingest.stop();
    expect(energyOf(store)).toEqual(whole);
  });

  it("at a start: the days judged already stand whole, and what was still to be settled keeps its mark", async () => {
    const store = new MemoryTelemetry();
    const clock = new SetClock();
    const first = await begun(store, clock);
    await send(first.source, hours(0, HOURS));
    await settled(first.ingest, store);
    // The power goes after two late readings were stored, and before they were settled.
    const cut = afterPowerCut(store);
    for (const h of [70.5, 90.5]) {
      const row = {
        meter: "line",
        timeMs: T0 + h * HOUR,
        values: { energyImportKwh: h * 100 },
        superseded: {},
        simulated: false,
      };
      await cut.writeReadings([row], [{ meter: "line", fromMs: T0 + 70.5 * HOUR }]);
    }
    await first.ingest.stop();
    clock.nowMs = T0 + 40 * HOUR;
    const second = await begun(cut, clock);
    await until("loaded", () => second.ingest.status()?.dirtyMeters === 0);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(cut.dirty.get("line")).toBe(T0 + 70.5 * HOUR);
    // It goes again, before the clock was right.
    const again = afterPowerCut(cut);
    await second.ingest.stop();
    clock.nowMs = NOW;
    const third = await begun(again, clock);
    await settled(third.ingest, again);
    await third.ingest.stop();
    expect(energyOf(again)).toEqual(await calmEnergy([...hours(0, HOURS), hour(70.5), hour(90.5)]));
  });

  it("the mark of such readings goes when their time has come again", async () => {
    const store = new MemoryTelemetry();
    const clock = new SetClock();
    const first = await begun(store, clock);
    await send(first.source, hours(0, 100));
    await settled(first.ingest, store);
    await first.ingest.stop();
    const late = {
      meter: "line",
      timeMs: T0 + 110 * HOUR,
      values: { energyImportKwh: 11_000 },
      superseded: {},
      simulated: false,
    };
    await store.writeReadings([late], [{ meter: "line", fromMs: late.timeMs }]);
    clock.nowMs = T0 + 20 * HOUR;
    const second = await begun(store, clock);
    await until("loaded", () => second.ingest.status()?.dirtyMeters === 0);
    clock.nowMs = NOW;
    await settled(second.ingest, store);
    await second.ingest.stop();
    expect(energyOf(store)).toEqual(await calmEnergy([...hours(0, 100), hour(110)]));
  });

  it("and right again: what was held has its mark before anything later is taken", async () => {
    const store = new MemoryTelemetry();
    const clock = new SetClock();
    clock.nowMs = T0 + 20 * HOUR;
    const settings = { ...QUICK, batcher: { ...QUICK.batcher, heldCheckMs: HOUR } };
    const { ingest, source } = await begun(store, clock, settings);
    await send(source, hours(0, 60));
    await settled(ingest, store);
    expect(ingest.status()?.held).toBe(39);
    const marks: unknown[] = [];
    const write = store.writeReadings.bind(store);
    store.writeReadings = (readings, dirty) => {
      marks.push({ readings: readings.length, dirty });
      return write(readings, dirty);
    };
    clock.nowMs = NOW;
    await send(source, [hour(80)]);
    expect(marks).toEqual([
      { readings: 0, dirty: [{ meter: "line", fromMs: T0 + 21 * HOUR }] },
      { readings: 1, dirty: [] },
    ]);
    await ingest.stop();
  });

  it("to before all that is stored: the start says that the clock is wrong", async () => {
    const store = new MemoryTelemetry();
    const clock = new SetClock();
    const settings = { ...QUICK, batcher: { ...QUICK.batcher, maxHeld: 50 } };
    const first = await begun(store, clock, settings);
    await send(first.source, hours(0, 60));
    await settled(first.ingest, store);
    await first.ingest.stop();
    clock.nowMs = Date.UTC(2020);
    await expect(begun(store, clock, settings)).rejects.toThrow(
      "this machine's clock says 2020-01-01T00:00:00.000Z, and more than 50 stored readings are of a later time",
    );
    clock.nowMs = NOW;
    await (await begun(store, clock, settings)).ingest.stop();
  });

  it("E9 wherever it jumps, at restarts too: once it is right the energy is that of a calm day", async () => {
    const step = fc.record({
      clockHour: fc.option(fc.integer({ min: -5, max: HOURS + 5 }), { nil: null, freq: 2 }),
      count: fc.integer({ min: 1, max: 40 }),
      waits: fc.boolean(),
      ends: fc.constantFrom("no", "no", "stop", "power cut"),
    });
    const all = hours(0, HOURS);
    const whole = await calmEnergy(all);
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(all, { minLength: HOURS }),
        fc.boolean(),
        fc.array(step, { minLength: 2, maxLength: 6 }),
        async (shuffled, isShuffled, steps) => {
          const queue = [...(isShuffled ? shuffled : all)];
          const clock = new SetClock();
          let store = new MemoryTelemetry();
          let { ingest, source } = await begun(store, clock);
          for (const { clockHour, count, waits, ends } of steps) {
            clock.nowMs = clockHour === null ? NOW : T0 + clockHour * HOUR;
            await send(source, queue.splice(0, count));
            if (waits) await until("settled", () => ingest.status()?.dirtyMeters === 0);
            if (ends === "no") continue;
            const cut = afterPowerCut(store);
            await ingest.stop();
            if (ends === "power cut") store = cut;
            ({ ingest, source } = await begun(store, clock));
          }
          await send(source, queue);
          await until("settled", () => ingest.status()?.dirtyMeters === 0);
          clock.nowMs = NOW;
          await until("released", () => ingest.status()?.held === 0);
          await settled(ingest, store);
          await ingest.stop();
          expect(energyOf(store)).toEqual(whole);
        },
      ),
      { numRuns: 40, interruptAfterTimeLimit: 8_000, markInterruptAsFailure: false },
    );
  }, 40_000);
});
