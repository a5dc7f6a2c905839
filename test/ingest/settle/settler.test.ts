import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CreateRegisterEngine } from "../../../ingest/energy/engine.ts";
import { createRegisterEngine } from "../../../ingest/energy/register-engine.ts";
import { unwrapState } from "../../../ingest/settle/judgement-state.ts";
import { parsePark } from "../../../park/load.ts";
import { StoreError, type Telemetry } from "../../../store/telemetry.ts";
import { createLinearEngine } from "../../kit/linear-engine.ts";
import { MemoryTelemetry } from "../../kit/memory-telemetry.ts";
import { MINUTE, makeIngest, PARK_TEXT, park, QUICK, settled, T0, until } from "../kit.ts";

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Everything settled, without what may differ between two ways to the same set of readings (revisions). */
function settledRows(telemetry: MemoryTelemetry) {
  const rows = (source: MemoryTelemetry["intervals"]) =>
    [...source]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, map]) => [
        key,
        [...map.values()]
          .sort((a, b) => a.startMs - b.startMs)
          .filter((r) => r.knownMs > 0)
          .map(({ startMs, micro, knownMs, flags }) => ({ startMs, micro, knownMs, flags })),
      ]);
  const judgements = [...telemetry.judgements]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, map]) => [
      key,
      [...map.values()]
        .sort((a, b) => a.dayStartMs - b.dayStartMs)
        .map((j) => ({ ...j, state: unwrapState(j.state)?.engine })),
    ]);
  return { intervals: rows(telemetry.intervals), days: rows(telemetry.days), judgements };
}

/** The store as one process sees it, until that process is killed. */
function untilKilled(store: MemoryTelemetry): { telemetry: Telemetry; kill: () => void } {
  let isDead = false;
  const telemetry = new Proxy<Telemetry>(store, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== "function") return method;
      return async (...args: unknown[]) => {
        if (isDead) throw new StoreError("unavailable", "killed");
        const result: unknown = await Reflect.apply(method, target, args);
        if (isDead) throw new StoreError("unavailable", "killed");
        return result;
      };
    },
  });
  return {
    telemetry,
    kill: () => {
      isDead = true;
    },
  };
}

type Sent = { meter: string; time: number; energyImportKwh: number; energyExportKwh?: number };

/** Sends in groups; waits for the settling now and then, so that what follows is late for a settled engine. */
async function play(
  store: MemoryTelemetry,
  messages: readonly Sent[],
  createEngine: CreateRegisterEngine,
  group = 7,
  clock: () => number = () => T0 + 100 * DAY,
) {
  const { ingest, source } = makeIngest(store, { createEngine, clock });
  await ingest.start();
  try {
    for (let i = 0; i < messages.length; i += group) {
      await Promise.all(messages.slice(i, i + group).map(({ meter, ...m }) => source.send(meter, m)));
      if ((i / group) % 3 === 0) await settled(ingest, store);
    }
    await settled(ingest, store);
  } finally {
    await ingest.stop();
  }
}

/** A few days of one or two meters, with what meters do: gaps, spikes, a fall to zero, a jump. */
const history = fc
  .record({
    steps: fc.array(
      fc.record({
        minutes: fc.constantFrom(1, 5, 15, 15, 15, 30, 60, 300, 1500),
        kwh: fc.integer({ min: 0, max: 40 }),
        odd: fc.constantFrom("none", "none", "none", "none", "none", "spike", "zero", "jump"),
      }),
      { minLength: 20, maxLength: 90 },
    ),
    meter: fc.constantFrom("line", "gate"),
  })
  .map(({ steps, meter }) => {
    let time = T0;
    let display = 1_000;
    return steps.map(({ minutes, kwh, odd }): Sent => {
      time += minutes * MINUTE;
      display += kwh;
      if (odd === "jump") display += 50_000;
      const shown = odd === "spike" ? display + 90_000 : odd === "zero" ? 0 : display;
      return { meter, time, energyImportKwh: shown, ...(meter === "gate" ? { energyExportKwh: kwh } : {}) };
    });
  });

