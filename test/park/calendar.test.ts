import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Calendar, DAY_MS, HOUR_MS, QUARTER_MS, RESOLUTIONS } from "../../park/calendar.ts";

const shanghai = new Calendar("Asia/Shanghai");
const berlin = new Calendar("Europe/Berlin");
const kathmandu = new Calendar("Asia/Kathmandu");
const lordHowe = new Calendar("Australia/Lord_Howe");
const at = (text: string) => Date.parse(text);

describe("the park's calendar", () => {
  it("knows no zone that does not exist", () => {
    expect(() => new Calendar("Asia/Xining")).toThrow(RangeError);
  });

  it("days, months and years begin at midnight in the park, whatever the process's zone (E1)", () => {
    expect(process.env["TZ"]).toBe("America/St_Johns");
    const t = at("2026-11-20T14:36:12+08:00");
    expect(shanghai.floor(t, "15m")).toBe(at("2026-11-20T14:30:00+08:00"));
    expect(shanghai.floor(t, "1h")).toBe(at("2026-11-20T14:00:00+08:00"));
    expect(shanghai.floor(t, "1d")).toBe(at("2026-11-20T00:00:00+08:00"));
    expect(shanghai.floor(t, "1M")).toBe(at("2026-11-01T00:00:00+08:00"));
    expect(shanghai.floor(t, "1y")).toBe(at("2026-01-01T00:00:00+08:00"));
    expect(shanghai.next(at("2026-12-01T00:00:00+08:00"), "1M")).toBe(at("2027-01-01T00:00:00+08:00"));
    expect(shanghai.next(at("2026-01-01T00:00:00+08:00"), "1y")).toBe(at("2027-01-01T00:00:00+08:00"));
  });

  it("an instant before a year's end in UTC may be the next year in the park", () => {
    expect(shanghai.dateKey(at("2026-12-31T16:00:00Z"))).toBe("2027-01-01");
    expect(shanghai.monthKey(at("2026-12-31T15:59:59Z"))).toBe("2026-12");
    expect(shanghai.parts(at("2026-12-31T16:00:00Z"))).toEqual({
      year: 2027,
      month: 1,
      day: 1,
      hour: 0,
      minute: 0,
      weekday: 5,
    });
  });

  it("writes instants with the park's offset", () => {
    expect(shanghai.iso(at("2026-11-20T08:15:00Z"))).toBe("2026-11-20T16:15:00+08:00");
    expect(berlin.iso(at("2026-07-01T00:00:00Z"))).toBe("2026-07-01T02:00:00+02:00");
    expect(kathmandu.iso(at("2026-07-01T00:00:00Z"))).toBe("2026-07-01T05:45:00+05:45");
    expect(new Calendar("America/St_Johns").iso(at("2026-01-01T00:00:00Z"))).toBe(
      "2025-12-31T20:30:00-03:30",
    );
  });

  it("days are 23 and 25 hours long where clocks change", () => {
    const spring = berlin.at(2027, 3, 28);
    const autumn = berlin.at(2026, 10, 25);
    expect(berlin.next(spring, "1d") - spring).toBe(23 * HOUR_MS);
    expect(berlin.next(autumn, "1d") - autumn).toBe(25 * HOUR_MS);
    expect(berlin.buckets(spring, spring + DAY_MS - HOUR_MS, "15m").length).toBe(92);
    expect(berlin.buckets(autumn, autumn + DAY_MS + HOUR_MS, "1h").length).toBe(25);
    expect(new Set(berlin.buckets(autumn, autumn + DAY_MS + HOUR_MS, "1h")).size).toBe(25);
    const half = lordHowe.at(2026, 10, 4);
    expect(lordHowe.next(half, "1d") - half).toBe(23.5 * HOUR_MS);
  });

  it("an hour of a zone with 45 minutes begins on its own clock", () => {
    expect(kathmandu.iso(kathmandu.floor(at("2026-07-01T00:20:00Z"), "1h"))).toBe(
      "2026-07-01T06:00:00+05:45",
    );
  });

  it("months overflow as asked", () => {
    expect(shanghai.at(2026, 13, 1)).toBe(shanghai.at(2027, 1, 1));
    expect(shanghai.at(2026, 3, 0)).toBe(shanghai.at(2026, 2, 28));
    expect(shanghai.at(2028, 2, 30)).toBe(shanghai.at(2028, 3, 1));
  });

  it("floors are edges, hold their instant, and follow one another, in any zone", () => {
    const zone = fc.constantFrom(shanghai, berlin, kathmandu, lordHowe);
    const instant = fc.integer({ min: at("2018-01-01T00:00:00Z"), max: at("2036-01-01T00:00:00Z") });
    fc.assert(
      fc.property(zone, instant, fc.constantFrom(...RESOLUTIONS), (calendar, t, resolution) => {
        const start = calendar.floor(t, resolution);
        const end = calendar.next(start, resolution);
        expect(start).toBeLessThanOrEqual(t);
        expect(end).toBeGreaterThan(t);
        expect(calendar.isEdge(start, resolution)).toBe(true);
        expect(calendar.isEdge(end, resolution)).toBe(true);
        expect(start % QUARTER_MS).toBe(0);
        expect(calendar.buckets(start, end, resolution)).toEqual([start]);
        expect(Date.parse(calendar.iso(t))).toBe(Math.floor(t / 1000) * 1000);
      }),
      { numRuns: 300 },
    );
  });
});
