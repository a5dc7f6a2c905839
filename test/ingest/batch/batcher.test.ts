import { afterEach, describe, expect, it } from "vitest";
import type { Ingest } from "../../../ingest/ingest.ts";
import { MemoryTelemetry } from "../../kit/memory-telemetry.ts";
import { MINUTE, makeIngest, park, QUICK, settled, T0, until } from "../kit.ts";

const started: Ingest[] = [];
afterEach(async () => {
  for (const ingest of started.splice(0)) await ingest.stop();
});

async function start(telemetry = new MemoryTelemetry(), options: Parameters<typeof makeIngest>[1] = {}) {
  const made = makeIngest(telemetry, options);
  await made.ingest.start();
  started.push(made.ingest);
  return { telemetry, ...made };
}

const at = (minute: number) => T0 + minute * MINUTE;

describe("acknowledged means durable (E13)", () => {
  it("acknowledges only when readings and marks are written", async () => {
    const { telemetry, source } = await start();
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    telemetry.beforeWrite = (operation) => (operation === "writeReadings" ? gate : Promise.resolve());
    let isAcknowledged = false;
    const sent = source.send("line", { time: at(0), energyImportKwh: 1 }).then(() => {
      isAcknowledged = true;
    });
    await new Promise((r) => setTimeout(r, 50));
    expect(isAcknowledged).toBe(false);
    expect(telemetry.readings.size).toBe(0);
    release();
    await sent;
    expect(telemetry.readings.get("line")?.size).toBe(1);
  });

  it("keeps trying while the store fails, acknowledges nothing meanwhile, loses nothing", async () => {
    const { telemetry, source, ingest } = await start();
    telemetry.failNext("writeReadings", 6);
    const order: number[] = [];
    const sent = [0, 1, 2].map((i) =>
      source.send("line", { time: at(i), energyImportKwh: i }).then(() => order.push(i)),
    );
    await until("down", () => ingest.status()?.store.state === "down");
    expect(order).toEqual([]);
    expect(ingest.status()?.waiting).toBe(3);
    await Promise.all(sent);
    expect(order).toEqual([0, 1, 2]);
    expect(telemetry.readings.get("line")?.size).toBe(3);
    await until("up", () => ingest.status()?.store.state === "up");
  });

  it("acknowledges a bad message only when its dead letter is written", async () => {
    const { telemetry, source, ingest } = await start();
    telemetry.failNext("writeDeadLetters", 3);
    await source.send("nobody", { time: at(0), energyImportKwh: 1 });
    await source.sendRaw("parks/p1/meters/line/readings", Buffer.from("{"));
    expect(telemetry.letters.map((l) => l.reason)).toEqual(["unknown-meter", "malformed-json"]);
    expect(ingest.status()).toMatchObject({
      deadLetters: 2,
      deadLettersByReason: { "unknown-meter": 1, "malformed-json": 1 },
    });
  });

  it("gives every dead letter a time of its own, over restarts too", async () => {
    const telemetry = new MemoryTelemetry();
    const first = await start(telemetry);
    await first.source.send("line", [1, 2, 3]);
    await first.ingest.stop();
    const second = await start(telemetry);
    await second.source.send("line", [4, 5]);
    expect(new Set(telemetry.letters.map((l) => l.timeMs)).size).toBe(5);
    expect(second.ingest.status()?.deadLetters).toBe(5);
  });

  it("finds the rows a store will never take and keeps the others", async () => {
    const { telemetry, source } = await start();
    telemetry.rejects = (row) => row.timeMs === at(3) || row.timeMs === at(7);
    await source.send(
      "line",
      Array.from({ length: 10 }, (_, i) => ({ time: at(i), energyImportKwh: i })),
    );
    expect(telemetry.readings.get("line")?.size).toBe(8);
    expect(telemetry.letters.map((l) => [l.reason, JSON.parse(l.payload).time])).toEqual([
      ["store-rejected", at(3)],
      ["store-rejected", at(7)],
    ]);
  });

  it("a rejected reading may come again and is then not taken for a repetition", async () => {
    const { telemetry, source } = await start();
    telemetry.rejects = () => true;
    await source.send("line", { time: at(0), energyImportKwh: 1 });
    telemetry.rejects = () => false;
    await source.send("line", { time: at(0), energyImportKwh: 1 });
    expect(telemetry.readings.get("line")?.size).toBe(1);
  });
});

