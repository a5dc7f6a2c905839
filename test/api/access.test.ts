import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { issueCredential } from "../../api/access.ts";
import { ApiError } from "../../api/errors.ts";
import { askSpan } from "../../api/routes/questions.ts";
import { Calendar } from "../../park/calendar.ts";
import { StoreError } from "../../store/telemetry.ts";
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

const READS = [
  "/api/v1/park",
  "/api/v1/live",
  "/api/v1/live/stream",
  `/api/v1/energy?${SPAN}&resolution=1d`,
  `/api/v1/balance?${SPAN}&resolution=1d`,
  "/api/v1/dead-letters",
  "/api/v1/tokens",
  `/api/v1/carbon?${SPAN}`,
  `/api/v1/green-power?${SPAN}`,
  "/api/v1/indicators?boundary=zero",
  "/api/v1/pathway?boundary=zero",
  "/api/v1/flexibility",
  "/api/v1/enterprises/wafer/months/2026-11",
];

describe("access", () => {
  it.each(READS)("%s needs a credential", async (path) => {
    const answer = await api.ask(path);
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ code: "unauthorized", requestId: expect.any(String) });
  });

  it.each(READS)("%s refuses a made-up token", async (path) => {
    expect((await api.ask(path, "lt_made-up")).status).toBe(401);
  });

  it("health answers strangers, without secrets", async () => {
    const answer = await api.ask("/api/v1/health");
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ status: "starting", telemetry: { state: "up" } });
  });

  it("health tries a store that was away again within a second, and one that is there every five", async () => {
    const probe = vi.spyOn(api.telemetry, "probe");
    const health = async () =>
      (await (await api.ask("/api/v1/health")).json()) as { telemetry: { state: string } }; // asserted below
    try {
      api.clock.nowMs = NOW + 60_000;
      probe.mockRejectedValueOnce(new StoreError("unavailable", "is not open"));
      expect((await health()).telemetry).toEqual({ state: "down", detail: "is not open" });
      api.clock.nowMs += 900;
      expect((await health()).telemetry.state).toBe("down");
      api.clock.nowMs += 100;
      expect((await health()).telemetry.state).toBe("up");
      api.clock.nowMs += 4_900;
      await health();
      expect(probe).toHaveBeenCalledTimes(2);
    } finally {
      probe.mockRestore();
    }
  });

  it("a token stops working when it is revoked or expires", async () => {
    const { secret, credential } = await issueCredential(api.ledger, {
      kind: "token",
      role: "office",
      enterprise: null,
      label: "short",
      nowMs: NOW,
      lifetimeMs: 60_000,
    });
    expect((await api.ask("/api/v1/park", secret)).status).toBe(200);
    const other = await api.token("office");
    expect((await api.ask("/api/v1/park", other)).status).toBe(200);
    await api.ledger.revokeCredential(credential.id, NOW);
    api.clock.nowMs = NOW + 6_000;
    expect((await api.ask("/api/v1/park", secret)).status).toBe(401);
    expect((await api.ask("/api/v1/park", other)).status).toBe(200);
    const brief = await issueCredential(api.ledger, {
      kind: "token",
      role: "office",
      enterprise: null,
      label: "brief",
      nowMs: NOW,
      lifetimeMs: 8_000,
    });
    expect((await api.ask("/api/v1/park", brief.secret)).status).toBe(200);
    api.clock.nowMs = NOW + 8_001;
    expect((await api.ask("/api/v1/park", brief.secret)).status).toBe(401);
  });

  it("a one-time link signs one page in, once", async () => {
    const { secret } = await issueCredential(api.ledger, {
      kind: "link",
      role: "office",
      enterprise: null,
      label: "first start",
      nowMs: NOW,
    });
    const redeem = () =>
      api.ask("/api/v1/session", undefined, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ link: secret }),
      });
    const [one, two] = await Promise.all([redeem(), redeem()]);
    expect([one.status, two.status].sort()).toEqual([204, 401]);
    const cookie = (one.status === 204 ? one : two).headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
    const session = cookie.split(";")[0] ?? "";
    expect((await api.ask("/api/v1/park", undefined, { headers: { cookie: session } })).status).toBe(200);
    // The link itself is no credential.
    expect((await api.ask("/api/v1/park", secret)).status).toBe(401);
    const out = await api.ask("/api/v1/session", undefined, {
      method: "DELETE",
      headers: { cookie: session },
    });
    expect(out.status).toBe(204);
    expect((await api.ask("/api/v1/park", undefined, { headers: { cookie: session } })).status).toBe(401);
  });

  it("an enterprise reads its own scope and nobody else's", async () => {
    const token = await api.token("enterprise", "carpet");
    const status = async (path: string) => (await api.ask(path, token)).status;
    expect(await status(`/api/v1/energy?scope=enterprise:carpet&${SPAN}&resolution=1d`)).toBe(200);
    expect(await status(`/api/v1/energy?scope=meter:carpet-line&${SPAN}&resolution=1d`)).toBe(200);
    for (const scope of ["park", "boundary:zero", "enterprise:wafer", "meter:gate"]) {
      expect(await status(`/api/v1/energy?scope=${scope}&${SPAN}&resolution=1d`)).toBe(403);
      expect(await status(`/api/v1/balance?scope=${scope}&${SPAN}&resolution=1d`)).toBe(403);
    }
    for (const path of ["/api/v1/live", "/api/v1/dead-letters", "/api/v1/tokens", "/api/v1/flexibility"]) {
      expect(await status(path)).toBe(403);
    }
    expect(await status("/api/v1/enterprises/wafer/months/2026-11")).toBe(403);
    const park: unknown = await (await api.ask("/api/v1/park", token)).json();
    expect(JSON.stringify(park)).not.toMatch(/wafer/);
  });

  it.each([
    ["POST", "dead-letters/redrive"],
    ["GET", "dead-letters?limit=many"],
    ["POST", "tokens"],
    ["DELETE", "tokens/no-uuid"],
    ["POST", "decisions"],
    ["POST", "decisions/readings"],
    ["POST", "decisions/none/undo"],
    ["GET", "decisions?limit=many"],
  ])("%s /%s asked wrongly tells a stranger to it nothing of what would be right", async (method, path) => {
    const body = method === "POST" ? { body: "{}" } : {};
    const ask = async (token: string) =>
      (
        await api.ask(`/api/v1/${path}`, token, {
          method,
          headers: { "content-type": "application/json" },
          ...body,
        })
      ).status;
    expect(await ask(await api.token("enterprise", "carpet"))).toBe(403);
    expect(await ask(await api.token("vpp"))).toBe(403);
    expect(await ask(await api.token("office"))).toBe(400);
  });

  it("a VPP operator reads flexibility and no meter", async () => {
    const token = await api.token("vpp");
    expect((await api.ask("/api/v1/flexibility", token)).status).toBe(200);
    expect((await api.ask(`/api/v1/energy?${SPAN}&resolution=1d`, token)).status).toBe(403);
    expect((await api.ask("/api/v1/live", token)).status).toBe(403);
  });

  it("a page elsewhere cannot act with this browser's session", async () => {
    const token = await api.token("office");
    const answer = await api.ask("/api/v1/tokens", token, {
      method: "POST",
      headers: { "content-type": "application/json", "sec-fetch-site": "cross-site" },
      body: JSON.stringify({ role: "office", label: "x" }),
    });
    expect(answer.status).toBe(403);
  });

  it("the office gives and takes access; the secret is told once", async () => {
    const office = await api.token("office");
    const made = await api.ask("/api/v1/tokens", office, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ role: "enterprise", enterprise: "carpet", label: "auditor", days: 30 }),
    });
    expect(made.status).toBe(201);
    const { id, token } = (await made.json()) as { id: string; token: string }; // asserted by its use below
    expect((await api.ask("/api/v1/park", token)).status).toBe(200);
    const list = await (await api.ask("/api/v1/tokens", office)).text();
    expect(list).toContain(id);
    expect(list).not.toContain(token);
    expect((await api.ask(`/api/v1/tokens/${id}`, office, { method: "DELETE" })).status).toBe(204);
    api.clock.nowMs += 6_000;
    expect((await api.ask("/api/v1/park", token)).status).toBe(401);
  });
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

  it("the document describes every route", async () => {
    const answer = await api.ask("/openapi.json");
    const document = (await answer.json()) as { paths: Record<string, unknown> }; // asserted below
    for (const path of READS) {
      const plain = path
        .split("?")[0]
        ?.replace("/enterprises/wafer/months/2026-11", "/enterprises/{id}/months/{month}");
      if (plain !== "/api/v1/live/stream") expect(Object.keys(document.paths)).toContain(plain);
    }
  });
});
