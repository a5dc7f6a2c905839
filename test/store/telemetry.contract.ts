import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DAY_MS, QUARTER_MS } from "../../park/calendar.ts";
import type { Channel } from "../../park/quantities.ts";
import { ENERGY_FLAGS, type ReadingRow, type Settlement, type Telemetry } from "../../store/telemetry.ts";

/** An engine under test: its parks share one place, so a second instance sees what the first wrote. */
interface TelemetryEngine {
  /** An instance for a park, not started. */
  create(park: string): Telemetry;
  close(): Promise<void>;
}

const T0 = Date.UTC(2026, 10, 20, 0, 0);

function reading(
  meter: string,
  timeMs: number,
  values: ReadingRow["values"],
  superseded: ReadingRow["superseded"] = {},
): ReadingRow {
  return { meter, timeMs, values, superseded, simulated: false };
}

function settlement(meter: string, rev: number, rows: Partial<Settlement>): Settlement {
  return { meter, channel: "energyImportKwh", rev, intervals: [], days: [], judgements: [], ...rows };
}

/** What every telemetry engine must do; run against each. */
export function telemetryContract(name: string, open: () => Promise<TelemetryEngine>): void {
  describe(`telemetry on ${name}`, () => {
    let engine: TelemetryEngine;
    let parks = 0;
    beforeAll(async () => {
      engine = await open();
    });
    afterAll(async () => {
      await engine?.close();
    });

    /** Runs with an instance of a park of its own. */
    async function withPark(work: (telemetry: Telemetry, park: string) => Promise<void>): Promise<void> {
      const park = `park-${Date.now().toString(36)}-${++parks}`;
      const telemetry = engine.create(park);
      await telemetry.start();
      try {
        await work(telemetry, park);
      } finally {
        await telemetry.stop();
      }
    }

    test("starts and stops again and again, and probes", async () => {
      await withPark(async (telemetry, park) => {
        await telemetry.probe();
        await telemetry.probe();
        const second = engine.create(park);
        await second.start();
        await second.probe();
        await second.stop();
        await telemetry.probe();
      });
    });

    test("E13 readings and dirty marks are there for another instance", async () => {
      await withPark(async (telemetry, park) => {
        const rows = [
          reading("gate", T0, { energyImportKwh: 123456.78, powerKw: -412.5 }),
          reading("gate", T0 + 60_000, { energyImportKwh: 0, stateOfCharge: 0.1 + 0.2 }),
          {
            ...reading("a-pv", T0, { energyExportKwh: 1e-7 }, { energyExportKwh: [5, 0.1] }),
            simulated: true,
          },
        ];
        await telemetry.writeReadings(rows, [{ meter: "gate", fromMs: T0 }]);
        const second = engine.create(park);
        await second.start();
        const query = { meters: ["gate", "a-pv", "nobody"], fromMs: T0, toMs: T0 + DAY_MS, limit: 10 };
        expect(await second.readReadings(query)).toEqual([rows[2], rows[0], rows[1]]);
        expect(await second.readDirty()).toEqual([{ meter: "gate", fromMs: T0 }]);
        await second.stop();
      });
    });

    test("the same instant again: channels given overwrite, others stay", async () => {
      await withPark(async (telemetry) => {
        await telemetry.writeReadings([reading("m", T0, { energyImportKwh: 1, powerKw: 5 })], []);
        await telemetry.writeReadings(
          [reading("m", T0, { energyImportKwh: 2 }, { energyImportKwh: [1] })],
          [],
        );
        await telemetry.writeReadings([reading("m", T0, { powerKw: 6 }, { powerKw: [5] })], []);
        expect(await telemetry.readReadings({ meters: ["m"], fromMs: T0, toMs: T0 + 1, limit: 1 })).toEqual([
          reading("m", T0, { energyImportKwh: 2, powerKw: 6 }, { energyImportKwh: [1], powerKw: [5] }),
        ]);
      });
    });

    test("one batch may hold the same key several times: the last one counts", async () => {
      await withPark(async (telemetry) => {
        await telemetry.writeReadings(
          [
            reading("m", T0, { energyImportKwh: 1, powerKw: 9 }),
            reading("m", T0 + 1, { energyImportKwh: 3 }),
            reading("m", T0, { energyImportKwh: 2 }, { energyImportKwh: [1] }),
          ],
          [
            { meter: "m", fromMs: T0 + 5 },
            { meter: "m", fromMs: T0 },
            { meter: "m", fromMs: T0 + 9 },
          ],
        );
        const rows = await telemetry.readReadings({ meters: ["m", "m"], fromMs: T0, toMs: T0 + 9, limit: 9 });
        expect(rows).toEqual([
          reading("m", T0, { energyImportKwh: 2, powerKw: 9 }, { energyImportKwh: [1] }),
          reading("m", T0 + 1, { energyImportKwh: 3 }),
        ]);
        expect(await telemetry.readDirty()).toEqual([{ meter: "m", fromMs: T0 }]);
      });
    });

    test("spans are half-open", async () => {
      await withPark(async (telemetry) => {
        const times = [T0 - 1, T0, T0 + 1, T0 + 2];
        await telemetry.writeReadings(
          times.map((t) => reading("m", t, { powerKw: 1 })),
          [],
        );
        const rows = await telemetry.readReadings({ meters: ["m"], fromMs: T0, toMs: T0 + 2, limit: 9 });
        expect(rows.map((r) => r.timeMs)).toEqual([T0, T0 + 1]);
      });
    });

    test("a dirty mark only ever moves back, until it is cleared", async () => {
      await withPark(async (telemetry) => {
        const marks = (fromMs: number) => telemetry.writeReadings([], [{ meter: "m", fromMs }]);
        await marks(T0 + 1000);
        await marks(T0 + 5000);
        expect(await telemetry.readDirty()).toEqual([{ meter: "m", fromMs: T0 + 1000 }]);
        await marks(T0);
        expect(await telemetry.readDirty()).toEqual([{ meter: "m", fromMs: T0 }]);
        await telemetry.writeReadings([], [{ meter: "a", fromMs: T0 + 7 }]);
        await telemetry.clearDirty(["m", "nobody"]);
        expect(await telemetry.readDirty()).toEqual([{ meter: "a", fromMs: T0 + 7 }]);
        await marks(T0 + 9000);
        expect(await telemetry.readDirty()).toEqual([
          { meter: "a", fromMs: T0 + 7 },
          { meter: "m", fromMs: T0 + 9000 },
        ]);
        await telemetry.clearDirty(["a", "m"]);
        await telemetry.clearDirty([]);
        expect(await telemetry.readDirty()).toEqual([]);
      });
    });

    test("parks do not see each other", async () => {
      await withPark(async (one) => {
        await withPark(async (two) => {
          await one.writeReadings([reading("m", T0, { powerKw: 1 })], [{ meter: "m", fromMs: T0 }]);
          await two.writeReadings([reading("m", T0, { powerKw: 2 })], []);
          const query = { meters: ["m"], fromMs: T0, toMs: T0 + 1, limit: 5 };
          expect((await one.readReadings(query)).map((r) => r.values.powerKw)).toEqual([1]);
          expect((await two.readReadings(query)).map((r) => r.values.powerKw)).toEqual([2]);
          expect(await two.readDirty()).toEqual([]);
        });
      });
    });

    test("the last reading of each meter before an instant, at any age", async () => {
      await withPark(async (telemetry) => {
        const old = Date.UTC(2019, 0, 1);
        await telemetry.writeReadings(
          [
            reading("old", old, { energyImportKwh: 7, powerKw: 1 }),
            reading("m", T0 - 1, { energyImportKwh: 1 }),
            reading("m", T0, { energyImportKwh: 2 }),
          ],
          [],
        );
        expect(await telemetry.readLastReadings(["old", "m", "nobody"], T0)).toEqual([
          reading("m", T0 - 1, { energyImportKwh: 1 }),
          reading("old", old, { energyImportKwh: 7, powerKw: 1 }),
        ]);
        expect(await telemetry.readLastReadings([], T0)).toEqual([]);
      });
    });

    test("when each meter's first reading was, of any kind and of a channel", async () => {
      await withPark(async (telemetry) => {
        const old = Date.UTC(2019, 0, 1);
        await telemetry.writeReadings(
          [
            reading("old", old, { powerKw: 1 }),
            reading("old", T0, { energyImportKwh: 7 }),
            reading("old", T0 + 1, { energyImportKwh: 8 }),
            reading("m", T0 + DAY_MS, { energyImportKwh: 1 }),
            reading("other", old, { energyImportKwh: 1 }),
          ],
          [],
        );
        const firsts = async (channel: Channel | null) =>
          Object.fromEntries(await telemetry.readFirstTimes(["old", "m", "nobody"], channel));
        expect(await firsts(null)).toEqual({ old, m: T0 + DAY_MS });
        expect(await firsts("energyImportKwh")).toEqual({ old: T0, m: T0 + DAY_MS });
        expect(await firsts("heatGj")).toEqual({});
        expect((await telemetry.readFirstTimes([], null)).size).toBe(0);
      });
    });

    test("beyond the limit of rows an error and never a part", async () => {
      await withPark(async (telemetry) => {
        await telemetry.writeReadings(
          ["a", "b"].flatMap((meter) => [0, 1, 2].map((i) => reading(meter, T0 + i, { powerKw: i }))),
          [],
        );
        const row = { micro: 1, knownMs: QUARTER_MS, flags: 0 };
        const rows = [0, 1, 2].map((i) => ({ ...row, startMs: T0 + i * QUARTER_MS }));
        const judgements = [0, 1, 2].map((i) => ({ dayStartMs: T0 + i * DAY_MS, state: "{}", events: "[]" }));
        await telemetry.writeSettlements(
          ["a", "b"].map((meter) => settlement(meter, 1, { intervals: rows, days: rows, judgements })),
        );
        const span = { fromMs: T0, toMs: T0 + 9 * DAY_MS };
        const meters = ["a", "b"];
        const tooMuch = { name: "StoreError", code: "too-much" };
        expect(await telemetry.readReadings({ meters, ...span, limit: 6 })).toHaveLength(6);
        await expect(telemetry.readReadings({ meters, ...span, limit: 5 })).rejects.toMatchObject(tooMuch);
        const registers = meters.map((meter) => ({ meter, channel: "energyImportKwh" as const }));
        for (const kind of ["interval", "day"] as const) {
          expect(await telemetry.readEnergy({ rows: kind, registers, ...span, limit: 6 })).toHaveLength(2);
          await expect(
            telemetry.readEnergy({ rows: kind, registers, ...span, limit: 5 }),
          ).rejects.toMatchObject(tooMuch);
        }
        expect(await telemetry.readJudgements({ meters, ...span, limit: 6 })).toHaveLength(6);
        await expect(telemetry.readJudgements({ meters, ...span, limit: 5 })).rejects.toMatchObject(tooMuch);
      });
    });

    test("energy comes back in columns, by meter and channel; a pair without rows is empty", async () => {
      await withPark(async (telemetry) => {
        const flags = ENERGY_FLAGS.startSharp15m | ENERGY_FLAGS.simulated;
        const first = { startMs: T0, micro: 25_000_000, knownMs: QUARTER_MS, flags };
        const second = { startMs: T0 + QUARTER_MS, micro: -1, knownMs: 1, flags: 0 };
        await telemetry.writeSettlements([
          settlement("m", 3, {
            intervals: [second, first],
            days: [{ ...first, startMs: T0 - 8 * 3_600_000 }],
          }),
          { ...settlement("m", 5, { intervals: [first] }), channel: "energyExportKwh" },
        ]);
        const registers = [
          { meter: "m", channel: "energyImportKwh" },
          { meter: "m", channel: "energyExportKwh" },
          { meter: "nobody", channel: "volumeM3" },
        ] as const;
        const span = { fromMs: T0, toMs: T0 + QUARTER_MS + 1, limit: 100 };
        expect(await telemetry.readEnergy({ rows: "interval", registers, ...span })).toEqual([
          {
            ...registers[1],
            startMs: Float64Array.of(T0),
            micro: Float64Array.of(25_000_000),
            knownMs: Float64Array.of(QUARTER_MS),
            flags: Uint16Array.of(flags),
            revs: Float64Array.of(5),
            rev: 5,
          },
          {
            ...registers[0],
            startMs: Float64Array.of(T0, T0 + QUARTER_MS),
            micro: Float64Array.of(25_000_000, -1),
            knownMs: Float64Array.of(QUARTER_MS, 1),
            flags: Uint16Array.of(flags, 0),
            revs: Float64Array.of(3, 3),
            rev: 3,
          },
          {
            ...registers[2],
            startMs: new Float64Array(0),
            micro: new Float64Array(0),
            knownMs: new Float64Array(0),
            flags: new Uint16Array(0),
            revs: new Float64Array(0),
            rev: 0,
          },
        ]);
        const days = await telemetry.readEnergy({ rows: "day", registers: [registers[0]], ...span });
        expect(days.map((d) => d.startMs.length)).toEqual([0]);
      });
    });

    test("an interval that was known can become unknown, and nothing of it stays", async () => {
      await withPark(async (telemetry) => {
        const known = { startMs: T0, micro: 5_000_000, knownMs: QUARTER_MS, flags: 33 };
        const unknown = { startMs: T0, micro: 0, knownMs: 0, flags: 0 };
        await telemetry.writeSettlements([settlement("m", 1, { intervals: [known], days: [known] })]);
        await telemetry.writeSettlements([settlement("m", 2, { intervals: [unknown], days: [unknown] })]);
        for (const rows of ["interval", "day"] as const) {
          const [series] = await telemetry.readEnergy({
            rows,
            registers: [{ meter: "m", channel: "energyImportKwh" }],
            fromMs: T0,
            toMs: T0 + 1,
            limit: 5,
          });
          expect(series).toMatchObject({
            micro: Float64Array.of(0),
            knownMs: Float64Array.of(0),
            flags: Uint16Array.of(0),
            rev: 2,
          });
        }
      });
    });

    test("E2 integers of 10⁻⁶ come back exactly, up to 2⁵³", async () => {
      await withPark(async (telemetry) => {
        const micros = [
          Number.MAX_SAFE_INTEGER,
          Number.MIN_SAFE_INTEGER,
          Number.MAX_SAFE_INTEGER - 1,
          4_503_599_627_370_497,
          1_000_001,
          -1,
          0,
        ];
        const intervals = micros.map((micro, i) => ({
          startMs: T0 + i * QUARTER_MS,
          micro,
          knownMs: 1,
          flags: 65_535,
        }));
        await telemetry.writeSettlements([settlement("m", Number.MAX_SAFE_INTEGER, { intervals })]);
        const [series] = await telemetry.readEnergy({
          rows: "interval",
          registers: [{ meter: "m", channel: "energyImportKwh" }],
          fromMs: T0,
          toMs: T0 + DAY_MS,
          limit: 100,
        });
        expect([...(series?.micro ?? [])]).toEqual(micros);
        expect(series?.rev).toBe(Number.MAX_SAFE_INTEGER);
        expect(series?.flags[0]).toBe(65_535);
      });
    });

    test("E11 display values of any double come back exactly", async () => {
      await withPark(async (telemetry) => {
        let at = T0;
        await fc.assert(
          fc.asyncProperty(
            fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 30 }),
            async (values) => {
              const fromMs = at;
              const rows = values.map((value) => reading("m", at++, { energyImportKwh: value + 0 }));
              await telemetry.writeReadings(rows, []);
              expect(await telemetry.readReadings({ meters: ["m"], fromMs, toMs: at, limit: 30 })).toEqual(
                rows,
              );
            },
          ),
          { numRuns: 15 },
        );
      });
    });

    test("numbers that cannot be are refused", async () => {
      await withPark(async (telemetry) => {
        const rejected = { name: "StoreError", code: "rejected" };
        for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
          await expect(
            telemetry.writeReadings([reading("m", T0, { powerKw: value })], []),
          ).rejects.toMatchObject(rejected);
        }
        const row = { startMs: T0, micro: 0.5, knownMs: 0, flags: 0 };
        await expect(
          telemetry.writeSettlements([settlement("m", 1, { intervals: [row] })]),
        ).rejects.toMatchObject(rejected);
      });
    });

    test("the newest judgement at or before an instant", async () => {
      await withPark(async (telemetry) => {
        const judgements = [0, 1, 2].map((i) => ({
          dayStartMs: T0 + i * DAY_MS,
          state: JSON.stringify({ i, text: '换表, "quoted" \\ back\nline = a,b' }),
          events: i === 1 ? '[{"kind":"step"}]' : "[]",
        }));
        await telemetry.writeSettlements([settlement("m", 1, { judgements })]);
        const read = (t: number) => telemetry.readJudgement("m", "energyImportKwh", t);
        expect(await read(T0 - 1)).toBeNull();
        expect(await read(T0)).toEqual(judgements[0]);
        expect(await read(T0 + DAY_MS - 1)).toEqual(judgements[0]);
        expect(await read(T0 + 99 * DAY_MS)).toEqual(judgements[2]);
        expect(await telemetry.readJudgement("m", "volumeM3", T0)).toBeNull();
        const span = { meters: ["m"], fromMs: T0 + DAY_MS, toMs: T0 + 2 * DAY_MS, limit: 5 };
        expect(await telemetry.readJudgements(span)).toEqual([
          { meter: "m", channel: "energyImportKwh", ...judgements[1] },
        ]);
        const replaced = { dayStartMs: T0 + DAY_MS, state: "{}", events: "[]" };
        await telemetry.writeSettlements([settlement("m", 2, { judgements: [replaced] })]);
        expect(await read(T0 + DAY_MS)).toEqual(replaced);
      });
    });

    test("the newest judgements of all registers of meters", async () => {
      await withPark(async (telemetry) => {
        const at = (day: number, text: string) => ({
          dayStartMs: T0 + day * DAY_MS,
          state: `${text} "of" day\n${day}`,
          events: "[]",
        });
        const long = -400;
        await telemetry.writeSettlements([
          settlement("a", 1, { judgements: [at(0, "a"), at(1, "a"), at(2, "a")] }),
          { ...settlement("a", 1, { judgements: [at(1, "export")] }), channel: "energyExportKwh" },
          settlement("b", 1, { judgements: [at(long, "b")] }),
          settlement("other", 1, { judgements: [at(1, "other")] }),
        ]);
        const row = (meter: string, judgement: object, channel = "energyImportKwh") => ({
          meter,
          channel,
          ...judgement,
        });
        const expected = {
          a: [row("a", at(1, "export"), "energyExportKwh"), row("a", at(2, "a"))],
          b: [row("b", at(long, "b"))],
        };
        const meters = ["b", "a", "nobody"];
        const far = T0 + 99 * DAY_MS;
        expect(await telemetry.readNewestJudgements(meters, far)).toEqual([...expected.a, ...expected.b]);
        expect(await telemetry.readNewestJudgements(["a"], T0 + DAY_MS)).toEqual([
          row("a", at(1, "export"), "energyExportKwh"),
          row("a", at(1, "a")),
        ]);
        expect(await telemetry.readNewestJudgements(["a"], T0 + DAY_MS - 1)).toEqual([row("a", at(0, "a"))]);
        expect(await telemetry.readNewestJudgements([], far)).toEqual([]);
      });
    });

    test("E13 dead letters keep any text and are paged newest first", async () => {
      await withPark(async (telemetry) => {
        const letters = Array.from({ length: 5 }, (_, i) => ({
          timeMs: T0 + i,
          topic: "parks/南川/meters/表 1,=\\/readings",
          payload: [
            '{"time":"零碳 🏭","v":"a\\"b"}',
            "line\nline\r\n\ttab",
            "ends in \\",
            "",
            `'; DROP TABLE x; -- ${"满".repeat(20_000)}`,
          ][i] as string, // five texts, five letters
          encoding: i === 2 ? ("base64" as const) : ("utf8" as const),
          bytes: 70_000 + i,
          reason: "unknown-meter",
          detail: "meter “表” is not in the park file\\",
        }));
        await telemetry.writeDeadLetters(letters);
        await telemetry.writeDeadLetters(letters.slice(0, 2));
        await telemetry.writeDeadLetters([]);
        expect(await telemetry.countDeadLetters()).toBe(5);
        const newest = await telemetry.readDeadLetters({ beforeMs: T0 + 100, limit: 2 });
        expect(newest).toEqual([letters[4], letters[3]]);
        const beforeMs = newest[1]?.timeMs ?? 0;
        expect(await telemetry.readDeadLetters({ beforeMs, limit: 10 })).toEqual([
          letters[2],
          letters[1],
          letters[0],
        ]);
      });
    });

    test("E13: a dead letter sent again says so and is open no more", async () => {
      await withPark(async (telemetry) => {
        const letters = [0, 1, 2].map((i) => ({
          timeMs: T0 + i,
          topic: "t",
          payload: "{}",
          encoding: "utf8" as const,
          bytes: 2,
          reason: "unknown-meter",
          detail: "",
        }));
        await telemetry.writeDeadLetters(letters);
        const marked = letters.slice(0, 2).map((letter, i) => ({
          ...letter,
          sentAgain: { atMs: T0 + 9, outcome: i === 0 ? ("taken" as const) : ("refused" as const) },
        }));
        await telemetry.writeDeadLetters(marked);
        expect(await telemetry.countDeadLetters()).toBe(1);
        expect(await telemetry.readDeadLetters({ beforeMs: T0 + 100, limit: 10 })).toEqual([
          letters[2],
          marked[1],
          marked[0],
        ]);
      });
    });

    test("lists the meters of this park that have readings", async () => {
      await withPark(async (telemetry) => {
        expect(await telemetry.listMeters()).toEqual([]);
        await telemetry.writeReadings(
          ["b", "a"].map((meter) => reading(meter, T0, { energyImportKwh: 1 })),
          [],
        );
        await telemetry.writeReadings([reading("a", T0 + 400 * DAY_MS, { powerKw: 1 })], []);
        expect(await telemetry.listMeters()).toEqual(["a", "b"]);
      });
    });

    test("10,000 readings of 500 meters in one call, twice", async () => {
      await withPark(async (telemetry) => {
        const rows = Array.from({ length: 10_000 }, (_, i) =>
          reading(`meter-${i % 500}`, T0 + Math.floor(i / 500) * 60_000, { energyImportKwh: i, powerKw: 1 }),
        );
        const dirty = Array.from({ length: 500 }, (_, i) => ({ meter: `meter-${i}`, fromMs: T0 }));
        await telemetry.writeReadings(rows, dirty);
        await telemetry.writeReadings(rows, dirty);
        const meters = dirty.map((mark) => mark.meter);
        const read = await telemetry.readReadings({ meters, fromMs: T0, toMs: T0 + DAY_MS, limit: 10_000 });
        expect(read).toHaveLength(10_000);
        expect(read.reduce((sum, row) => sum + (row.values.energyImportKwh ?? 0), 0)).toBe(49_995_000);
        expect(await telemetry.readDirty()).toHaveLength(500);
        await telemetry.clearDirty(meters);
        expect(await telemetry.readDirty()).toEqual([]);
      });
    });

    test("a year of quarter-hours of registers, and as many readings of one meter, in one answer", async () => {
      await withPark(async (telemetry) => {
        const count = 365 * 96;
        const startMs = (i: number) => T0 + i * QUARTER_MS;
        const rows = Array.from({ length: count }, (_, i) => ({
          startMs: startMs(i),
          micro: i,
          knownMs: QUARTER_MS,
          flags: 0,
        }));
        const meters = ["a", "b"];
        await telemetry.writeSettlements(meters.map((meter) => settlement(meter, 1, { intervals: rows })));
        await telemetry.writeReadings(
          rows.map((row, i) => reading("a", row.startMs, { energyImportKwh: i })),
          [],
        );
        const span = { fromMs: T0, toMs: startMs(count) };
        const registers = meters.map((meter) => ({ meter, channel: "energyImportKwh" as const }));
        const energy = await telemetry.readEnergy({ rows: "interval", registers, ...span, limit: 2 * count });
        for (const series of energy) {
          expect(series.startMs).toEqual(Float64Array.from(rows, (row) => row.startMs));
          expect(series.micro).toEqual(Float64Array.from(rows, (row) => row.micro));
        }
        expect(energy.map((series) => series.meter)).toEqual(meters);
        const all = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };
        for (const limit of [2 * count, 10 * count])
          expect(await telemetry.readEnergy({ rows: "interval", registers, ...all, limit })).toEqual(energy);
        expect(await telemetry.readEnergy({ rows: "day", registers, ...all, limit: 1 })).toHaveLength(2);
        const read = await telemetry.readReadings({ meters: ["a"], ...span, limit: count });
        expect(read.map((row) => row.values.energyImportKwh)).toEqual(rows.map((row) => row.micro));
        await expect(
          telemetry.readEnergy({ rows: "interval", registers, ...span, limit: 2 * count - 1 }),
        ).rejects.toMatchObject({ code: "too-much" });
      });
    });

    test("writes and reads at once neither block nor lose", async () => {
      await withPark(async (telemetry) => {
        const writes = Array.from({ length: 20 }, (_, i) =>
          telemetry.writeReadings(
            Array.from({ length: 50 }, (_, j) => reading("m", T0 + i * 50 + j, { powerKw: j })),
            [{ meter: "m", fromMs: T0 + i }],
          ),
        );
        const reads = Array.from({ length: 10 }, () => telemetry.readLastReadings(["m"], T0 + DAY_MS));
        await Promise.all([...writes, ...reads]);
        const query = { meters: ["m"], fromMs: T0, toMs: T0 + DAY_MS, limit: 1000 };
        expect(await telemetry.readReadings(query)).toHaveLength(1000);
        expect(await telemetry.readDirty()).toEqual([{ meter: "m", fromMs: T0 }]);
      });
    });
  });
}
