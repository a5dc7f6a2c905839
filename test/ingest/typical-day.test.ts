import { expect, it } from "vitest";
import { createRegisterEngine } from "../../ingest/energy/register-engine.ts";
import { parsePark } from "../../park/load.ts";
import { ENERGY_FLAGS } from "../../store/telemetry.ts";
import { MemoryTelemetry } from "../kit/memory-telemetry.ts";
import { MINUTE, makeIngest, PARK_TEXT, settled, T0 } from "./kit.ts";

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const QUARTER = 15 * MINUTE;

const typicalPark = parsePark(PARK_TEXT.replace("timeZone:", "sharing: typicalDay, timeZone:"));

interface Sent {
  readonly time: number;
  readonly energyImportKwh: number;
}

/** Five weeks, 20 kWh a quarter-hour by day and 5 by night; more on the first days. */
const weeks: readonly Sent[] = (() => {
  let display = 100;
  return Array.from({ length: 35 * 96 }, (_, i): Sent => {
    const hour = Math.floor(i / 4) % 24;
    const sent = { time: T0 + i * QUARTER, energyImportKwh: display };
    display += (hour >= 8 && hour < 20 ? 20 : 5) + (i < 4 * 96 && hour === 8 ? 30 : 0);
    return sent;
  });
})();
const GAP_MS = T0 + 25 * DAY + 7 * HOUR;
const isInGap = ({ time }: Sent) => time > GAP_MS && time < GAP_MS + 2 * HOUR;
/** What one gateway kept to itself for weeks: the 8 o'clock hours of the first days. */
const isLate = ({ time }: Sent) => time < T0 + 4 * DAY && Math.floor((time - T0) / HOUR) % 24 === 8;

async function play(store: MemoryTelemetry, ...parts: readonly (readonly Sent[])[]): Promise<void> {
  const { ingest, source } = makeIngest(store, {
    park: typicalPark,
    createEngine: createRegisterEngine,
    clock: () => T0 + 40 * DAY,
  });
  await ingest.start();
  try {
    for (const part of parts) {
      for (let i = 0; i < part.length; i += 500)
        await Promise.all(part.slice(i, i + 500).map((m) => source.send("line", m)));
      await settled(ingest, store);
    }
  } finally {
    await ingest.stop();
  }
}

function rows(store: MemoryTelemetry) {
  const list = (source: MemoryTelemetry["intervals"]) =>
    [...(source.get("line energyImportKwh")?.values() ?? [])]
      .sort((a, b) => a.startMs - b.startMs)
      .map(({ startMs, micro, knownMs, flags }) => ({ startMs, micro, knownMs, flags }));
  return { intervals: list(store.intervals), days: list(store.days) };
}

it("E3, E9: what came three weeks late changes the shares of the gap after it, over restarts too", async () => {
  const sent = weeks.filter((m) => !isInGap(m));
  const early = sent.filter((m) => !isLate(m));
  const late = sent.filter(isLate);
  const undisturbed = new MemoryTelemetry();
  await play(undisturbed, sent);
  const store = new MemoryTelemetry();
  await play(store, early);
  const before = rows(store).intervals.find((row) => row.startMs === GAP_MS);
  expect((before?.flags ?? 0) & ENERGY_FLAGS.typicalDay).toBe(ENERGY_FLAGS.typicalDay);
  expect(before?.micro).not.toBe(rows(undisturbed).intervals.find((row) => row.startMs === GAP_MS)?.micro);
  await play(store, late.toReversed(), late);
  expect(rows(store)).toEqual(rows(undisturbed));
}, 60_000);

it("E9: the second half before the first, and that backwards, gives the same shares", async () => {
  const sent = weeks.filter((m) => !isInGap(m));
  const inOrder = new MemoryTelemetry();
  await play(inOrder, sent);
  const turned = new MemoryTelemetry();
  const half = Math.floor(sent.length / 2);
  await play(turned, sent.slice(half), sent.slice(0, half).toReversed());
  expect(rows(turned)).toEqual(rows(inOrder));
}, 60_000);
