import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Lingtan, startLingtan } from "../kit/lingtan.ts";
import {
  energyOf,
  faultsOf,
  figuresOf,
  makeSeries,
  messagesOf,
  publishAll,
  REPLAY_PARK,
  shuffled,
} from "../kit/replay.ts";

/** The whole way, from an MQTT client that is not ours to the answer over HTTP, on the real process. */

const DAYS = 12;
const series = makeSeries(7, DAYS);
const messages = messagesOf(series);
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "lingtan-e2e-"));
  await writeFile(path.join(folder, "park.yaml"), REPLAY_PARK);
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function start(name: string, extra: Readonly<Record<string, string>> = {}): Promise<Lingtan> {
  return await startLingtan(
    { DATA_DIR: path.join(folder, name), PARK_FILE: path.join(folder, "park.yaml"), ...extra },
    ["--no-simulate"],
  );
}

async function check(lingtan: Lingtan): Promise<string> {
  const fine = await energyOf(lingtan, series, "15m", DAYS);
  expect(faultsOf(series, fine)).toEqual([]);
  const days = await energyOf(lingtan, series, "1d", DAYS);
  for (const [meter, answer] of fine) expect(days.get(meter)?.total).toEqual(answer.total);
  return figuresOf(fine) + figuresOf(days);
}

describe("readings published, energy asked for", () => {
  it("E2 E3 E9 every quarter-hour is the difference of its registers; the same again, shuffled and doubled, changes nothing", async () => {
    const lingtan = await start("steady");
    try {
      await publishAll(lingtan.mqttUrl, messages);
      const first = await check(lingtan);
      await publishAll(lingtan.mqttUrl, shuffled([...messages, ...messages], 3));
      expect(await check(lingtan)).toBe(first);
    } finally {
      await lingtan.stop();
    }
  });

  it("E9 E13 kill −9 in the middle of publishing, then the rest from the last acknowledgement: the same answers", async () => {
    const calm = await start("calm");
    let expected = "";
    try {
      await publishAll(calm.mqttUrl, messages);
      expected = await check(calm);
    } finally {
      await calm.stop();
    }
    const done = new Set<number>();
    let lingtan = await start("killed");
    try {
      for (let round = 0; round < 3; round++) {
        const publishing = publishAll(lingtan.mqttUrl, messages, done, { reconnect: false }).catch(
          () => undefined,
        );
        const goal = done.size + Math.floor(messages.length / 5);
        for (let waited = 0; done.size < goal && waited < 10_000; waited += 5) await delay(5);
        await lingtan.kill();
        // The client has lost its broker for good: what it could not get acknowledged is sent again below.
        await Promise.race([publishing, delay(1_000)]);
        lingtan = await start("killed");
      }
      expect(done.size).toBeLessThan(messages.length);
      await publishAll(lingtan.mqttUrl, messages, done);
      expect(await check(lingtan)).toBe(expected);
    } finally {
      await lingtan.stop();
    }
  });
});
