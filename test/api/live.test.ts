import { afterEach, beforeEach, expect, it } from "vitest";
import { type LiveAnswer, liveAnswer } from "../../api/answers/live.ts";
import { DAY_MS, HOUR_MS } from "../../park/calendar.ts";
import type { Park } from "../../park/park.ts";
import { StoreError } from "../../store/telemetry.ts";
import { type TestApi, testApi } from "../kit/api.ts";
import { greenPark, putDays } from "../kit/green-park.ts";

const DAY = Date.parse("2026-11-19T00:00:00+08:00");

let api: TestApi;
let office = "";

/** A fresh process on two days of energy. */
async function openApi(park: Park): Promise<void> {
  api = await testApi(park, DAY + DAY_MS + 6 * HOUR_MS);
  office = await api.token("office");
  await putDays(api.telemetry, park, DAY, 2);
}

beforeEach(async () => await openApi(greenPark()));

afterEach(async () => await api.close());

it("live: sums that cannot be made anew stand for a while with their time, then the store's failing is told", async () => {
  const ask = async () => await api.ask("/api/v1/live", office);
  const to = async (response: Response): Promise<unknown> => {
    const body: unknown = await response.json();
    return typeof body === "object" && body !== null && "today" in body ? body.today : null;
  };
  await whole();
  const first = await ask();
  expect(first.status).toBe(200);
  const today = await to(first);
  api.telemetry.readEnergy = async () => {
    throw new StoreError("unavailable", "away");
  };
  api.clock.nowMs += 60_000;
  const kept = await ask();
  expect(kept.status).toBe(200);
  expect(await to(kept)).toEqual(today);
  api.clock.nowMs += 90_000;
  expect((await ask()).status).toBe(503);
});

/** What the store is asked waits until it may go on. */
function held(): { readonly asked: () => number; readonly go: () => void } {
  const { readEnergy } = api.telemetry;
  let asked = 0;
  let go = () => {};
  const gate = new Promise<void>((resolve) => {
    go = resolve;
  });
  api.telemetry.readEnergy = async (query) => {
    asked++;
    await gate;
    return await readEnergy.call(api.telemetry, query);
  };
  return { asked: () => asked, go };
}

const askLive = async (): Promise<LiveAnswer> =>
  liveAnswer.parse(await (await api.ask("/api/v1/live", office)).json());

/** The first answer in which nothing is being made any more. */
async function whole(): Promise<LiveAnswer> {
  for (const endMs = performance.now() + 10_000; ; ) {
    const answer = await askLive();
    if (answer.carbon !== null) return answer;
    if (performance.now() > endMs) throw new Error("the sums are not made");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

it("live: the first answer does not wait for sums: they are told as being made, never as 0, and come when they are", async () => {
  const store = held();
  const beganMs = performance.now();
  const first = await askLive();
  expect(performance.now() - beganMs).toBeLessThan(2_000);
  const { making, to, complete, coverage, ...sums } = first.today;
  expect({ making, complete, coverage }).toEqual({ making: true, complete: false, coverage: null });
  expect(Object.values(sums).every((sum) => sum === null)).toBe(true);
  expect(first.enterprises.map((e) => [e.todayKwh, e.todayComplete])).toEqual(
    first.enterprises.map(() => [null, false]),
  );
  expect([first.carbon, first.dataQuality]).toEqual([null, null]);
  expect(store.asked()).toBe(1);
  store.go();
  const then = await whole();
  expect(then.today).toMatchObject({ making: false, to, complete: true });
  expect(then.today.useKwh).toBeGreaterThan(0);
  expect(then.carbon?.todayKg).toBeGreaterThan(0);
});

it("live: today's sums do not wait for the carbon of the month", async () => {
  const sums = await whole();
  await api.close();
  await openApi(greenPark());
  const { readDirty } = api.telemetry;
  let go = () => {};
  const gate = new Promise<void>((resolve) => {
    go = resolve;
  });
  // Only carbon asks whether its span is settled.
  api.telemetry.readDirty = async () => {
    await gate;
    return await readDirty.call(api.telemetry);
  };
  const first = await askLive();
  expect(first.carbon).toBeNull();
  expect(first.today).toEqual(sums.today);
  go();
  expect((await whole()).carbon).toEqual(sums.carbon);
});

it("live: what never could be made is the store's failing, not a making without end", async () => {
  const { readEnergy } = api.telemetry;
  api.telemetry.readEnergy = async () => {
    throw new StoreError("unavailable", "away");
  };
  for (let i = 0; i < 2; i++) expect((await api.ask("/api/v1/live", office)).status).toBe(503);
  api.telemetry.readEnergy = readEnergy;
  expect((await whole()).today.making).toBe(false);
});

it("live: without documents of green power no quarter-hours of the month are read for today's carbon", async () => {
  await api.close();
  await openApi(greenPark((yaml) => yaml.slice(0, yaml.indexOf("contracts:"))));
  const asked: number[] = [];
  const { readEnergy } = api.telemetry;
  api.telemetry.readEnergy = async (query) => {
    if (query.rows === "interval") asked.push(query.fromMs);
    return await readEnergy.call(api.telemetry, query);
  };
  expect((await whole()).carbon?.todayKg).toBeGreaterThan(0);
  expect(Math.min(...asked)).toBe(DAY + DAY_MS);
});
