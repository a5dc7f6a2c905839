import { afterEach, describe, expect, it } from "vitest";
import type { Park } from "../../../park/park.ts";
import { MemoryTelemetry } from "../../kit/memory-telemetry.ts";
import { makeIngest, QUICK, until } from "../kit.ts";
import { parkWith, T0 } from "./kit.ts";

const PARK = (points: string) =>
  parkWith(`
  - id: constructor
    format: thingsboard-device
    topic: v1/{device}/telemetry
    ignore: [v1/+/state]
    time: { missing: arrival }
    unmapped: dead-letter
    points:
      - { match: { device: a, tag: energy }, meter: gate, channel: energyImportKwh }
${points}`);
const LATE = "      - { match: { device: b, tag: energy }, meter: line, channel: energyImportKwh }";

describe("ingest of gateways' messages", () => {
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });

  async function start(telemetry: MemoryTelemetry, park: Park, clock: () => number) {
    const made = makeIngest(telemetry, { park, clock, settings: QUICK });
    await made.ingest.start();
    closers.push(() => made.ingest.stop());
    const send = (topic: string, payload: unknown) =>
      made.source.sendRaw(topic, Buffer.from(JSON.stringify(payload)));
    return { ...made, send };
  }

  it("counts by gateway, and acknowledges what nothing is left of", async () => {
    const telemetry = new MemoryTelemetry();
    const { ingest, send } = await start(telemetry, PARK(LATE), () => T0);
    await send("v1/a/telemetry", { ts: T0, values: { energy: 5, other: 1 } });
    await send("v1/b/telemetry", { ts: T0, values: { energy: 6 } });
    await send("v1/b/state", { link: 1 });
    expect(ingest.status()?.gateways).toEqual({ constructor: { messages: 2, errors: 0, unmapped: 1 } });
    expect(telemetry.readings.get("gate")?.get(T0)?.values).toEqual({ energyImportKwh: 5 });
    expect(telemetry.readings.get("line")?.get(T0)?.values).toEqual({ energyImportKwh: 6 });
    expect(telemetry.letters.map((l) => l.reason)).toEqual(["unmapped"]);
  });

  it("E13: a letter without a time, sent again, has the time at which it first came", async () => {
    let now = T0;
    const telemetry = new MemoryTelemetry();
    const first = await start(telemetry, PARK(""), () => now);
    await first.send("v1/b/telemetry", { energy: 7 });
    expect(telemetry.letters.map((l) => [l.reason, l.payload])).toEqual([
      ["unmapped", `{"energy":7,"ts":${T0}}`],
    ]);
    await first.ingest.stop();
    now = T0 + 3_600_000;
    const second = await start(telemetry, PARK(LATE), () => now);
    second.ledger.decisions.push({
      id: 1,
      kind: "redrive",
      detail: JSON.stringify({ reason: "unmapped" }),
      by: "office",
      atMs: now,
      doneAtMs: null,
      outcome: null,
    });
    await until("carried out", () => second.ledger.decisions[0]?.doneAtMs != null);
    expect([...(telemetry.readings.get("line")?.keys() ?? [])]).toEqual([T0]);
  });

  it("what waits for a failing store has its own time of arrival", async () => {
    let now = T0;
    const telemetry = new MemoryTelemetry();
    const { send } = await start(telemetry, PARK(LATE), () => now);
    telemetry.failNext("writeReadings", 3);
    const sent = [send("v1/a/telemetry", { energy: 1 })];
    now = T0 + 60_000;
    sent.push(send("v1/a/telemetry", { energy: 2 }));
    now = T0 + 600_000;
    await Promise.all(sent);
    expect([...(telemetry.readings.get("gate")?.keys() ?? [])].sort()).toEqual([T0, T0 + 60_000]);
  });
});
