import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { shared } from "../../api/shared.ts";
import { type TestApi, testApi } from "../kit/api.ts";
import { smallPark } from "../kit/small-park.ts";

const NOW = Date.parse("2026-11-20T12:00:00+08:00");

describe("the same question at once", () => {
  it("is answered once; another, and the same later, anew", async () => {
    let made = 0;
    const release: (() => void)[] = [];
    const ask = shared(async ({ scope }: { scope: string; nowMs: number }) => {
      made++;
      await new Promise<void>((resolve) => release.push(resolve));
      return scope;
    });
    const running = [
      ask({ scope: "a", nowMs: 1 }),
      ask({ scope: "a", nowMs: 2 }),
      ask({ scope: "b", nowMs: 1 }),
    ];
    expect(made).toBe(2);
    for (const go of release.splice(0)) go();
    expect(await Promise.all(running)).toEqual(["a", "a", "b"]);
    const later = ask({ scope: "a", nowMs: 3 });
    expect(made).toBe(3);
    release.pop()?.();
    expect(await later).toBe("a");
  });

  it("fails for all who wait, and is tried again after", async () => {
    let fails = true;
    const ask = shared(async (_: { nowMs: number }) => {
      await Promise.resolve();
      if (fails) throw new Error("away");
      return "here";
    });
    const both = await Promise.allSettled([ask({ nowMs: 1 }), ask({ nowMs: 1 })]);
    expect(both.map((b) => b.status)).toEqual(["rejected", "rejected"]);
    fails = false;
    expect(await ask({ nowMs: 1 })).toBe("here");
  });
});

describe("heavy answers over HTTP", () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await testApi(smallPark(), NOW);
  });
  afterAll(async () => {
    await api.close();
  });

  const span = (from: string, to: string) => `from=${from}T00:00:00%2B08:00&to=${to}T00:00:00%2B08:00`;

  it.each([
    `carbon?${span("2026-03-01", "2026-03-03")}`,
    `green-power?${span("2026-04-01", "2026-04-03")}`,
    `balance?${span("2026-05-01", "2026-05-03")}`,
    `energy?${span("2026-06-01", "2026-06-03")}`,
    "indicators?boundary=zero",
    "pathway?boundary=zero",
  ])("%s read for one is read for all who ask meanwhile", async (question) => {
    const tokens = await Promise.all([1, 2, 3, 4].map(() => api.token("office")));
    const readDirty = api.telemetry.readDirty.bind(api.telemetry);
    const reads = vi.spyOn(api.telemetry, "readDirty").mockImplementation(async () => {
      await new Promise((resolve) => setTimeout(resolve, 150)); // so that all have asked before the first is answered
      return await readDirty();
    });
    const alone = await api.ask(`/api/v1/${question}`, tokens[0]);
    const once = reads.mock.calls.length;
    reads.mockClear();
    const answers = await Promise.all(tokens.map((token) => api.ask(`/api/v1/${question}`, token)));
    expect(answers.map((a) => a.status)).toEqual([200, 200, 200, 200]);
    expect(await answers[3]?.text()).toBe(await alone.text());
    expect(once).toBeGreaterThan(0);
    expect(reads.mock.calls.length).toBeLessThan(2 * once);
    reads.mockRestore();
    // Who may not ask does not ride along.
    const strangers = await Promise.all([
      api.ask(`/api/v1/${question}`, tokens[0]),
      api.ask(`/api/v1/${question}`, await api.token("enterprise", "carpet")),
    ]);
    expect(strangers.map((a) => a.status)).toEqual([200, 403]);
  });

  it.each(["carbon?", "green-power?", "indicators?boundary=zero&"])(
    "/%s is limited to 400 days",
    async (path) => {
      const office = await api.token("office");
      const answer = await api.ask(`/api/v1/${path}${span("2017-01-01", "2026-11-01")}`, office);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({
        issues: [{ path: "to", expected: "at most 400 days after from", found: "3591 days" }],
      });
      const most = await api.ask(`/api/v1/${path}${span("2025-10-01", "2026-11-05")}`, office);
      expect(most.status).toBe(200);
    },
  );
});