describe.each([
  ["linear engine", createLinearEngine, 12],
  ["register engine", createRegisterEngine, 25],
] as const)("settling with the %s", (_name, createEngine, numRuns) => {
  it("E9: shuffled and doubled messages give the same rows, states and events", async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.infiniteStream(fc.nat()), async (messages, random) => {
        const inOrder = new MemoryTelemetry();
        await play(inOrder, messages, createEngine, messages.length);
        const next = () => random.next().value ?? 0;
        const shuffled = [...messages, ...messages.filter((_, i) => i % 2 === 0)]
          .map((m) => ({ m, key: next() }))
          .sort((a, b) => a.key - b.key)
          .map(({ m }) => m);
        const anyOrder = new MemoryTelemetry();
        await play(anyOrder, shuffled, createEngine);
        expect(settledRows(anyOrder)).toEqual(settledRows(inOrder));
      }),
      { numRuns, endOnFailure: true },
    );
  }, 60_000);

  it("E9: kills at any moment change nothing, and nothing acknowledged is lost", async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.infiniteStream(fc.nat({ max: 30 })), async (messages, random) => {
        const undisturbed = new MemoryTelemetry();
        await play(undisturbed, messages, createEngine, messages.length);
        const next = () => random.next().value ?? 0;
        const store = new MemoryTelemetry();
        store.beforeWrite = () => new Promise((r) => setTimeout(r, next() / 10));
        // Some late, and each sent until acknowledged, as a broker does.
        let left = messages.map((m) => ({ m, key: m.time + next() * HOUR })).sort((a, b) => a.key - b.key);
        while (left.length > 0) {
          const { telemetry, kill } = untilKilled(store);
          const { ingest, source } = makeIngest(telemetry, {
            createEngine,
            settings: { ...QUICK, stopPatienceMs: 5 },
          });
          const acknowledged = new Set<unknown>();
          try {
            await ingest.start();
            const batch = left.slice(0, 25);
            for (const entry of batch) {
              const { meter, ...m } = entry.m;
              void source.send(meter, m).then(() => acknowledged.add(entry));
            }
            await new Promise((r) => setTimeout(r, next()));
          } finally {
            kill();
            source.waiting = 0;
            await ingest.stop();
          }
          left = left.filter((e) => !acknowledged.has(e));
          const stored = store.readings;
          for (const entry of acknowledged) {
            const { m } = entry as { m: Sent }; // put in just above
            expect(stored.get(m.meter)?.get(m.time)?.values.energyImportKwh).toBe(m.energyImportKwh);
          }
        }
        store.beforeWrite = async () => {};
        await play(store, [], createEngine);
        const { ingest } = makeIngest(store, { createEngine });
        await ingest.start();
        await settled(ingest, store);
        await ingest.stop();
        expect(settledRows(store)).toEqual(settledRows(undisturbed));
      }),
      { numRuns: 8, endOnFailure: true },
    );
  }, 60_000);
});

