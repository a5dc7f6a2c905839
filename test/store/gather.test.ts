import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Gather } from "../../store/gather.ts";
import { gatheredJudgements, gatheredReadings, type ReadingsQuery } from "../../store/gathered-reads.ts";
import { StoreError } from "../../store/telemetry.ts";
import { MemoryTelemetry } from "../kit/memory-telemetry.ts";

describe("questions that come together", () => {
  it("are asked together where they fit, and each gets its own answer", async () => {
    const groups: number[][] = [];
    const gather = new Gather<number, number>(
      async (questions) => {
        groups.push([...questions]);
        return questions.map((q) => q * 2);
      },
      (first, other) => first % 2 === other % 2,
    );
    expect(await Promise.all([1, 2, 3, 5, 8].map((q) => gather.ask(q)))).toEqual([2, 4, 6, 10, 16]);
    expect(groups).toEqual([
      [1, 3, 5],
      [2, 8],
    ]);
  });

  it("wait for those under way, so that they gather", async () => {
    const sizes: number[] = [];
    let go = () => {};
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    const gather = new Gather<number, number>(
      async (questions) => {
        sizes.push(questions.length);
        await gate;
        return questions;
      },
      () => true,
    );
    const asked: Promise<number>[] = [];
    for (let q = 0; q < 20; q++) {
      asked.push(gather.ask(q));
      await new Promise((resolve) => setImmediate(resolve));
    }
    go();
    expect(await Promise.all(asked)).toHaveLength(20);
    expect(sizes).toEqual([1, 1, 18]);
  });

  it("fail alone for what one of them did, and together when the engine is away", async () => {
    let asked = 0;
    const gatherOf = (code: "too-much" | "unavailable") =>
      new Gather<number, number>(
        async (questions) => {
          asked++;
          if (questions.includes(13)) throw new StoreError(code, "13");
          return questions;
        },
        () => true,
      );
    const much = gatherOf("too-much");
    const found = await Promise.allSettled([12, 13, 14].map((q) => much.ask(q)));
    expect(found.map((f) => f.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    asked = 0;
    const away = gatherOf("unavailable");
    const lost = await Promise.allSettled([12, 13, 14].map((q) => away.ask(q)));
    expect(lost.map((f) => f.status)).toEqual(["rejected", "rejected", "rejected"]);
    expect(asked).toBe(1);
  });
});

const METERS = ["a", "b", "c", "d"];
const HOUR = 3_600_000;

describe("reads of single meters", () => {
  it("give together what each gives alone, whatever spans and limits are asked", async () => {
    const telemetry = new MemoryTelemetry();
    for (const [i, meter] of METERS.entries()) {
      const rows = Array.from({ length: 20 * i }, (_, k) => ({
        meter,
        timeMs: k * HOUR,
        values: { powerKw: k },
        superseded: {},
        simulated: false,
      }));
      await telemetry.writeReadings(rows, []);
      const judgements = Array.from({ length: i }, (_, k) => ({
        dayStartMs: k * 24 * HOUR,
        state: `${meter} ${k}`,
        events: "[]",
      }));
      await telemetry.writeSettlements([
        { meter, channel: "energyImportKwh", rev: 1, intervals: [], days: [], judgements },
      ]);
    }
    const readings = gatheredReadings((query) => telemetry.readReadings(query));
    const judgements = gatheredJudgements(async (registers, atOrBeforeMs) => {
      const found = new Map();
      for (const { meter, channel } of registers) {
        const newest = await telemetry.readJudgement(meter, channel, atOrBeforeMs);
        if (newest !== null) found.set(`${meter} ${channel}`, newest);
      }
      return found;
    });
    const readingsQuery = fc.record({
      meters: fc.constantFrom(...METERS).map((m) => [m]),
      fromMs: fc.integer({ min: -2, max: 60 }).map((h) => (h * HOUR) / 2),
      length: fc.integer({ min: 1, max: 40 }),
      limit: fc.integer({ min: 1, max: 40 }),
    });
    const judgementQuery = fc.record({
      meter: fc.constantFrom(...METERS),
      channel: fc.constant("energyImportKwh" as const),
      atOrBeforeMs: fc.integer({ min: -1, max: 160 }).map((h) => (h * HOUR) / 2),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(readingsQuery, { maxLength: 8 }),
        fc.array(judgementQuery, { maxLength: 8 }),
        async (asked, judged) => {
          const queries = asked.map((q): ReadingsQuery => ({ ...q, toMs: q.fromMs + q.length * HOUR }));
          const settled = (ask: (query: ReadingsQuery) => Promise<unknown>) =>
            Promise.allSettled(queries.map(ask)).then((all) =>
              all.map((one) => (one.status === "fulfilled" ? one.value : one.reason.code)),
            );
          expect(await settled(readings)).toEqual(await settled((q) => telemetry.readReadings(q)));
          const plain = judged.map((q) => telemetry.readJudgement(q.meter, q.channel, q.atOrBeforeMs));
          expect(await Promise.all(judged.map(judgements))).toEqual(await Promise.all(plain));
        },
      ),
      { numRuns: 60 },
    );
  });
});
