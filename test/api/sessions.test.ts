import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { issueCredential } from "../../api/access.ts";
import { type TestApi, testApi } from "../kit/api.ts";
import { smallPark } from "../kit/small-park.ts";

const NOW = Date.parse("2026-11-20T12:00:00+08:00");
const DAY_MS = 86_400_000;
const realTimeout = setTimeout;
const realWait = (ms: number) => new Promise((resolve) => realTimeout(resolve, ms));
let api: TestApi;

beforeAll(async () => {
  api = await testApi(smallPark(), NOW);
});
beforeEach(() => {
  api.clock.nowMs = NOW;
});
afterEach(() => {
  vi.useRealTimers();
});
afterAll(async () => {
  await api.close();
});

async function token(lifetimeMs?: number) {
  return await issueCredential(api.ledger, {
    kind: "token",
    role: "office",
    enterprise: null,
    label: "wall display",
    nowMs: api.clock.nowMs,
    ...(lifetimeMs === undefined ? {} : { lifetimeMs }),
  });
}

async function signIn(secret: string): Promise<Response> {
  return await api.ask("/api/v1/session", undefined, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token: secret }),
  });
}

const cookieOf = (answer: Response) => answer.headers.get("set-cookie")?.split(";")[0] ?? "";
const park = async (cookie: string) =>
  (await api.ask("/api/v1/park", undefined, { headers: { cookie } })).status;

describe("a session signed in with a token", () => {
  it("ends when the token expires, and says so to the browser", async () => {
    const { secret } = await token(DAY_MS);
    const answer = await signIn(secret);
    expect(answer.headers.get("set-cookie")).toMatch(/Max-Age=86400;/);
    expect(await park(cookieOf(answer))).toBe(200);
    api.clock.nowMs = NOW + DAY_MS;
    expect(await park(cookieOf(answer))).toBe(401);
  });

  it("ends after 30 days of a token without an end", async () => {
    const { secret } = await token();
    expect((await signIn(secret)).headers.get("set-cookie")).toMatch(/Max-Age=2592000;/);
  });

  it("ends when the token is taken back; others stay", async () => {
    const [one, two] = [await token(), await token()];
    const [first, second] = [cookieOf(await signIn(one.secret)), cookieOf(await signIn(two.secret))];
    expect(await park(first)).toBe(200);
    const taken = await api.ask(`/api/v1/tokens/${one.credential.id}`, two.secret, { method: "DELETE" });
    expect(taken.status).toBe(204);
    api.clock.nowMs = NOW + 6_000;
    expect(await park(first)).toBe(401);
    expect(await park(second)).toBe(200);
  });

  it("is not made from a token that was just taken back, nor from a session", async () => {
    const { secret, credential } = await token();
    expect((await api.ask("/api/v1/park", secret)).status).toBe(200);
    const session = cookieOf(await signIn(secret)).split("=")[1] ?? "";
    expect((await signIn(session)).status).toBe(401);
    await api.ledger.revokeCredential(credential.id, NOW);
    expect((await signIn(secret)).status).toBe(401);
  });
});

describe("the live stream", () => {
  async function open(headers: Record<string, string>) {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    const answer = await api.ask("/api/v1/live/stream", undefined, { headers });
    expect(answer.status).toBe(200);
    let ended = false;
    let text = "";
    const reading = (async () => {
      const decoder = new TextDecoder();
      for await (const part of answer.body ?? []) text += decoder.decode(part);
      ended = true;
    })();
    const pass = async (ms: number) => {
      for (let passedMs = 0; passedMs < ms; passedMs += 5_000) {
        api.clock.nowMs += 5_000;
        await vi.advanceTimersByTimeAsync(5_000);
        await realWait(30); // the ledger answers outside of the faked clock
      }
    };
    return { reading, pass, ended: () => ended, text: () => text };
  }

  it("goes on for a good credential and ends within 15 s of a revoked one", async () => {
    const { secret, credential } = await token();
    const cookie = cookieOf(await signIn(secret));
    const stream = await open({ cookie });
    await stream.pass(45_000);
    expect(stream.ended()).toBe(false);
    expect(stream.text()).toMatch(/still here/);
    await api.ledger.revokeCredential(credential.id, api.clock.nowMs);
    await stream.pass(15_000);
    await vi.waitFor(() => expect(stream.ended()).toBe(true), { timeout: 2_000 });
    await stream.reading;
  });

  it("ends with a token that expires", async () => {
    const { secret } = await token(30_000);
    const stream = await open({ authorization: `Bearer ${secret}` });
    await stream.pass(20_000);
    expect(stream.ended()).toBe(false);
    await stream.pass(25_000);
    await vi.waitFor(() => expect(stream.ended()).toBe(true), { timeout: 2_000 });
    await stream.reading;
  });
});
