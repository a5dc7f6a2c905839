import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import mqtt from "mqtt";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DeadLettersAnswer, HealthAnswer } from "../../api/answers/park.ts";
import { type Lingtan, startLingtan } from "../kit/lingtan.ts";
import { REPLAY_PARK } from "../kit/replay.ts";

/** Bad input becomes a dead letter with its reason, is counted, and the rest of the stream goes on. */

let folder = "";
let lingtan: Lingtan;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "lingtan-bad-"));
  await writeFile(path.join(folder, "park.yaml"), REPLAY_PARK);
  lingtan = await startLingtan(
    { DATA_DIR: path.join(folder, "data"), PARK_FILE: path.join(folder, "park.yaml") },
    ["--no-simulate"],
  );
});
afterAll(async () => {
  await lingtan.stop();
  await rm(folder, { recursive: true, force: true });
});

const TIME = "2026-05-01T00:15:00+08:00";
const OWN = "parks/replay/meters/feeder/readings";
const BAD: readonly (readonly [string, string, string])[] = [
  [OWN, "{not json", "malformed-json"],
  [OWN, "42", "not-an-object"],
  [OWN, `{"time":"${TIME}","energyImportKwh":NaN}`, "malformed-json"],
  [OWN, `{"time":"${TIME}","energyImportKwh":1e999}`, "not-a-number"],
  [OWN, `{"time":"${TIME}","energyImportKwh":"12"}`, "not-a-number"],
  [OWN, `{"time":"1999-12-31T23:59:59+08:00","energyImportKwh":1}`, "time-before-2000"],
  [OWN, `{"time":"yesterday","energyImportKwh":1}`, "time-invalid"],
  [OWN, `{"time":"${TIME}","energyKwh":1}`, "unknown-channel"],
  [OWN, `{"time":"${TIME}"}`, "no-value"],
  ["parks/replay/meters/nobody/readings", `{"time":"${TIME}","energyImportKwh":1}`, "unknown-meter"],
  ["parks/elsewhere/meters/feeder/readings", `{"time":"${TIME}","energyImportKwh":1}`, "other-park"],
  [OWN, `{"time":"${TIME}","pad":"${"x".repeat(2_000_000)}"}`, "too-large"],
];

describe("bad input", () => {
  it("gets a dead letter with its reason, and the good readings around it count", async () => {
    const client = await mqtt.connectAsync(lingtan.mqttUrl, { reconnectPeriod: 0 });
    const good = (quarter: number) =>
      client.publishAsync(
        OWN,
        JSON.stringify({
          time: Date.parse("2026-05-01T00:00:00+08:00") + quarter * 900_000,
          energyImportKwh: 100 + quarter,
        }),
        { qos: 1 },
      );
    await good(0);
    for (const [i, [topic, payload]] of BAD.entries()) {
      await client.publishAsync(topic, payload, { qos: 1 });
      await good(i + 1);
    }
    await client.endAsync();
    const letters = (await (await lingtan.get("/api/v1/dead-letters?limit=100")).json()) as DeadLettersAnswer; // asserted below
    expect(letters.letters.map((l) => l.reason).sort()).toEqual(BAD.map(([, , reason]) => reason).sort());
    for (const letter of letters.letters)
      expect(Buffer.byteLength(letter.payload)).toBeLessThanOrEqual(65_536);
    const large = letters.letters.find((l) => l.reason === "too-large");
    expect(large?.bytes).toBeGreaterThan(2_000_000);
    const health = (await (await lingtan.get("/api/v1/health")).json()) as HealthAnswer; // asserted below
    expect(letters.open).toBe(BAD.length);
    for (let tries = 0; tries < 50 && (health.ingest?.deadLetters ?? 0) < BAD.length; tries++) {
      await delay(100);
      Object.assign(health, await (await lingtan.get("/api/v1/health")).json());
    }
    expect(health.ingest?.deadLetters).toBe(BAD.length);
    const span = `from=${encodeURIComponent("2026-05-01T00:00:00+08:00")}&to=${encodeURIComponent("2026-05-01T03:00:00+08:00")}`;
    let total: number | null = null;
    for (let tries = 0; tries < 50 && total !== BAD.length; tries++) {
      const answer: unknown = await (
        await lingtan.get(`/api/v1/energy?scope=meter:feeder&${span}&resolution=1h`)
      ).json();
      total = (answer as { total: { importKwh: number | null } }).total.importKwh; // asserted below
      await delay(100);
    }
    expect(total).toBe(BAD.length);
  });
});
