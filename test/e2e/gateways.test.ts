import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import mqtt from "mqtt";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EnergyAnswer } from "../../api/answers/energy.ts";
import type { DeadLettersAnswer, HealthAnswer } from "../../api/answers/park.ts";
import { findProgram, MissingProgramError } from "../../servers/process.ts";
import { type Lingtan, startLingtan } from "../kit/lingtan.ts";
import { type TestServer, testMosquitto, whyMissing } from "../kit/servers.ts";

/** A park whose meters are heard of through EMQX Neuron and a ThingsBoard gateway, on the embedded broker and on Mosquitto. */

const PARK = (more = "") => `
park: { id: gw, name: { zh: 网关, en: Gateways }, timeZone: Asia/Shanghai }
enterprises: [{ id: works, name: { zh: 工厂, en: Works }, sector: steel }]
meters:
  - { id: feeder, role: load, enterprise: works, maxPowerKw: 1000 }
  - { id: inverter, role: pv, enterprise: works, maxPowerKw: 500 }
  - { id: late, role: load, enterprise: works, maxPowerKw: 1000 }
gateways:
  - id: neuron
    format: neuron-tags
    topic: /neuron/+/{node}/{group}
    ignore: [/neuron/+/state/update]
    points:
      - { match: { node: dlt645, tag: EPI }, meter: feeder, channel: energyImportKwh, scale: 0.1 }
      - { match: { node: dlt645, tag: P }, meter: feeder, channel: powerKw, scale: 0.01 }
  - id: tb
    format: thingsboard-gateway
    topic: v1/gateway/telemetry
    ignore: [v1/gateway/connect]
    unmapped: dead-letter
    points:
      - { match: { device: Inverter 1, tag: total }, meter: inverter, channel: energyExportKwh, unit: Wh }
${more}`;
const START = Date.parse("2026-05-01T00:00:00+08:00");
const QUARTERS = 12;
const NEURON = "/neuron/mqtt/dlt645/energy";
const TB = "v1/gateway/telemetry";

function publisherProgram(): string | null {
  try {
    return findProgram("mosquitto_pub", "mosquitto-clients");
  } catch (error) {
    if (error instanceof MissingProgramError) return null;
    throw error;
  }
}

const noMosquitto = whyMissing("mosquitto");
const brokers = [
  { name: "embedded broker", skip: false, external: false },
  { name: "Mosquitto", skip: noMosquitto !== null, external: true },
];

