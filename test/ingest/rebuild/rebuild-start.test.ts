import { expect, it } from "vitest";
import { createRegisterEngine } from "../../../ingest/energy/register-engine.ts";
import type { Telemetry } from "../../../store/telemetry.ts";
import { MemoryTelemetry } from "../../kit/memory-telemetry.ts";
import { MINUTE, makeIngest, settled, T0, until } from "../kit.ts";

const HOUR = 60 * MINUTE;
const options = { createEngine: createRegisterEngine };

const hourly = (fromHour: number, toHour: number) =>
  Array.from({ length: toHour - fromHour }, (_, i) => ({
    time: T0 + (fromHour + i) * HOUR,
    energyImportKwh: (fromHour + i) * 100,
  }));

function energyOf(store: MemoryTelemetry, register = "line energyImportKwh"): unknown {
  return [store.intervals, store.days].map((rows) =>
    [...(rows.get(register)?.values() ?? [])]
      .sort((a, b) => a.startMs - b.startMs)
      .map(({ startMs, micro, knownMs, flags }) => ({ startMs, micro, knownMs, flags })),
  );
}

/** The store, with a look at what one of its methods is asked, and a wait before it is. */
function watching<M extends "readReadings" | "readNewestJudgements">(
  store: Telemetry,
  method: M,
  look: (...asked: Parameters<Telemetry[M]>) => Promise<void>,
): Telemetry {
  return new Proxy(store, {
    get(target, name) {
      const found: unknown = Reflect.get(target, name);
      if (typeof found !== "function") return found;
      return async (...asked: Parameters<Telemetry[M]>) => {
        if (name === method) await look(...asked);
        return Reflect.apply(found, target, asked);
      };
    },
  });
}

async function publish(store: MemoryTelemetry, readings: readonly object[], meter = "line"): Promise<void> {
  const { ingest, source } = makeIngest(store, options);
  await ingest.start();
  await Promise.all(readings.map((reading) => source.send(meter, reading)));
  await settled(ingest, store);
  await ingest.stop();
}

it("after a start only what came since the newest states is read, also where a register never sent anything", async () => {
  const store = new MemoryTelemetry();
  // The gate has a register for what it gives, too; it never sends it.
  await publish(store, hourly(0, 200), "gate");

  const asked: number[] = [];
  const watched = watching(store, "readReadings", async (query) => {
    asked.push(query.fromMs);
  });
  const { ingest, source } = makeIngest(watched, options);
  await ingest.start();
  await Promise.all(hourly(200, 201).map((reading) => source.send("gate", reading)));
  await settled(ingest, store);
  await ingest.stop();
  expect(asked.length).toBeGreaterThan(0);
  expect(Math.min(...asked)).toBe(T0 + 192 * HOUR);
});

it("E9 a register first heard of after a start is judged from its first reading on, however old", async () => {
  const given = hourly(0, 120).map(({ time, energyImportKwh }) => ({
    time,
    energyExportKwh: energyImportKwh,
  }));
  const calm = new MemoryTelemetry();
  await publish(calm, [...hourly(0, 200), ...given], "gate");

  const store = new MemoryTelemetry();
  await publish(store, hourly(0, 200), "gate");
  await publish(store, given.slice(60).reverse(), "gate");
  await publish(store, given.slice(0, 60), "gate");
  expect(energyOf(store, "gate energyExportKwh")).toEqual(energyOf(calm, "gate energyExportKwh"));
  expect(energyOf(store, "gate energyImportKwh")).toEqual(energyOf(calm, "gate energyImportKwh"));
});

it("E9 readings of earlier days that come while a slow store is asked for the state to go on from are judged too", async () => {
  const calm = new MemoryTelemetry();
  await publish(calm, hourly(0, 80));

  const store = new MemoryTelemetry();
  await publish(store, hourly(60, 80));
  let isAsked = false;
  let answer = () => {};
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const slow = watching(store, "readNewestJudgements", async () => {
    isAsked = true;
    await answered;
  });
  const { ingest, source } = makeIngest(slow, options);
  await ingest.start();
  try {
    await until("the state is asked for", () => isAsked);
    await Promise.all(hourly(0, 60).map((reading) => source.send("line", reading)));
    answer();
    await settled(ingest, store);
    expect(energyOf(store)).toEqual(energyOf(calm));
  } finally {
    answer();
    await ingest.stop();
  }
});
