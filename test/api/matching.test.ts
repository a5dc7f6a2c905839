import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DayFile } from "../../api/standards/day-file.ts";
import type { MatchedDay } from "../../api/standards/matching.ts";
import { DAY_MS, HOUR_MS, QUARTER_MS } from "../../park/calendar.ts";
import type { RegisterChannel } from "../../park/quantities.ts";
import { hoursOf, nodeValue } from "../../standards/green/day-result.ts";
import { matchingFrom } from "../kit/green-days.ts";
import { GREEN_DAY, greenPark, type Profile, putDays } from "../kit/green-park.ts";
import { MemoryTelemetry } from "../kit/memory-telemetry.ts";

const DAY = Date.parse("2026-11-02T00:00:00+08:00");
const LATER = Date.parse("2026-12-10T00:00:00+08:00");
const log = pino({ level: "silent" });

let telemetry = new MemoryTelemetry();
let folder = "";
/** Spans of quarter-hours that were read, in days from DAY on. */
let read: [number, number][] = [];

beforeEach(async () => {
  telemetry = new MemoryTelemetry();
  read = [];
  const readEnergy = telemetry.readEnergy.bind(telemetry);
  telemetry.readEnergy = async (query) => {
    if (query.rows === "interval") read.push([(query.fromMs - DAY) / DAY_MS, (query.toMs - DAY) / DAY_MS]);
    return await readEnergy(query);
  };
  folder = await mkdtemp(path.join(tmpdir(), "lingtan-days-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const park = greenPark();
/** Cell's storage takes 40 kWh at noon, half of it the neighbour's PV, and gives 30 in the evening. */
const STORING: typeof GREEN_DAY = GREEN_DAY.map(([meter, channel, profile]): (typeof GREEN_DAY)[number] => {
  if (meter === "pack-b") return [meter, channel, (q) => (q === 48 ? 40 : 0)];
  if (meter === "gate-b")
    return [meter, channel, (q) => profile(q) + (q === 48 ? 40 : 0) - (q === 80 ? 30 : 0)];
  return [meter, channel, profile];
});
const OUT: readonly [string, RegisterChannel, Profile] = [
  "pack-b",
  "energyExportKwh",
  (q) => (q === 80 ? 30 : 0),
];

const kwhOf = (day: MatchedDay | undefined, node: string, field: Parameters<typeof nodeValue>[2]) =>
  day === undefined
    ? null
    : nodeValue(
        day.day,
        day.structure.nodes.findIndex((n) => n.id === node),
        field,
      ) / 1e6;

describe("ParkMatching", () => {
  it("a notice lets days be looked at again, and only what changed is made again", async () => {
    await putDays(telemetry, park, DAY, 4);
    const matching = matchingFrom(park, telemetry);
    const own = async () =>
      (await matching.days(DAY, DAY + 4 * DAY_MS, LATER)).map((d) => kwhOf(d, "wafer", "ownUse"));
    expect(await own()).toEqual([1200, 1200, 1200, 1200]);
    await putDays(telemetry, park, DAY + DAY_MS, 1, [["pv-a", "energyExportKwh", () => 0]]);
    expect(await own()).toEqual([1200, 1200, 1200, 1200]);
    read = [];
    matching.forget([{ meter: "pv-a", rev: 2, fromMs: DAY + DAY_MS }]);
    expect(await own()).toEqual([1200, 0, 1200, 1200]);
    expect(read).toEqual([[1, 2]]);
  });

  it("a missed notice delays and never falsifies", async () => {
    await putDays(telemetry, park, DAY, 1);
    const matching = matchingFrom(park, telemetry);
    const own = async (nowMs: number) =>
      kwhOf((await matching.days(DAY, DAY + DAY_MS, nowMs))[0], "wafer", "ownUse");
    expect(await own(LATER)).toBe(1200);
    await putDays(telemetry, park, DAY, 1, [["pv-a", "energyExportKwh", () => 0]]);
    expect(await own(LATER + 1_000)).toBe(1200);
    expect(await own(LATER + 60_000)).toBe(0);
  });

  it("a notice that comes while days are read is not lost", async () => {
    await putDays(telemetry, park, DAY, 1);
    const matching = matchingFrom(park, telemetry);
    const readEnergy = telemetry.readEnergy.bind(telemetry);
    let isFirst = true;
    telemetry.readEnergy = async (query) => {
      const rows = await readEnergy(query);
      if (isFirst && query.rows === "interval") {
        isFirst = false;
        await putDays(telemetry, park, DAY, 1, [["pv-a", "energyExportKwh", () => 0]]);
        matching.forget([{ meter: "pv-a", rev: 2, fromMs: DAY }]);
      }
      return rows;
    };
    const own = async () => kwhOf((await matching.days(DAY, DAY + DAY_MS, LATER))[0], "wafer", "ownUse");
    expect(await own()).toBe(1200);
    expect(await own()).toBe(0);
  });

  it("a late reading is traced forward only until a checkpoint is equal", async () => {
    // On the second day the storage keeps what it took, on the third it is emptied.
    const keep = (q: number) => (q === 80 ? 30 : 0);
    await putDays(telemetry, park, DAY, 6, [...STORING, OUT]);
    await putDays(telemetry, park, DAY + 2 * DAY_MS, 1, [["pack-b", "energyExportKwh", (q) => keep(q) * 5]]);
    const matching = matchingFrom(park, telemetry);
    const days = () => matching.days(DAY, DAY + 6 * DAY_MS, LATER);
    const before = await days();
    read = [];
    await putDays(telemetry, park, DAY + DAY_MS, 1, [["pv-a", "energyExportKwh", () => 0]]);
    matching.forget([{ meter: "pv-a", rev: 2, fromMs: DAY + DAY_MS }]);
    const after = await days();
    expect(read.map(([from]) => from)).toEqual([1, 2]);
    expect(after[3]?.day).toBe(before[3]?.day);
    expect(after).toEqual(await matchingFrom(park, telemetry).days(DAY, DAY + 6 * DAY_MS, LATER));
  });

  it("traces from the storage's first day on, whatever is asked first", async () => {
    await putDays(telemetry, park, DAY, 3, [...STORING, OUT]);
    const alone = await matchingFrom(park, telemetry).days(DAY + 2 * DAY_MS, DAY + 3 * DAY_MS, LATER);
    const whole = await matchingFrom(park, telemetry).days(DAY, DAY + 3 * DAY_MS, LATER);
    expect(alone).toHaveLength(1);
    expect(alone[0]).toEqual(whole[2]);
    expect(kwhOf(alone[0], "cell", "storageNetworkUse")).toBeGreaterThan(0);
  });

  it("keeps days in a file: a restart reads no quarter-hours, and a changed day is made again", async () => {
    await putDays(telemetry, park, DAY, 5, [...STORING, OUT]);
    const file = () => new DayFile(folder, park.id, log);
    const first = file();
    const days = await matchingFrom(park, telemetry, { file: first }).days(DAY, DAY + 5 * DAY_MS, LATER);
    await first.flush();
    read = [];
    expect(await matchingFrom(park, telemetry, { file: file() }).days(DAY, DAY + 5 * DAY_MS, LATER)).toEqual(
      days,
    );
    expect(read).toEqual([]);
    await putDays(telemetry, park, DAY + 4 * DAY_MS, 1, [["pv-a", "energyExportKwh", () => 0]]);
    const third = file();
    const changed = await matchingFrom(park, telemetry, { file: third }).days(DAY, DAY + 5 * DAY_MS, LATER);
    expect(kwhOf(changed[4], "wafer", "ownUse")).toBe(0);
    expect(read).toEqual([[4, 5]]);
    await third.flush();
    const stored = await file().load();
    expect(stored.map((s) => s.startMs)).toEqual(days.map((d) => d.startMs));
  });

  it("a day of 25 hours has 100 quarter-hours, each in its local hour", async () => {
    const berlin = greenPark((yaml) => yaml.replace("Asia/Shanghai", "Europe/Berlin"));
    const start = Date.parse("2026-10-25T00:00:00+02:00");
    await putDays(telemetry, berlin, start, 2);
    const [day] = await matchingFrom(berlin, telemetry).days(start, start + HOUR_MS, LATER);
    expect(kwhOf(day, "wafer", "use")).toBe(100 * 60);
    if (day === undefined) throw new Error("no day");
    const due = hoursOf(
      day.day,
      day.structure.nodes.findIndex((n) => n.id === "wafer"),
      "due",
    );
    expect([due[1], due[2], due[3]]).toEqual([4, 8, 4]);
  });

  it("a virtual meter's day without readings is missing, not estimated", async () => {
    const virtual = greenPark((yaml) =>
      yaml.replace(
        "  - { id: heat-c,",
        "  - { id: rest-c, role: load, enterprise: carpet, sum: [{ meter: gate-c, factor: 1 }, { meter: load-c, factor: -1 }] }\n  - { id: heat-c,",
      ),
    );
    await putDays(telemetry, virtual, DAY + DAY_MS, 1);
    const [before, known] = await matchingFrom(virtual, telemetry).days(DAY, DAY + 2 * DAY_MS, LATER);
    const quarters = (day: MatchedDay | undefined) => (kwhOf(day, "carpet", "useKnownQuarters") ?? 0) * 1e6;
    expect([quarters(before), quarters(known)]).toEqual([0, 96]);
  });

  it("crossings by quarter-hour add up to those of the day", async () => {
    await putDays(telemetry, park, DAY, 2);
    const scope = { kind: "enterprise", id: "cell" } as const;
    const from = DAY + 45 * QUARTER_MS;
    const { takenMwh, givenMwh } = await matchingFrom(park, telemetry).crossings(
      scope,
      from,
      DAY + 2 * DAY_MS,
      LATER,
    );
    expect(takenMwh.length).toBe(2 * 96 - 45);
    expect(takenMwh.reduce((a, b) => a + b, 0)).toBe((15 + 20) * 40_000_000);
    expect([takenMwh[14], takenMwh[15]]).toEqual([40_000_000, 0]);
    expect(givenMwh.every((v) => v === 0)).toBe(true);
  });

  it("when the store fails, so does the answer, and the next one is asked again", async () => {
    await putDays(telemetry, park, DAY, 1);
    const matching = matchingFrom(park, telemetry);
    const readEnergy = telemetry.readEnergy;
    telemetry.readEnergy = async () => {
      throw new Error("store down");
    };
    await expect(matching.days(DAY, DAY + DAY_MS, LATER)).rejects.toThrow("store down");
    telemetry.readEnergy = readEnergy;
    expect(await matching.days(DAY, DAY + DAY_MS, LATER)).toHaveLength(1);
  });
});
