import { createServer, type Server } from "node:http";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import type { InfluxSeries } from "../../store/influx/client.ts";
import { fromOneLine, line } from "../../store/influx/lines.ts";
import { ShownSeries } from "../../store/influx/shown.ts";
import { InfluxTelemetry } from "../../store/influx/telemetry.ts";
import { listenOnLoopback } from "../kit/loopback.ts";

/** What engines of the 1.x protocol do not do alike: docs/engines.md. */

const T0 = Date.UTC(2026, 10, 20);

describe("lines that every engine reads alike", () => {
  test("a text stands on one line, and comes back", () => {
    const isKept = (text: string) => {
      const written = /^m text="(.*)" 1$/s.exec(line("m", {}, [["text", text]], 1))?.[1] ?? "no line";
      const taken = written.replace(/\\(["\\])/g, "$1"); // as an engine reads it
      expect(fromOneLine(taken)).toBe(text);
      expect(taken).not.toContain("\n");
    };
    fc.assert(fc.property(fc.string({ unit: "binary" }), isKept));
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom("~", "0", "1", "\n", "\\", '"') }), isKept));
  });

  test("E11 a number with an exponent has all its digits, and is the same number", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = /^m v=(\S+) 1$/.exec(line("m", {}, [["v", value]], 1))?.[1] ?? "";
        expect(Number(text) + 0).toBe(value + 0);
        const [mantissa = "", exponent] = text.split("e");
        if (exponent !== undefined) expect(mantissa.replace(/[-.]/g, "")).toHaveLength(21);
      }),
    );
  });
});

describe("series that are shown late", () => {
  const series = (meter: string): InfluxSeries => ({ tags: { meter }, columns: [], rows: [[0, 1]] });
  const of = (meter: string, timeMs: number) =>
    line("reading", { park: "p", meter }, [["powerKw", 1]], timeMs);

  test("are waited for, once a day of their times", async () => {
    const asked: string[] = [];
    const shown = new ShownSeries(async (statement) => {
      asked.push(statement);
      return asked.length < 3 ? [series("a")] : [series("a"), series("b")];
    });
    await shown.wait([of("a", T0), of("b", T0 + 1)]);
    expect(asked).toHaveLength(3);
    expect(asked[0]).toContain(`WHERE park = 'p' AND time >= ${T0}ms AND time < ${T0 + 86_400_000}ms`);
    expect(asked[0]).toContain("(meter = 'a' OR meter = 'b') GROUP BY meter");
    await shown.wait([of("b", T0 + 5)]);
    expect(asked).toHaveLength(3);
    await shown.wait([of("b", T0 + 86_400_000)]);
    expect(asked).toHaveLength(4);
  });

  test("are an error when they do not come, and are looked for again", async () => {
    let isThere = false;
    const shown = new ShownSeries(async () => (isThere ? [series("a")] : []), 150);
    await expect(shown.wait([of("a", T0)])).rejects.toMatchObject({
      name: "StoreError",
      code: "unavailable",
    });
    isThere = true;
    await shown.wait([of("a", T0)]);
  });
});

describe("an engine to which a measurement without points is an error", () => {
  let server: Server | null = null;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  test("gets a point of no park in each at the start; the same error later is one, and each series that has a LIMIT is asked for by itself", async () => {
    const written = new Set<string>();
    const queries: string[] = [];
    let refusals = 2; // a shard that is being made
    server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const body = Buffer.concat(chunks).toString();
      if (request.url?.startsWith("/ping") === true) {
        response.writeHead(204, { "x-geminidb-version": "" }).end();
      } else if (request.url?.startsWith("/write") === true && refusals-- > 0) {
        response.writeHead(500).end('{"error":"shard group not found, shardID: 3"}');
      } else if (request.url?.startsWith("/write") === true) {
        for (const text of body.split("\n")) written.add(text.split(",")[0] ?? "");
        response.writeHead(204).end();
      } else {
        const statements = (new URLSearchParams(body).get("q") ?? "").split(";");
        queries.push(...statements);
        const results = statements.map((statement) => {
          const measurement = /FROM "?(\w+)/.exec(statement)?.[1] ?? "";
          if (!statement.startsWith("SELECT")) return {};
          if (!written.has(measurement)) return { error: "measurement not found" };
          return statement.includes("count(")
            ? { series: [{ tags: { meter: "" }, columns: ["time", "count"], values: [[0, 1]] }] }
            : {};
        });
        response.end(JSON.stringify({ results }));
      }
    });
    const url = `http://127.0.0.1:${await listenOnLoopback(server)}`;
    const access = { url, database: "d", token: null, username: null, password: null };
    const telemetry = new InfluxTelemetry({ ...access, park: "p" });
    await telemetry.start();
    expect(await telemetry.readDirty()).toEqual([]);
    queries.length = 0;
    expect(await telemetry.readLastReadings(["a", "b", "c"], T0)).toEqual([]);
    expect(queries).toHaveLength(6);
    const span = { meters: ["a", "b"], fromMs: T0, toMs: T0 + 1, limit: 9 };
    expect(await telemetry.readReadings(span)).toEqual([]);
    const newest = ["a", "b"].map((meter) => telemetry.readJudgement(meter, "energyImportKwh", T0));
    expect(await Promise.all(newest)).toEqual([null, null]);
    expect(queries).toHaveLength(10);
    for (const query of queries)
      expect(query).toMatch(/ meter = '[abc]' AND |meter = '[abc]'\s+AND time .* LIMIT \d+$/);
    for (const query of queries) expect(query).not.toContain(" OR ");
    written.delete("dirty");
    await expect(telemetry.readDirty()).rejects.toMatchObject({ name: "StoreError", code: "unavailable" });
    await telemetry.stop();
  });
});
