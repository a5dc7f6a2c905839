import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventsAnswer } from "../../api/answers/repairs.ts";
import { parsePark } from "../../park/load.ts";
import { type TestApi, testApi } from "../kit/api.ts";
import { SMALL_PARK_YAML } from "../kit/small-park.ts";

/** On the 10th the carpet works' line was taken over by the wafer works, and the boundary changed hands. */
const NOW = Date.parse("2026-11-20T12:00:00+08:00");
const MOVED = "2026-11-10T00:00:00+08:00";
const moved = SMALL_PARK_YAML.replace(
  "{ id: carpet-line, role: load, enterprise: carpet,",
  `{ id: carpet-line, role: load, enterprise: [{ value: carpet }, { from: "${MOVED}", value: wafer }],`,
).replace(
  "members: [wafer]\n",
  `members: [{ enterprise: wafer, to: "${MOVED}" }, { enterprise: carpet, from: "${MOVED}" }]\n`,
);
let api: TestApi;
let carpet = "";
let wafer = "";

beforeAll(async () => {
  api = await testApi(parsePark(moved), NOW);
  carpet = await api.token("enterprise", "carpet");
  wafer = await api.token("enterprise", "wafer");
});
afterAll(async () => {
  await api.close();
});

const day = (date: number) => encodeURIComponent(`2026-11-${String(date).padStart(2, "0")}T00:00:00+08:00`);
const status = async (path: string, token: string) => (await api.ask(`/api/v1/${path}`, token)).status;

const SPANS = ["energy", "balance", "carbon", "green-power", "sub-meters", "tariff", "events"];

describe("a meter that moved is each owner's for its own time", () => {
  it.each(SPANS)("/%s", async (path) => {
    const ask = async (from: number, to: number, token: string) => {
      const resolution = ["energy", "balance", "tariff"].includes(path) ? "&resolution=1d" : "";
      return await status(
        `${path}?scope=meter:carpet-line&from=${day(from)}&to=${day(to)}${resolution}`,
        token,
      );
    };
    // A question may have no answer (no tariff declared), but is let through.
    const before = await ask(5, 10, carpet);
    expect(before).not.toBe(403);
    expect(before).not.toBe(401);
    expect(await ask(10, 15, wafer)).toBe(before);
    for (const [from, to] of [
      [5, 10],
      [5, 15],
    ] as const) {
      expect(await ask(from, to, wafer)).toBe(403);
    }
    for (const [from, to] of [
      [10, 15],
      [5, 15],
    ] as const) {
      expect(await ask(from, to, carpet)).toBe(403);
    }
  });

  it("/demand, by month", async () => {
    expect(await status("demand?scope=meter:carpet-line&month=2026-10", carpet)).toBe(200);
    expect(await status("demand?scope=meter:carpet-line&month=2026-10", wafer)).toBe(403);
    expect(await status("demand?scope=meter:carpet-line&month=2026-11", wafer)).toBe(403);
  });

  it("/comparison, on every side", async () => {
    const span = (token: string, more: string) =>
      status(`comparison?scope=meter:carpet-line&from=${day(12)}&to=${day(14)}${more}`, token);
    expect(await span(wafer, "")).toBe(403);
    expect(await span(wafer, `&with=base&baseFrom=${day(10)}`)).toBe(200);
    expect(await span(wafer, `&with=base&baseFrom=${day(9)}`)).toBe(403);
  });

  it("a virtual meter with every part of it", async () => {
    const ask = (from: number, to: number) =>
      status(`energy?scope=meter:carpet-rest&from=${day(from)}&to=${day(to)}&resolution=1d`, carpet);
    expect(await ask(5, 10)).toBe(200);
    expect(await ask(10, 15)).toBe(403);
  });

  it("/events of an enterprise leave out those of another's time", async () => {
    const at = (date: number) => Date.parse(decodeURIComponent(day(date)));
    const event = (timeMs: number) =>
      JSON.stringify([{ kind: "step", timeMs, untilMs: timeMs, count: 1, micro: 1, detail: "" }]);
    await api.telemetry.writeSettlements([
      {
        meter: "carpet-line",
        channel: "energyImportKwh",
        rev: 1,
        intervals: [],
        days: [],
        judgements: [7, 12].map((date) => ({ dayStartMs: at(date), state: "x", events: event(at(date)) })),
      },
    ]);
    const seen = async (enterprise: string, token: string) => {
      const answer = await api.ask(
        `/api/v1/events?scope=enterprise:${enterprise}&from=${day(5)}&to=${day(15)}`,
        token,
      );
      return eventsAnswer.parse(await answer.json()).events.map((e) => e.from.slice(8, 10));
    };
    expect(await seen("carpet", carpet)).toEqual(["07"]);
    expect(await seen("wafer", wafer)).toEqual(["12"]);
  });
});

describe("a boundary that changed hands", () => {
  it.each(["energy", "carbon"])("/%s is each member's for the time it was alone in it", async (path) => {
    const ask = (from: number, to: number, token: string) =>
      status(
        `${path}?scope=boundary:zero&from=${day(from)}&to=${day(to)}${path === "energy" ? "&resolution=1d" : ""}`,
        token,
      );
    expect(await ask(5, 10, wafer)).toBe(200);
    expect(await ask(10, 15, carpet)).toBe(200);
    expect(await ask(5, 15, wafer)).toBe(403);
    expect(await ask(10, 15, wafer)).toBe(403);
    expect(await ask(5, 15, carpet)).toBe(403);
  });

  it("its indicators and its pathway tell of years: nobody's but the office's", async () => {
    for (const path of ["indicators", "pathway"]) {
      expect(await status(`${path}?boundary=zero`, wafer)).toBe(403);
      expect(await status(`${path}?boundary=zero`, carpet)).toBe(403);
      expect(await status(`${path}?boundary=zero`, await api.token("office"))).toBe(200);
    }
  });
});