describe("settling", () => {
  const steady = (from: number, to: number, every = 15): Sent[] =>
    Array.from({ length: (to - from) / every + 1 }, (_, i) => {
      const minute = from + i * every;
      return { meter: "line", time: T0 + minute * MINUTE, energyImportKwh: minute };
    });

  it("settles at start what was dirty when the process ended", async () => {
    const store = new MemoryTelemetry();
    await play(store, steady(0, 60), createRegisterEngine);
    const dead = untilKilled(store);
    const { ingest, source } = makeIngest(dead.telemetry, { settings: { ...QUICK, stopPatienceMs: 5 } });
    await ingest.start();
    store.failNext("writeSettlements", 1_000_000);
    await source.send("line", { time: T0 + 75 * MINUTE, energyImportKwh: 75 });
    dead.kill();
    await ingest.stop();
    store.failNext("writeSettlements", 0);
    expect(store.dirty.get("line")).toBe(T0 + 75 * MINUTE);
    await play(store, [], createRegisterEngine);
    expect(store.intervals.get("line energyImportKwh")?.get(T0 + 60 * MINUTE)?.micro).toBe(15_000_000);
    expect(store.dirty.size).toBe(0);
  });

  it("keeps a meter dirty while its energy cannot be written, and writes it when it can", async () => {
    const store = new MemoryTelemetry();
    const { ingest, source } = makeIngest(store);
    await ingest.start();
    store.failNext("writeSettlements", 5);
    for (const { meter, ...m } of steady(0, 30)) await source.send(meter, m);
    expect(ingest.status()?.dirtyMeters).toBe(1);
    await settled(ingest, store);
    expect(store.intervals.get("line energyImportKwh")?.size).toBeGreaterThanOrEqual(2);
    await ingest.stop();
  });

  it("a late reading of long ago is settled from the store, up to where nothing changes any more", async () => {
    const store = new MemoryTelemetry();
    await play(store, steady(0, 20 * 24 * 60), createRegisterEngine, 500);
    const written = new Set<number>();
    const { ingest, source } = makeIngest(store, { createEngine: createRegisterEngine });
    await ingest.start();
    await until("loaded", () => ingest.status()?.dirtyMeters === 0);
    await new Promise((r) => setTimeout(r, 100));
    for (const [key, map] of store.intervals) {
      const set = map.set.bind(map);
      map.set = (startMs, row) => {
        if (key === "line energyImportKwh") written.add(startMs);
        return set(startMs, row);
      };
    }
    await source.send("line", { time: T0 + 5 * DAY + 7 * MINUTE, energyImportKwh: 5 * 24 * 60 + 1 });
    await settled(ingest, store);
    await source.send("line", { time: T0 + 20 * DAY + 15 * MINUTE, energyImportKwh: 20 * 24 * 60 + 15 });
    await settled(ingest, store);
    await ingest.stop();
    const row = store.intervals.get("line energyImportKwh")?.get(T0 + 5 * DAY);
    expect(row?.micro).toBe(15_000_000);
    expect(Math.min(...written)).toBeGreaterThanOrEqual(T0 + 4 * DAY);
    expect([...written].some((t) => t > T0 + 10 * DAY && t < T0 + 19 * DAY)).toBe(false);
    const undisturbed = new MemoryTelemetry();
    await play(
      undisturbed,
      [
        ...steady(0, 20 * 24 * 60 + 15),
        { meter: "line", time: T0 + 5 * DAY + 7 * MINUTE, energyImportKwh: 5 * 24 * 60 + 1 },
      ],
      createRegisterEngine,
      5_000,
    );
    expect(settledRows(store)).toEqual(settledRows(undisturbed));
  }, 60_000);

  it("E11: a changed declaration recomputes its register from the first reading, and only then", async () => {
    const store = new MemoryTelemetry();
    await play(store, steady(0, 3 * 24 * 60), createRegisterEngine, 500);
    const first = store.intervals.get("line energyImportKwh")?.get(T0);
    expect(first?.micro).toBe(15_000_000);
    const revision = first?.rev;
    await play(store, [], createRegisterEngine);
    expect(store.intervals.get("line energyImportKwh")?.get(T0)?.rev).toBe(revision);

    const changed = parsePark(
      PARK_TEXT.replace(
        "id: line, role: load,",
        "id: line, role: load, multiplier: 2, registers: { energyImportKwh: { resolution: 0.01 } },",
      ),
    );
    const { ingest } = makeIngest(store, { createEngine: createRegisterEngine, park: changed });
    await ingest.start();
    await until(
      "recomputed",
      () => store.intervals.get("line energyImportKwh")?.get(T0 + 2 * DAY)?.micro === 30_000_000,
    );
    await ingest.stop();
    expect(store.intervals.get("line energyImportKwh")?.get(T0)?.micro).toBe(30_000_000);
  });

  it("E11: a meter turned round leaves no energy under its old channel", async () => {
    const store = new MemoryTelemetry();
    await play(store, steady(0, 2 * 24 * 60), createRegisterEngine, 500);
    const turned = parsePark(
      PARK_TEXT.replace(
        "id: line, role: load,",
        "id: line, role: load, invert: true, registers: { energyImportKwh: {} },",
      ),
    );
    const { ingest } = makeIngest(store, { createEngine: createRegisterEngine, park: turned });
    const knownMs = (channel: string) =>
      [...(store.intervals.get(`line ${channel}`)?.values() ?? [])].reduce((sum, r) => sum + r.knownMs, 0);
    expect(knownMs("energyImportKwh")).toBe(2 * DAY);
    await ingest.start();
    await until(
      "taken back",
      () => knownMs("energyImportKwh") === 0 && knownMs("energyExportKwh") === 2 * DAY,
    );
    await ingest.stop();
    // And back again.
    const again = makeIngest(store, { createEngine: createRegisterEngine });
    await again.ingest.start();
    await until(
      "taken back",
      () => knownMs("energyExportKwh") === 0 && knownMs("energyImportKwh") === 2 * DAY,
    );
    await again.ingest.stop();
  });

  it("revisions rise with every settlement, over restarts too", async () => {
    const store = new MemoryTelemetry();
    const revs: number[] = [];
    const write = store.writeSettlements.bind(store);
    store.writeSettlements = async (settlements) => {
      await write(settlements);
      for (const s of settlements) if (s.channel === "energyImportKwh") revs.push(s.rev);
    };
    const startedMs = performance.now();
    const clock = () => T0 + 100 * DAY + performance.now() - startedMs;
    for (let i = 0; i < 4; i++)
      await play(store, steady(i * 60 + 15, i * 60 + 60), createRegisterEngine, 1, clock);
    expect(revs.length).toBeGreaterThan(4);
    expect(revs).toEqual([...revs].sort((a, b) => a - b));
    expect(new Set(revs).size).toBe(revs.length);
  });

  it("one failing engine does not stop the other meters", async () => {
    const store = new MemoryTelemetry();
    const failing: CreateRegisterEngine = (declaration, calendar, state) => {
      const engine = createLinearEngine(declaration, calendar, state);
      if (declaration.channel !== "volumeM3") return engine;
      return new Proxy(engine, {
        get(target, name) {
          if (name === "push")
            return () => {
              throw new Error("broken");
            };
          return Reflect.get(target, name);
        },
      });
    };
    const { ingest, source } = makeIngest(store, { createEngine: failing });
    await ingest.start();
    await source.send("gas", { time: T0, volumeM3: 1 });
    for (const { meter, ...m } of steady(0, 60)) await source.send(meter, m);
    await until("settled", () => store.dirty.size === 1 && store.dirty.has("gas"));
    expect(ingest.status()?.dirtyMeters).toBe(1);
    await ingest.stop();
  });

  it("publishes what changed and the state of ingest", async () => {
    const store = new MemoryTelemetry();
    const { ingest, source, feed } = makeIngest(store);
    await ingest.start();
    for (const { meter, ...m } of steady(0, 60)) await source.send(meter, m);
    await settled(ingest, store);
    await until("told", () => feed.changes.length > 0);
    expect(Math.min(...feed.changes.map((c) => c.fromMs))).toBeLessThanOrEqual(T0);
    await until("status", () => feed.status?.messages === 5 && feed.status.dirtyMeters === 0);
    await ingest.stop();
    expect(park.id).toBe("p1");
  });
});
