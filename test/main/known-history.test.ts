import { describe, expect, it } from "vitest";
import { knownHistory } from "../../main/known-history.ts";
import { DAY_MS } from "../../park/calendar.ts";
import { MemoryTelemetry } from "../kit/memory-telemetry.ts";
import { measured } from "../kit/settled.ts";
import { smallPark } from "../kit/small-park.ts";

const park = smallPark();
const NOW = Date.parse("2026-11-20T12:00:00+08:00");
const midnight = (daysAgo: number) => park.calendar.floor(NOW, "1d") - daysAgo * DAY_MS;

async function withDays(days: readonly { startMs: number; flags?: number; knownMs?: number }[]) {
  const telemetry = new MemoryTelemetry();
  await telemetry.writeSettlements([
    {
      meter: "gate",
      channel: "energyImportKwh",
      rev: 1,
      intervals: [],
      judgements: [],
      days: days.map((d) => ({ ...measured(d.startMs, 100, d.knownMs ?? DAY_MS), flags: d.flags ?? 1023 })),
    },
  ]);
  const reading = { values: { energyImportKwh: 1 }, superseded: {}, simulated: true };
  await telemetry.writeReadings([{ meter: "gate", timeMs: NOW - 60_000, ...reading }], []);
  return (await knownHistory(park, telemetry, 3, NOW)).get("gate");
}

describe("a history that was broken off", () => {
  it("goes on from the newest reading when every day was sent", async () => {
    const today = { startMs: midnight(0), knownMs: 12 * 3_600_000 - 60_000 };
    const days = [3, 2, 1].map((n) => ({ startMs: midnight(n) }));
    expect(await withDays([...days, today])).toBe(NOW - 60_000);
  });

  it("goes on from a day that only a later reading closed, though its energy is known", async () => {
    const today = { startMs: midnight(0), knownMs: 12 * 3_600_000 - 60_000, flags: 0 };
    const days = [
      { startMs: midnight(3) },
      { startMs: midnight(2), flags: 0 },
      { startMs: midnight(1), flags: 0 },
    ];
    expect(await withDays([...days, today])).toBe(midnight(2));
  });

  it("begins at the beginning when nothing is stored of the first days", async () => {
    expect(await withDays([{ startMs: midnight(1) }])).toBe(midnight(3));
  });
});
