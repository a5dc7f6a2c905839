import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ApiError } from "../../api/errors.ts";
import { askSpan } from "../../api/routes/questions.ts";
import { Calendar } from "../../park/calendar.ts";
import { type TestApi, testApi } from "../kit/api.ts";
import { smallPark } from "../kit/small-park.ts";

const NOW = Date.parse("2026-11-20T12:00:00+08:00");
const SPAN = "from=2026-11-19T00:00:00%2B08:00&to=2026-11-20T00:00:00%2B08:00";
let api: TestApi;

beforeAll(async () => {
  api = await testApi(smallPark(), NOW);
});
beforeEach(() => {
  api.clock.nowMs = NOW;
});
afterAll(async () => {
  await api.close();
});

describe("questions", () => {
  it("a wrong query gets every issue at once", async () => {
    const token = await api.token("office");
    const answer = await api.ask(
      "/api/v1/energy?scope=park&from=2026-11-19T00:07:00%2B08:00&to=2026-11-18T00:00:00%2B08:00&resolution=1d",
      token,
    );
    expect(answer.status).toBe(400);
    const body = (await answer.json()) as { code: string; issues: { path: string }[] }; // asserted below
    expect(body.code).toBe("bad-request");
    expect(body.issues.map((i) => i.path)).toEqual(["from", "to"]);
  });

  it.each([
    ["resolution=2m", "resolution"],
    ["resolution=1d&medium=steam", "medium"],
    ["resolution=1d&scope=enterprise:nobody", "scope"],
    ["resolution=1d&scope=boundary:", "scope"],
  ])("%s is refused, naming %s", async (query, path) => {
    const token = await api.token("office");
    const answer = await api.ask(`/api/v1/energy?${SPAN}&${query}`, token);
    expect(answer.status).toBe(400);
    const body = (await answer.json()) as { issues: { path: string }[] }; // asserted below
    expect(body.issues.map((i) => i.path)).toContain(path);
  });

  it("31 days are 31 and not 32; of a month in which the clocks go back, the whole", async () => {
    const token = await api.token("office");
    const ask = (from: string, to: string) =>
      api.ask(`/api/v1/balance?from=${from}%2B08:00&to=${to}%2B08:00&resolution=1h`, token);
    expect((await ask("2026-10-01T00:00:00", "2026-11-01T00:00:00")).status).toBe(200);
    const more = await ask("2026-10-01T00:00:00", "2026-11-01T01:00:00");
    expect(more.status).toBe(400);
    expect(await more.json()).toMatchObject({ issues: [{ path: "to", found: "32 days" }] });
    expect((await ask("2026-10-01T06:00:00", "2026-11-01T06:00:00")).status).toBe(200);
    expect((await ask("2026-10-01T00:00:00", "2026-11-02T00:00:00")).status).toBe(400);

    const berlin = new Calendar("Europe/Berlin");
    const span = (from: string, to: string) =>
      askSpan(berlin, { from, to }, "15m", { kind: "park" }, Date.parse("2026-11-20T00:00:00Z"));
    expect(span("2026-10-01T00:00:00+02:00", "2026-11-01T00:00:00+01:00").toMs).toBe(
      Date.parse("2026-10-31T23:00:00Z"),
    );
    expect(() => span("2026-10-01T00:00:00+02:00", "2026-11-01T00:15:00+01:00")).toThrow(ApiError);
    // In March a day is an hour short: 31 × 24 hours reach into April.
    expect(span("2026-03-01T00:00:00+01:00", "2026-04-01T00:00:00+02:00").toMs).toBe(
      Date.parse("2026-03-31T22:00:00Z"),
    );
  });

  it("the year 2000 begins in the park's time zone, for spans and for months", async () => {
    const token = await api.token("office");
    const ask = (from: string, to: string) =>
      api.ask(`/api/v1/energy?from=${from}%2B08:00&to=${to}%2B08:00&resolution=1d`, token);
    expect((await ask("2000-01-01T00:00:00", "2000-01-03T00:00:00")).status).toBe(200);
    const before = await ask("1999-12-31T00:00:00", "2000-01-03T00:00:00");
    expect(before.status).toBe(400);
    expect(await before.json()).toMatchObject({ issues: [{ path: "from", expected: "2000 or later" }] });
    for (const path of ["demand?month=1999-12", "enterprises/wafer/months/1999-12"]) {
      const answer = await api.ask(`/api/v1/${path}`, token);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({
        issues: [{ path: "month", expected: "a month of 2000 or later, YYYY-MM", found: '"1999-12"' }],
      });
    }
    expect((await api.ask("/api/v1/demand?month=2000-01", token)).status).toBe(200);
  });

  it("every problem says what was expected, in words, and what was found", async () => {
    const token = await api.token("office");
    const issues = async (path: string, body?: unknown) => {
      const init =
        body === undefined
          ? {}
          : {
              method: "POST",
              headers: { "content-type": "application/json" },
              body: JSON.stringify(body),
            };
      const answer = await api.ask(`/api/v1/${path}`, token, init);
      expect(answer.status).toBe(400);
      return ((await answer.json()) as { issues: unknown[] }).issues; // asserted by those who ask
    };
    const instant = "an instant, ISO 8601 with an offset";
    expect(await issues("energy?to=yesterday&resolution=2m")).toEqual([
      { path: "from", expected: instant, found: "nothing" },
      { path: "to", expected: instant, found: '"yesterday"' },
      { path: "resolution", expected: 'one of "15m"|"1h"|"1d"|"1M"|"1y"', found: '"2m"' },
    ]);
    expect(await issues("dead-letters?limit=many")).toEqual([
      { path: "limit", expected: "a number", found: '"many"' },
    ]);
    expect(await issues("dead-letters?limit=0.5")).toEqual([
      { path: "limit", expected: "a whole number", found: '"0.5"' },
    ]);
    expect(await issues("tokens", { role: "boss", label: "", days: 4_000, colour: "red" })).toEqual([
      { path: "role", expected: 'one of "office"|"enterprise"|"vpp"', found: '"boss"' },
      { path: "label", expected: "at least 1 character", found: '""' },
      { path: "days", expected: "at most 3650", found: "4000" },
      { path: "colour", expected: "no such key", found: '"red"' },
    ]);
    expect(await issues("tokens", [])).toEqual([
      { path: "body", expected: "a map of keys to values", found: "[]" },
    ]);
    expect(await issues("session", {})).toEqual([{ path: "link", expected: "text", found: "nothing" }]);
    expect(await issues("decisions/readings", { reason: "read", rows: [] })).toEqual([
      { path: "rows", expected: "at least 1 entry", found: "[]" },
    ]);
    expect(await issues("decisions", { kind: "guess" })).toEqual([
      { path: "kind", expected: expect.stringMatching(/^one of "accept-step", /), found: '"guess"' },
    ]);
  });

  it("a meter answers in its own medium, and refuses another", async () => {
    const token = await api.token("office");
    const ask = (query: string) =>
      api.ask(`/api/v1/energy?scope=meter:boiler&${SPAN}&resolution=1d${query}`, token);
    expect(await (await ask("")).json()).toMatchObject({ medium: "gas", unit: "m³" });
    expect((await ask("&medium=electricity")).status).toBe(400);
  });

  it("quarter-hours of the whole park are limited to 31 days", async () => {
    const token = await api.token("office");
    const span = "from=2026-09-01T00:00:00%2B08:00&to=2026-11-01T00:00:00%2B08:00";
    expect((await api.ask(`/api/v1/balance?${span}&resolution=15m`, token)).status).toBe(400);
    expect((await api.ask(`/api/v1/balance?${span}&resolution=1d`, token)).status).toBe(200);
  });

  it("an unknown address is 404 in the same shape", async () => {
    const token = await api.token("office");
    const answer = await api.ask("/api/v1/nothing", token);
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ code: "not-found" });
  });

  it.each([
    ["DELETE", "energy", "GET, HEAD"],
    ["PUT", "tokens", "GET, HEAD, POST"],
    ["GET", "tokens/3f0c8c1e-8f5a-4c7e-9a55-0d3f6a1b2c3d", "DELETE"],
    ["POST", "enterprises/wafer/months/2026-11", "GET, HEAD"],
    ["GET", "dead-letters/redrive", "POST"],
    ["POST", "live/stream", "GET, HEAD"],
  ])("%s /%s is 405 and names %s", async (method, path, allowed) => {
    const answer = await api.ask(`/api/v1/${path}`, await api.token("office"), { method });
    expect(answer.status).toBe(405);
    expect(answer.headers.get("allow")).toBe(allowed);
    expect(await answer.json()).toMatchObject({ code: "method-not-allowed" });
    expect((await api.ask(`/api/v1/${path}`, undefined, { method })).status).toBe(401);
  });

  it("HEAD asks as GET does", async () => {
    const answer = await api.ask(`/api/v1/energy?${SPAN}`, await api.token("office"), { method: "HEAD" });
    expect(answer.status).toBe(200);
  });

  it("a failing store is 503 with Retry-After, never an empty answer", async () => {
    const token = await api.token("office");
    api.telemetry.failNext("readDirty", 1);
    const answer = await api.ask(`/api/v1/energy?${SPAN}&resolution=1d`, token);
    expect(answer.status).toBe(503);
    expect(answer.headers.get("retry-after")).toBe("5");
    expect(await answer.json()).toMatchObject({ code: "unavailable" });
  });

  it("a body over the limit is refused", async () => {
    const token = await api.token("office");
    const answer = await api.ask("/api/v1/dead-letters/redrive", token, {
      method: "POST",
      headers: { "content-type": "application/json", "content-length": "100000" },
      body: JSON.stringify({ reason: "x".repeat(99_000) }),
    });
    expect(answer.status).toBe(413);
  });
});
