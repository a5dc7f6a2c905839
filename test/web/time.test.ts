import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addDays,
  clock,
  dayLabel,
  dayOf,
  dayStart,
  hourMinute,
  quarterOf,
  zonedInstant,
} from "../../web/time.ts";

describe("instants in the park's zone", () => {
  const at = Date.parse("2026-11-20T14:36:12+08:00");

  it("reads the park's clock wherever the browser stands", () => {
    expect(clock(at, "Asia/Shanghai")).toBe("14:36:12");
    expect(hourMinute(at, "America/St_Johns")).toBe("03:06");
    expect(dayOf(Date.parse("2026-11-20T00:00:00+08:00"), "Asia/Shanghai")).toBe("2026-11-20");
    expect(dayOf(Date.parse("2026-11-20T00:00:00+08:00") - 1, "Asia/Shanghai")).toBe("2026-11-19");
    expect(new Date(quarterOf(at)).toISOString()).toBe("2026-11-20T06:30:00.000Z");
  });

  it("finds midnight, also on days that change the clocks", () => {
    expect(dayStart("2026-11-20", "Asia/Shanghai")).toBe(Date.parse("2026-11-20T00:00:00+08:00"));
    expect(dayStart("2026-03-29", "Europe/Berlin")).toBe(Date.parse("2026-03-29T00:00:00+01:00"));
    expect(dayStart("2026-03-30", "Europe/Berlin")).toBe(Date.parse("2026-03-30T00:00:00+02:00"));
    expect(dayStart("2026-10-25", "Europe/Berlin")).toBe(Date.parse("2026-10-25T00:00:00+02:00"));
    expect(dayStart("2026-11-01", "America/St_Johns")).toBe(Date.parse("2026-11-01T00:00:00-02:30"));
    expect(() => dayStart("20-11-2026", "Asia/Shanghai")).toThrow(RangeError);
  });

  it("says a wall clock of the park with its offset, also around a change of clocks", () => {
    expect(zonedInstant("2026-11-20T14:36", "Asia/Shanghai")).toBe("2026-11-20T14:36:00+08:00");
    expect(zonedInstant("2026-11-20T14:36:12", "America/St_Johns")).toBe("2026-11-20T14:36:12-03:30");
    expect(zonedInstant("2026-03-29T01:30", "Europe/Berlin")).toBe("2026-03-29T01:30:00+01:00");
    expect(zonedInstant("2026-03-29T03:30", "Europe/Berlin")).toBe("2026-03-29T03:30:00+02:00");
    // the hour that comes twice: the first
    expect(zonedInstant("2026-10-25T02:30", "Europe/Berlin")).toBe("2026-10-25T02:30:00+02:00");
    expect(zonedInstant("2026-10-25T03:30", "Europe/Berlin")).toBe("2026-10-25T03:30:00+01:00");
    expect(() => zonedInstant("20 Nov", "Asia/Shanghai")).toThrow(RangeError);
  });

  it("a day's midnight is of that day", () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date("2000-01-01"), max: new Date("2060-01-01"), noInvalidDate: true }),
        fc.constantFrom("Asia/Shanghai", "America/St_Johns", "Europe/Berlin", "Asia/Kathmandu"),
        (date, zone) => {
          const day = dayOf(date.getTime(), zone);
          const start = dayStart(day, zone);
          expect(dayOf(start, zone)).toBe(day);
          expect(dayOf(start - 1, zone)).toBe(addDays(day, -1));
          expect(clock(start, zone)).toBe("00:00:00");
        },
      ),
    );
  });

  it("names days in both languages", () => {
    expect(dayLabel("2026-11-20", "en")).toBe("20 Nov");
    expect(dayLabel("2026-11-20", "en", true)).toBe("Fri 20 Nov");
    expect(dayLabel("2026-11-20", "zh-CN", true).replaceAll("\u2009", "")).toBe("11月20日 周五");
    expect(addDays("2026-12-31", 1)).toBe("2027-01-01");
  });
});
