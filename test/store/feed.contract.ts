import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { FeedReader, FeedWriter, IngestStatus, LiveValue, MeterChange } from "../../store/feed.ts";

/** A feed under test: one sending end, readers of it. */
interface FeedUnderTest {
  readonly writer: FeedWriter;
  /** A reader, not started. */
  reader(): FeedReader;
  close(): Promise<void>;
}

const T0 = Date.UTC(2026, 10, 20);

export function liveValue(meter: string, timeMs: number, given: Partial<LiveValue> = {}): LiveValue {
  return {
    meter,
    timeMs,
    powerKw: -412.5,
    powerFrom: "gauge",
    stateOfCharge: null,
    simulated: true,
    ...given,
  };
}

export const STATUS: IngestStatus = {
  timeMs: T0,
  broker: { state: "up", detail: "127.0.0.1:1883 “好”" },
  store: { state: "down", detail: "does not answer" },
  messages: 3,
  readings: 4,
  duplicates: 0,
  deadLetters: 1,
  deadLettersByReason: { "unknown-meter": 1 },
  gateways: { neuron: { messages: 9, errors: 2, unmapped: 1 } },
  waiting: 2,
  held: 0,
  dirtyMeters: 5,
  oldestDirtyMs: null,
  undeclaredMeters: 2,
};

/** What every feed must do; run against each. */
export function feedContract(name: string, open: () => Promise<() => Promise<FeedUnderTest>>): void {
  describe(`feed by ${name}`, () => {
    let make: () => Promise<FeedUnderTest>;
    let feed: FeedUnderTest;
    let reader: FeedReader;
    beforeAll(async () => {
      make = await open();
    });
    beforeEach(async () => {
      feed = await make();
      reader = feed.reader();
      await reader.start();
    });
    afterEach(async () => {
      await reader?.stop();
      await feed?.close();
    });
    afterAll(() => {});

    test("a value comes to every reader and stays the latest", async () => {
      const heard: LiveValue[] = [];
      reader.subscribe({ values: (values) => heard.push(...values) });
      const value = liveValue("gate", T0, { powerKw: null, powerFrom: null, stateOfCharge: 0.1 });
      feed.writer.publishValues([value]);
      await vi.waitFor(() => expect(heard).toEqual([value]));
      expect([...reader.latest().values()]).toEqual([value]);
    });

    test("many values at once come in few batches, the latest of each meter", async () => {
      const batches: (readonly LiveValue[])[] = [];
      reader.subscribe({ values: (values) => batches.push(values) });
      for (let i = 0; i < 50; i++) {
        feed.writer.publishValues(
          Array.from({ length: 100 }, (_, m) => liveValue(`m-${m}`, T0 + i, { powerKw: i })),
        );
      }
      await vi.waitFor(() => {
        expect(reader.latest().size).toBe(100);
        expect([...reader.latest().values()].every((value) => value.powerKw === 49)).toBe(true);
      });
      expect(batches.length).toBeLessThan(50);
    });

    test("a value older than the latest is not the latest", async () => {
      feed.writer.publishValues([liveValue("m", T0 + 10, { powerKw: 10 })]);
      feed.writer.publishValues([liveValue("m", T0 + 5, { powerKw: 5 }), liveValue("other", T0)]);
      await vi.waitFor(() => expect(reader.latest().size).toBe(2));
      expect(reader.latest().get("m")?.powerKw).toBe(10);
    });

    test("changes of one meter reach back to the earliest and carry the newest revision", async () => {
      const heard: MeterChange[] = [];
      reader.subscribe({ changes: (changes) => heard.push(...changes) });
      feed.writer.publishChanges([
        { meter: "m", rev: 4, fromMs: T0 + 900_000 },
        { meter: "n", rev: 1, fromMs: T0 },
      ]);
      feed.writer.publishChanges([{ meter: "m", rev: 5, fromMs: T0 + 1_800_000 }]);
      await vi.waitFor(() => expect(heard.length).toBeGreaterThan(1));
      expect(heard).toContainEqual({ meter: "m", rev: 5, fromMs: T0 + 900_000 });
      expect(heard).toContainEqual({ meter: "n", rev: 1, fromMs: T0 });
    });

    test("the status is the last one, null before the first", async () => {
      expect(reader.status()).toBeNull();
      feed.writer.publishStatus({ ...STATUS, messages: 2 });
      feed.writer.publishStatus(STATUS);
      await vi.waitFor(() => expect(reader.status()).toEqual(STATUS));
    });

    test("who stopped listening hears no more; who throws keeps none from hearing", async () => {
      const heard: string[] = [];
      const stop = reader.subscribe({ values: () => heard.push("stopped") });
      reader.subscribe({
        values: () => {
          throw new Error("of a listener");
        },
      });
      reader.subscribe({ values: () => heard.push("listening") });
      stop();
      stop();
      feed.writer.publishValues([liveValue("m", T0)]);
      await vi.waitFor(() => expect(heard).toEqual(["listening"]));
    });
  });
}
