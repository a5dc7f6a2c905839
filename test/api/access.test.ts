import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { issueCredential } from "../../api/access.ts";
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

it("the page of the document has all that it asks for, and follows the reader's light or dark", async () => {
  const page = await (await api.ask("/docs")).text();
  const asked = [...page.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, address]) => address ?? "");
  // A page without an icon of its own is asked for /favicon.ico.
  expect(page).toContain('rel="icon"');
  expect(asked.length).toBeGreaterThan(3);
  for (const address of asked) {
    const answer = await api.ask(address);
    expect(answer.status, address).toBe(200);
    const bytes = Buffer.from(await answer.arrayBuffer());
    if (address.endsWith(".png")) expect(bytes.subarray(1, 4).toString("latin1")).toBe("PNG");
  }
  expect(await (await api.ask("/docs/start.js")).text()).toContain("dark-mode");
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
