import { describe, expect, it } from "vitest";
import { parsePark } from "../../park/load.ts";
import { ProblemsError } from "../../park/problems.ts";
import { SMALL_PARK_YAML } from "../kit/small-park.ts";
import { TARIFF_YAML } from "../kit/tariff.ts";

/** Time-of-use tariffs of a park file: every kind of day covers 24 hours exactly, all problems are told at once. */

function problemsOf(yaml: string): string[] {
  try {
    parsePark(yaml);
  } catch (error) {
    if (error instanceof ProblemsError)
      return error.problems.map((p) => `${p.path}: expected ${p.expected}, found ${p.found}`);
    throw error;
  }
  return [];
}

const withTariff = (change: (text: string) => string) => problemsOf(SMALL_PARK_YAML + change(TARIFF_YAML));

describe("tariffs of a park file", () => {
  it("is read with 48 half-hours for every kind of day in every month", () => {
    const [tariff] = parsePark(SMALL_PARK_YAML + TARIFF_YAML).tariffs;
    expect(tariff?.seasons).toHaveLength(12);
    for (const season of tariff?.seasons ?? [])
      for (const day of Object.values(season.days)) expect(day).toHaveLength(48);
    expect(tariff?.seasons[6]?.days["workday"]?.[41]).toBe("sharp");
    expect(tariff?.seasons[0]?.days["spring-festival"]?.[24]).toBe("deepValley");
  });

  it("a kind of day not named is as the more general one: a weekend as a workday, a holiday as a weekend", () => {
    const [tariff] = parsePark(SMALL_PARK_YAML + TARIFF_YAML).tariffs;
    const july = tariff?.seasons[6];
    expect(july?.days["weekend"]).toEqual(july?.days["workday"]);
    expect(july?.days["spring-festival"]).toEqual(july?.days["workday"]);
  });

  it("a park file without tariffs has none, and the default tolerance of 2 %", () => {
    const park = parsePark(SMALL_PARK_YAML);
    expect(park.tariffs).toEqual([]);
    expect(park.subMeterTolerance).toBe(0.02);
  });

  it("tells a hole and an overlap of a day by their half-hours", () => {
    expect(withTariff((t) => t.replace('"10:30-12:00": peak', '"11:00-12:30": peak'))).toEqual([
      "tariffs[0].seasons[0].days.workday.12:00-18:00: expected half-hours of no other span, found 12:00-12:30",
      "tariffs[0].seasons[0].days.workday: expected 24 hours exactly, found no band for 10:30-11:00",
    ]);
  });

  it("tells every problem at once", () => {
    const found = withTariff((t) =>
      t
        .replace('"12:00-18:00": flat', '"18:00-12:00": flat')
        .replace("deepValley: 0.1", "peak: 1.2")
        .replace("months: [7, 8]", "months: [6, 7]")
        .replace("weekend: {", "sunday: {")
        .replace("workedWeekends: [2026-11-21]", "workedWeekends: [2026-11-20]"),
    ).join("\n");
    expect(found).toContain("an end after its beginning, found 18:00-12:00");
    expect(found).toContain("no band for 12:00-18:00");
    expect(found).toContain("tariffs[0].seasons[0].prices.deepValley: expected a price for a band in use");
    expect(found).toContain("months of no other season, found 6, of seasons[0]");
    expect(found).toContain("every month in a season, found no season for month 8");
    expect(found).toContain("one of workday, weekend, spring-festival, found sunday");
    expect(found).toContain("workedWeekends[0]: expected a Saturday or Sunday, found 2026-11-20");
  });

  it("takes half-hours only", () => {
    const found = withTariff((t) => t.replace('"10:30-12:00": peak', '"10:15-12:00": peak'));
    expect(found.join("\n")).toContain('half-hours such as "10:30-12:00"');
  });

  it("tariffs follow one another in one currency, each from the beginning of a day", () => {
    const second = TARIFF_YAML.replace("tariffs:\n", "")
      .replace("2026-01-01T00:00:00+08:00", "2025-06-01T10:00:00+08:00")
      .replace("currency: CNY", "currency: EUR");
    expect(problemsOf(SMALL_PARK_YAML + TARIFF_YAML + second)).toEqual([
      "tariffs[1].from: expected a date after the tariff before it, found 2025-06-01T10:00:00+08:00",
      "tariffs[1].currency: expected the currency of the tariff before it (CNY), found EUR",
      "tariffs[1].from: expected the beginning of a day of the park, found 2025-06-01T10:00:00+08:00",
    ]);
  });
});