describe("duplicates and conflicts (E9)", () => {
  const row = (telemetry: MemoryTelemetry, minute: number) => telemetry.readings.get("line")?.get(at(minute));

  it("an exact repetition is nothing", async () => {
    const { telemetry, source, ingest } = await start();
    await source.send("line", { time: at(0), energyImportKwh: 1 });
    const writes = telemetry.calls.get("writeReadings");
    await source.send("line", { time: at(0), energyImportKwh: 1 });
    expect(telemetry.calls.get("writeReadings")).toBe(writes);
    expect(ingest.status()).toMatchObject({ readings: 1, duplicates: 1 });
  });

  it("the later of two values stands, the earlier is kept, and a value seen before is nothing", async () => {
    const { telemetry, source } = await start();
    for (const value of [1, 2, 1, 2, 3, 1])
      await source.send("line", { time: at(0), energyImportKwh: value });
    expect(row(telemetry, 0)).toMatchObject({
      values: { energyImportKwh: 3 },
      superseded: { energyImportKwh: [1, 2] },
    });
  });

  it("the same within one batch, one message and after a restart", async () => {
    const telemetry = new MemoryTelemetry();
    const first = await start(telemetry);
    await Promise.all([
      first.source.send("line", [
        { time: at(0), energyImportKwh: 1 },
        { time: at(0), energyImportKwh: 2 },
      ]),
      first.source.send("line", { time: at(0), energyImportKwh: 1 }),
    ]);
    await first.source.send("line", { time: at(9), energyImportKwh: 9 });
    await first.ingest.stop();
    const second = await start(telemetry);
    await second.source.send("line", { time: at(0), energyImportKwh: 1 });
    await second.source.send("line", { time: at(0), energyImportKwh: 5 });
    expect(row(telemetry, 0)).toMatchObject({
      values: { energyImportKwh: 5 },
      superseded: { energyImportKwh: [1, 2] },
    });
    expect(second.ingest.status()).toMatchObject({ duplicates: 1 });
  });

  it("channels of one instant may come one by one", async () => {
    const { telemetry, source } = await start();
    await source.send("gate", { time: at(0), energyImportKwh: 1 });
    await source.send("gate", { time: at(0), energyExportKwh: 2 });
    expect(telemetry.readings.get("gate")?.get(at(0))).toMatchObject({
      values: { energyImportKwh: 1, energyExportKwh: 2 },
      superseded: {},
    });
  });

  it("keeps eight replaced values; one more is a dead letter", async () => {
    const { telemetry, source } = await start();
    for (let value = 0; value <= 9; value++)
      await source.send("line", { time: at(0), energyImportKwh: value });
    expect(row(telemetry, 0)).toMatchObject({
      values: { energyImportKwh: 8 },
      superseded: { energyImportKwh: [0, 1, 2, 3, 4, 5, 6, 7] },
    });
    expect(telemetry.letters.map((l) => l.reason)).toEqual(["too-many-conflicts"]);
  });

  it("asks the store only for what lies before what it knows", async () => {
    const telemetry = new MemoryTelemetry();
    const settings = { ...QUICK, knownReadings: 1 }; // 16 a meter
    const { source, ingest } = await start(telemetry, { settings });
    for (let i = 0; i < 100; i++) await source.send("line", { time: at(i), energyImportKwh: i });
    await settled(ingest, telemetry);
    const reads = telemetry.calls.get("readReadings");
    await source.send("line", { time: at(95), energyImportKwh: 95 });
    expect(telemetry.calls.get("readReadings")).toBe(reads);
    await source.send("line", { time: at(3), energyImportKwh: 3 });
    expect(telemetry.calls.get("readReadings")).toBe((reads ?? 0) + 1);
    expect(ingest.status()).toMatchObject({ duplicates: 2 });
    await source.send("line", { time: at(3) + 1, energyImportKwh: 3 });
    expect(telemetry.readings.get("line")?.size).toBe(101);
  });
});

describe("readings ahead of time (E12)", () => {
  it("are durable at once, held from the settling, and settled when their time comes", async () => {
    let now = T0;
    const telemetry = new MemoryTelemetry();
    const { source, ingest } = await start(telemetry, { clock: () => now });
    await source.send("line", { time: at(0), energyImportKwh: 0 });
    await source.send("line", { time: at(5), energyImportKwh: 5 });
    await source.send("line", { time: at(30), energyImportKwh: 30 });
    expect(telemetry.readings.get("line")?.size).toBe(3);
    await settled(ingest, telemetry);
    expect(ingest.status()?.held).toBe(1);
    const rows = () => telemetry.intervals.get("line energyImportKwh");
    expect(rows()?.get(T0)?.knownMs).toBe(5 * MINUTE);
    expect(rows()?.has(at(15))).toBe(false);
    now = at(24);
    await new Promise((r) => setTimeout(r, 50));
    expect(ingest.status()?.held).toBe(1);
    now = at(25);
    await until("released", () => ingest.status()?.held === 0);
    await until("settled", () => rows()?.get(at(15))?.knownMs === 15 * MINUTE);
    expect(rows()?.get(at(15))?.micro).toBe(15_000_000);
  });

  it("are known over a restart, and do not make what comes in order late", async () => {
    let now = T0;
    const telemetry = new MemoryTelemetry();
    const clock = () => now;
    const first = await start(telemetry, { clock });
    await first.source.send("line", { time: at(0), energyImportKwh: 0 });
    await first.source.send("line", { time: at(60), energyImportKwh: 60 });
    await settled(first.ingest, telemetry);
    await first.ingest.stop();
    const second = await start(telemetry, { clock });
    expect(second.ingest.status()?.held).toBe(1);
    await second.source.send("line", { time: at(60), energyImportKwh: 60 });
    expect(second.ingest.status()?.duplicates).toBe(1);
    await settled(second.ingest, telemetry);
    const reads = telemetry.calls.get("readReadings");
    await second.source.send("line", { time: at(1), energyImportKwh: 1 });
    expect(telemetry.calls.get("readReadings")).toBe(reads);
    await second.ingest.stop();
    // Its time comes while nothing runs.
    now = at(200);
    const third = await start(telemetry, { clock });
    await until(
      "settled",
      () => telemetry.intervals.get("line energyImportKwh")?.get(at(45))?.knownMs === 15 * MINUTE,
    );
    await settled(third.ingest, telemetry);
  });

  it("are held in a bounded number; one more is a dead letter", async () => {
    const telemetry = new MemoryTelemetry();
    const settings = { ...QUICK, batcher: { ...QUICK.batcher, maxHeld: 2 } };
    const { source } = await start(telemetry, { clock: () => T0, settings });
    // In one batch, of several messages.
    await Promise.all([1, 2, 3].map((i) => source.send("line", { time: at(10 * i), energyImportKwh: i })));
    expect(telemetry.readings.get("line")?.size).toBe(2);
    expect(telemetry.letters.map((l) => l.reason)).toEqual(["too-many-held"]);
  });
});

