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

function energyOf(store: MemoryTelemetry): unknown {
  return [store.intervals, store.days].map((rows) =>
    [...(rows.get("line energyImportKwh")?.values() ?? [])]
      .sort((a, b) => a.startMs - b.startMs)
      .map(({ startMs, micro, knownMs, flags }) => ({ startMs, micro, knownMs, flags })),
  );
}

async function publish(store: MemoryTelemetry, readings: readonly object[]): Promise<void> {
  const { ingest, source } = makeIngest(store, options);
  await ingest.start();
  await Promise.all(readings.map((reading) => source.send("line", reading)));
  await settled(ingest, store);
  await ingest.stop();
}

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
  const slow = new Proxy<Telemetry>(store, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== "function") return method;
      return async (...args: unknown[]) => {
        if (name === "readJudgement") {
          isAsked = true;
          await answered;
        }
        return Reflect.apply(method, target, args);
      };
    },
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
