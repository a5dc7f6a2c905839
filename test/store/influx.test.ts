import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type InfluxOptions, InfluxTelemetry } from "../../store/influx/telemetry.ts";
import type { ReadingRow, Telemetry } from "../../store/telemetry.ts";
import { listenOnLoopback } from "../kit/loopback.ts";
import { type TestServer, testInflux, whyMissing } from "../kit/servers.ts";

const T0 = Date.UTC(2026, 10, 20);
const unavailable = { name: "StoreError", code: "unavailable" };

function options(url: string, given: Partial<InfluxOptions> = {}): InfluxOptions {
  return { url, database: "lingtan", token: null, username: null, password: null, park: "p", ...given };
}

function reading(meter: string, timeMs: number): ReadingRow {
  return { meter, timeMs, values: { powerKw: 1 }, superseded: {}, simulated: false };
}

const missing = whyMissing("influx");
describe.skipIf(missing !== null)(`a real InfluxDB 1.x${missing === null ? "" : `: ${missing}`}`, () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await testInflux();
  });
  afterAll(async () => {
    await server?.close();
  });

  async function influxQl(q: string): Promise<string> {
    const response = await fetch(`${server.now.url}/query?db=lingtan`, {
      method: "POST",
      body: new URLSearchParams({ q }),
    });
    return response.text();
  }

  test("E13 a server killed with kill −9: unavailable, never empty; then everything acknowledged is there", async () => {
    const telemetry = new InfluxTelemetry(options(server.now.url));
    await telemetry.start();
    await telemetry.writeReadings([reading("m", T0)], [{ meter: "m", fromMs: T0 }]);
    await server.now.kill();
    const span = { meters: ["m"], fromMs: T0, toMs: T0 + 1, limit: 5 };
    const registers = [{ meter: "m", channel: "energyImportKwh" }] as const;
    const calls: ((t: Telemetry) => Promise<unknown>)[] = [
      (t) => t.probe(),
      (t) => t.writeReadings([reading("m", T0)], []),
      (t) => t.writeReadings([], [{ meter: "m", fromMs: T0 - 9 }]),
      (t) => t.clearDirty(["m"]),
      (t) => t.readDirty(),
      (t) => t.readReadings(span),
      (t) => t.readLastReadings(["m"], T0 + 1),
      (t) => t.readEnergy({ rows: "day", registers, fromMs: T0, toMs: T0 + 1, limit: 1 }),
      (t) => t.readJudgement("m", "energyImportKwh", T0),
      (t) => t.readNewestJudgements(["m"], T0),
      (t) => t.readFirstTimes(["m"], null),
      (t) => t.readJudgements(span),
      (t) => t.readDeadLetters({ beforeMs: T0, limit: 1 }),
      (t) => t.countDeadLetters(),
      (t) => t.start(),
    ];
    for (const call of calls) await expect(call(telemetry)).rejects.toMatchObject(unavailable);
    await server.restart();
    await telemetry.probe();
    expect(await telemetry.readReadings(span)).toEqual([reading("m", T0)]);
    await telemetry.writeReadings([], [{ meter: "m", fromMs: T0 - 5 }]);
    expect(await telemetry.readDirty()).toEqual([{ meter: "m", fromMs: T0 - 5 }]);
    await telemetry.stop();
  });

  test("a mark of an earlier process is known to the next one", async () => {
    for (const [fromMs, stands] of [
      [T0 + 5, T0 + 5],
      [T0 + 9, T0 + 5],
      [T0 + 1, T0 + 1],
    ] as const) {
      const telemetry = new InfluxTelemetry(options(server.now.url, { park: "succession" }));
      await telemetry.start();
      await telemetry.writeReadings([], [{ meter: "m", fromMs }]);
      expect(await telemetry.readDirty()).toEqual([{ meter: "m", fromMs: stands }]);
      await telemetry.stop();
    }
  });

  test("a write that was given up and still arrives later wipes out no newer mark", async () => {
    const held: string[] = [];
    let hold = false;
    const proxy = createServer((request, response) => {
      const body: Buffer[] = [];
      request.on("data", (chunk: Buffer) => body.push(chunk));
      request.on("end", async () => {
        const text = Buffer.concat(body).toString();
        if (hold && request.url?.startsWith("/write")) {
          held.push(text);
          response.writeHead(503).end();
          return;
        }
        const { method = "GET", headers } = request;
        const type = headers["content-type"] ?? "text/plain";
        const answer = await fetch(new URL(request.url ?? "/", server.now.url), {
          method,
          ...(method === "GET" ? {} : { body: text, headers: { "content-type": type } }),
        });
        response.writeHead(answer.status).end(await answer.text());
      });
    });
    const url = `http://127.0.0.1:${await listenOnLoopback(proxy)}`;
    const telemetry = new InfluxTelemetry(options(url, { park: "straggler" }));
    try {
      await telemetry.start();
      for (const [fromMs, stands] of [
        [T0 + 5, T0],
        [T0 - 5, T0 - 5],
      ] as const) {
        await telemetry.writeReadings([], [{ meter: "m", fromMs: T0 }]);
        hold = true;
        await expect(telemetry.clearDirty(["m"])).rejects.toMatchObject(unavailable);
        hold = false;
        await telemetry.writeReadings([], [{ meter: "m", fromMs }]);
        const write = `${server.now.url}/write?db=lingtan&precision=ms`;
        for (const body of held.splice(0))
          expect((await fetch(write, { method: "POST", body })).status).toBe(204);
        expect(await telemetry.readDirty()).toEqual([{ meter: "m", fromMs: stands }]);
      }
      await telemetry.clearDirty(["m"]);
      expect(await telemetry.readDirty()).toEqual([]);
      await telemetry.stop();
    } finally {
      proxy.closeAllConnections();
      proxy.close();
    }
  });

  test("points beyond the retention and fields of another type are rejected, with what the server says", async () => {
    const telemetry = new InfluxTelemetry(options(server.now.url, { database: "short", park: "r" }));
    await telemetry.start();
    await influxQl(`ALTER RETENTION POLICY "autogen" ON "short" DURATION 1h SHARD DURATION 1h`);
    const old = reading("m", Date.now() - 3 * 86_400_000);
    await expect(telemetry.writeReadings([old, reading("m", Date.now())], [])).rejects.toMatchObject({
      name: "StoreError",
      code: "rejected",
      message: expect.stringContaining("beyond retention policy dropped=1"),
    });
    const conflicting = new InfluxTelemetry(options(server.now.url, { database: "conflict" }));
    await conflicting.start();
    await fetch(`${server.now.url}/write?db=conflict&precision=ms`, {
      method: "POST",
      body: `reading,park=p,meter=m powerKw="text" ${T0}`,
    });
    await expect(conflicting.writeReadings([reading("m", T0 + 1)], [])).rejects.toMatchObject({
      code: "rejected",
      message: expect.stringContaining("field type conflict"),
    });
    await telemetry.stop();
  });

  test("ids that would need escaping are refused in a write and unknown in a read", async () => {
    const telemetry = new InfluxTelemetry(options(server.now.url));
    await telemetry.start();
    const evil = "m' OR meter !~ /x/ --";
    await expect(telemetry.writeReadings([reading(evil, T0)], [])).rejects.toMatchObject({
      code: "rejected",
    });
    const span = { meters: [evil], fromMs: T0, toMs: T0 + 1, limit: 5 };
    expect(await telemetry.readReadings(span)).toEqual([]);
    expect(await telemetry.readLastReadings([evil], T0 + 1)).toEqual([]);
    expect(await telemetry.readJudgement(evil, "energyImportKwh", T0)).toBeNull();
    expect(() => new InfluxTelemetry(options(server.now.url, { park: "a b" }))).toThrow(RangeError);
    await telemetry.stop();
  });

  test("E13 a dead letter of 64 KiB that is not text fits", async () => {
    const telemetry = new InfluxTelemetry(options(server.now.url, { park: "large" }));
    await telemetry.start();
    const payload = Buffer.alloc(65_536, 0xff).toString("base64");
    const letter = {
      timeMs: T0,
      topic: "t",
      payload,
      encoding: "base64" as const,
      bytes: 65_536,
      reason: "r",
      detail: "d",
    };
    await telemetry.writeDeadLetters([letter]);
    expect(await telemetry.readDeadLetters({ beforeMs: T0 + 1, limit: 1 })).toEqual([letter]);
    await telemetry.stop();
  });
});