describe("dead letters sent again (E13)", () => {
  const decision = (detail: object, atMs: number) => ({
    id: 1,
    kind: "redrive",
    detail: JSON.stringify(detail),
    by: "office",
    atMs,
    doneAtMs: null,
    outcome: null,
  });

  it("a meter declared late loses nothing", async () => {
    let now = T0;
    const telemetry = new MemoryTelemetry();
    const smaller = {
      ...park,
      meterById: new Map(park.meterById),
      meters: park.meters.filter((m) => m.id !== "line"),
    };
    smaller.meterById.delete("line");
    const first = await start(telemetry, { park: smaller, clock: () => now });
    for (let i = 0; i <= 15; i++) await first.source.send("line", { time: at(i), energyImportKwh: i });
    expect(telemetry.letters).toHaveLength(16);
    await first.ingest.stop();
    now = at(60);
    const second = await start(telemetry, { clock: () => now });
    second.ledger.decisions.push(decision({ reason: "unknown-meter" }, now));
    await until("carried out", () => second.ledger.decisions[0]?.doneAtMs != null);
    expect(second.ledger.decisions[0]?.outcome).toBe(
      "16 sent again: 16 readings taken, 0 known already, 0 refused again",
    );
    await settled(second.ingest, telemetry);
    expect(telemetry.intervals.get("line energyImportKwh")?.get(T0)?.micro).toBe(15_000_000);
    // What was taken is open no more, here and after the next start; it is not sent a second time.
    expect(new Set(telemetry.letters.map((l) => l.sentAgain?.outcome))).toEqual(new Set(["taken"]));
    expect(second.ingest.status()?.deadLetters).toBe(0);
    second.ledger.decisions.push({ ...decision({ reason: "unknown-meter" }, now), id: 2 });
    await until("carried out again", () => second.ledger.decisions[1]?.doneAtMs != null);
    expect(second.ledger.decisions[1]?.outcome).toContain("0 sent again");
    await second.ingest.stop();
    const third = await start(telemetry, { clock: () => now });
    expect(third.ingest.status()?.deadLetters).toBe(0);
  });

  it("sends single ones by id, and says when one is refused again", async () => {
    const { telemetry, source, ledger, ingest } = await start();
    await source.send("nobody", { time: at(0), energyImportKwh: 1 });
    await source.send("nobody", { time: at(1), energyImportKwh: 1 });
    const id = telemetry.letters[0]?.timeMs ?? 0;
    ledger.decisions.push(decision({ ids: [id, id + 1_000_000] }, id));
    await until("carried out", () => ledger.decisions[0]?.doneAtMs != null);
    expect(ledger.decisions[0]?.outcome).toBe(
      "1 sent again: 0 readings taken, 0 known already, 1 refused again",
    );
    expect(telemetry.letters).toHaveLength(3);
    // The first is done with: its newer letter is open in its place, beside the one that was not sent.
    expect(telemetry.letters.map((l) => l.sentAgain?.outcome)).toEqual(["refused", undefined, undefined]);
    await until("counted", () => ingest.status()?.deadLetters === 2);
  });

  it("refuses a decision it does not understand", async () => {
    const { ledger } = await start();
    ledger.decisions.push(decision({ everything: true }, T0));
    await until("answered", () => ledger.decisions[0]?.doneAtMs != null);
    expect(ledger.decisions[0]?.outcome).toContain("refused");
  });
});
