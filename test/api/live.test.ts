import { afterEach, beforeEach, expect, it } from "vitest";
import { DAY_MS, HOUR_MS } from "../../park/calendar.ts";
import { StoreError } from "../../store/telemetry.ts";
import { type TestApi, testApi } from "../kit/api.ts";
import { greenPark, putDays } from "../kit/green-park.ts";

const DAY = Date.parse("2026-11-19T00:00:00+08:00");

let api: TestApi;
let office = "";

beforeEach(async () => {
  const park = greenPark();
  api = await testApi(park, DAY + DAY_MS + 6 * HOUR_MS);
  office = await api.token("office");
  await putDays(api.telemetry, park, DAY, 1);
});

afterEach(async () => await api.close());

it("live: sums that cannot be made anew stand for a while with their time, then the store's failing is told", async () => {
  const ask = async () => await api.ask("/api/v1/live", office);
  const to = async (response: Response): Promise<unknown> => {
    const body: unknown = await response.json();
    return typeof body === "object" && body !== null && "today" in body ? body.today : null;
  };
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