describe.each(brokers)("gateways over $name", ({ skip, external }) => {
  const test = it.skipIf(skip);
  let folder = "";
  let server: TestServer | null = null;
  let lingtan: Lingtan | null = null;
  let env: Record<string, string> = {};

  beforeAll(async () => {
    if (skip) return;
    folder = await mkdtemp(path.join(tmpdir(), "lingtan-gateways-"));
    await writeFile(path.join(folder, "park.yaml"), PARK());
    server = external ? await testMosquitto() : null;
    env = {
      DATA_DIR: path.join(folder, "data"),
      PARK_FILE: path.join(folder, "park.yaml"),
      ...(server === null ? {} : { MQTT_URL: server.now.url }),
    };
    lingtan = await startLingtan(env, ["--no-simulate"]);
  });
  afterAll(async () => {
    await lingtan?.stop();
    await server?.close();
    if (folder !== "") await rm(folder, { recursive: true, force: true });
  });

  async function ask<T>(pathAndQuery: string): Promise<T> {
    const answer = await lingtan?.get(`/api/v1${pathAndQuery}`);
    if (answer?.ok !== true) throw new Error(`${pathAndQuery}: ${answer?.status}`);
    return (await answer.json()) as T; // what is in it is asserted by the caller
  }

  async function until<T>(read: () => Promise<T>, holds: (answer: T) => boolean): Promise<T> {
    let answer = await read();
    for (let tries = 0; tries < 150 && !holds(answer); tries++) {
      await delay(100);
      answer = await read();
    }
    return answer;
  }

  const energy = (meter: string) =>
    until(
      () =>
        ask<EnergyAnswer>(
          `/energy?scope=meter:${meter}&from=${encodeURIComponent(new Date(START).toISOString())}&to=${encodeURIComponent(new Date(START + QUARTERS * 900_000).toISOString())}&resolution=15m`,
        ),
      (a) => a.settled && a.coverage.missing === 0,
    );
  const letters = (count: number) =>
    until(
      () => ask<DeadLettersAnswer>("/dead-letters?limit=100"),
      (a) => a.open >= count,
    );

  test("energy from scaled tags, no zero from an error, each bad message a dead letter with its reason", async () => {
    const url = lingtan?.mqttUrl ?? "";
    const client = await mqtt.connectAsync(url, { reconnectPeriod: 0 });
    const program = publisherProgram();
    const publish = async (topic: string, payload: unknown) => {
      const text = typeof payload === "string" ? payload : JSON.stringify(payload);
      // Another client's words on the wire, where it is there.
      if (program !== null && text.length < 100) {
        const { hostname, port } = new URL(url);
        await promisify(execFile)(program, ["-h", hostname, "-p", port, "-q", "1", "-t", topic, "-m", text]);
      } else await client.publishAsync(topic, text, { qos: 1 });
    };
    for (let q = 0; q <= QUARTERS; q++) {
      const timestamp = START + q * 900_000;
      const register = q === 5 ? { error: 3002 } : { value: 123_456 + 123 * q };
      await publish(NEURON, {
        timestamp,
        node: "dlt645",
        group: "energy",
        tags: [
          { name: "EPI", ...register },
          { name: "P", value: q === 7 ? 4_294_906_616 : 4920 },
          { name: "Ua", value: 2301 },
        ],
      });
      await publish(TB, {
        "Inverter 1": [{ ts: timestamp, values: { total: 5_000_000 + q * 12_345 } }],
        "Meter 9": [{ ts: timestamp, values: { energy: 77.7 + q * 1.1 } }],
      });
    }
    await publish(NEURON, {
      timestamp: START + 60_000,
      node: "dlt645",
      group: "energy",
      tags: [
        { name: "EPI", error: 3002 },
        { name: "P", error: 3002 },
      ],
    });
    await publish(TB, "{not json");
    await publish(TB, { "Inverter 1": [{ values: { total: 5_000_001 } }] });
    await publish("/neuron/mqtt/state/update", { timestamp: START, states: [] });
    await publish("v1/gateway/connect", { device: "Inverter 1" });
    await client.endAsync();

    const feeder = await energy("feeder");
    expect(feeder.importKwh).toEqual(Array.from({ length: QUARTERS }, () => 12.3));
    expect(feeder.quality).toEqual(
      feeder.time.map((_, i) => (i === 4 || i === 5 ? "estimated" : "measured")),
    );
    expect(feeder.total.importKwh).toBe(147.6);
    const inverter = await energy("inverter");
    expect(inverter.exportKwh).toEqual(Array.from({ length: QUARTERS }, () => 12.345));

    const expected = [
      "gateway-error",
      "malformed-json",
      "not-a-number",
      "time-invalid",
      ...Array.from({ length: QUARTERS + 1 }, () => "unmapped"),
    ];
    const found = await letters(expected.length);
    expect(found.letters.map((l) => l.reason).sort()).toEqual(expected);
    expect(found.letters.find((l) => l.reason === "not-a-number")).toMatchObject({ topic: NEURON });
    const health = await until(
      () => ask<HealthAnswer>("/health"),
      (h) => (h.ingest?.gateways["tb"]?.messages ?? 0) >= QUARTERS + 3,
    );
    expect(health.ingest?.gateways).toEqual({
      neuron: { messages: QUARTERS + 2, errors: 3, unmapped: QUARTERS + 1 },
      tb: { messages: QUARTERS + 3, errors: 0, unmapped: QUARTERS + 1 },
    });
  }, 60_000);

  test("E13: a meter declared late loses nothing: what came before is sent again", async () => {
    await lingtan?.stop();
    const point =
      "      - { match: { device: Meter 9, tag: energy }, meter: late, channel: energyImportKwh }\n";
    await writeFile(path.join(folder, "park.yaml"), PARK(point));
    lingtan = await startLingtan(env, ["--no-simulate"], lingtan?.token);
    const asked = await fetch(`${lingtan.url}/api/v1/dead-letters/redrive`, {
      method: "POST",
      headers: { authorization: `Bearer ${lingtan.token}`, "content-type": "application/json" },
      body: JSON.stringify({ reason: "unmapped" }),
    });
    expect(asked.status).toBe(202);
    const late = await energy("late");
    expect(late.importKwh).toEqual(Array.from({ length: QUARTERS }, () => 1.1));
    expect(late.coverage.measured).toBe(1);
  }, 60_000);
});