describe("servers that are not as they should be", () => {
  let fake: Server | null = null;
  afterEach(() => {
    fake?.closeAllConnections();
    fake?.close();
    fake = null;
  });
  async function serve(
    handle: (request: IncomingMessage, response: ServerResponse) => void,
  ): Promise<string> {
    const listening = createServer((request, response) => {
      request.resume();
      request.on("end", () => handle(request, response));
    });
    fake = listening;
    return `http://127.0.0.1:${await listenOnLoopback(listening)}`;
  }
  /** Answers /ping as 1.8 does and everything else by the given rule. */
  function influx18(handle: (path: string, response: ServerResponse) => void): Promise<string> {
    return serve((request, response) => {
      const path = (request.url ?? "").split("?")[0] ?? "";
      if (path !== "/ping") return handle(path, response);
      response.writeHead(204, { "x-influxdb-version": "1.8.10" }).end();
    });
  }
  const empty = (response: ServerResponse) => response.end('{"results":[{"statement_id":0}]}');

  test.each([
    { "x-influxdb-version": "3.4.0", "x-influxdb-build": "Core" },
    { "x-influxdb-version": "3.9.1" },
    { "x-influxdb-build": "Enterprise" },
  ])("InfluxDB 3 is refused at the start: %o", async (headers) => {
    const url = await serve((_, response) => response.writeHead(204, headers).end());
    await expect(new InfluxTelemetry(options(url)).start()).rejects.toMatchObject({
      name: "StoreError",
      code: "unsupported",
      message: expect.stringContaining("InfluxDB 3"),
    });
  });

  test("a database that may not be made but is there will do; one that is not there is an error", async () => {
    let queries = 0;
    const url = await influx18((_, response) => {
      queries += 1;
      if (queries === 1) response.writeHead(403).end('{"error":"not allowed to create"}');
      else empty(response);
    });
    await new InfluxTelemetry(options(url)).start();
    fake?.close();
    const none = await influx18((_, response) =>
      response.end('{"results":[{"statement_id":0,"error":"database not found: lingtan"}]}'),
    );
    await expect(new InfluxTelemetry(options(none)).start()).rejects.toMatchObject(unavailable);
  });

  test("an error that comes with HTTP 200 is an error", async () => {
    let broken = false;
    const url = await influx18((_, response) =>
      broken ? response.end('{"results":[{"statement_id":0,"error":"engine is closed"}]}') : empty(response),
    );
    const telemetry = new InfluxTelemetry(options(url));
    await telemetry.start();
    expect(await telemetry.readDirty()).toEqual([]);
    broken = true;
    await expect(telemetry.readDirty()).rejects.toMatchObject({
      ...unavailable,
      message: expect.stringContaining("engine is closed"),
    });
  });

  test.each([
    [400, '{"error":"partial write: points beyond retention policy dropped=1"}', "rejected"],
    [
      422,
      '{"error":"failure writing points to database: partial write: field type conflict dropped=1"}',
      "rejected",
    ],
    [400, `{"error":"unable to parse 'x': missing fields"}`, "rejected"],
    [401, '{"error":"authorization failed"}', "unavailable"],
    [404, '{"error":"database not found: \\"lingtan\\""}', "unavailable"],
    [429, "too many requests", "unavailable"],
    [500, '{"error":"retention policy not found"}', "unavailable"],
    [503, "", "unavailable"],
  ])("a write answered %i %s is %s", async (status, body, code) => {
    const url = await influx18((path, response) =>
      path === "/write" ? response.writeHead(status).end(body) : empty(response),
    );
    const telemetry = new InfluxTelemetry(options(url));
    await telemetry.start();
    await expect(telemetry.writeReadings([reading("m", T0)], [])).rejects.toMatchObject({
      name: "StoreError",
      code,
    });
  });

  test("a log that was torn: the error says that it takes more than patience", async () => {
    const url = await influx18((path, response) =>
      path === "/write"
        ? response.writeHead(500).end('{"error":"engine: error writing WAL entry: no space left on device"}')
        : empty(response),
    );
    const telemetry = new InfluxTelemetry(options(url));
    await telemetry.start();
    await expect(telemetry.writeReadings([reading("m", T0)], [])).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringMatching(/no space left.*start it anew \(docs\/engines\.md\)/),
    });
  });

  test.each([
    ["cut short", '{"results":[{"series":[{"name":"dirty","colu'],
    ["of another shape", '{"results":[{"series":[{"name":"dirty","columns":"time"}]}]}'],
    ["of a proxy", "<html>Bad gateway</html>"],
    ["without results", "{}"],
    ["with fewer results than statements", '{"results":[]}'],
  ])("an answer %s is an error, never an empty one", async (_, body) => {
    let started = false;
    const url = await influx18((_path, response) => (started ? response.end(body) : empty(response)));
    const telemetry = new InfluxTelemetry(options(url));
    await telemetry.start();
    started = true;
    await expect(telemetry.readDirty()).rejects.toMatchObject(unavailable);
  });

  test.each([
    ["a series", '{"results":[{"series":[{"columns":["time"],"values":[[1]],"partial":true}]}]}'],
    ["a result", '{"results":[{"series":[{"columns":["time"],"values":[[1]]}],"partial":true}]}'],
  ])("%s cut off at the server's own bound of rows is an error, never an answer", async (_, body) => {
    let started = false;
    const url = await influx18((_path, response) => (started ? response.end(body) : empty(response)));
    const telemetry = new InfluxTelemetry(options(url));
    await telemetry.start();
    started = true;
    await expect(
      telemetry.readReadings({ meters: ["m"], fromMs: T0, toMs: T0 + 1, limit: 5 }),
    ).rejects.toMatchObject({ name: "StoreError", code: "too-much" });
  });

  test("credentials go in the header and never into a message", async () => {
    const seen: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(401).end();
    });
    const token = await new InfluxTelemetry(options(url, { token: "secret-token" })).start().catch(String);
    const basic = await new InfluxTelemetry(options(url, { username: "u", password: "secret-word" }))
      .start()
      .catch(String);
    expect(seen).toEqual(["Token secret-token", `Basic ${Buffer.from("u:secret-word").toString("base64")}`]);
    expect(`${token} ${basic}`).toContain("refuses the credentials");
    expect(`${token} ${basic}`).not.toContain("secret");
  });
});
