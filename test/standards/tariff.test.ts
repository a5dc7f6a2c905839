import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DAY_MS, QUARTER_MS } from "../../park/calendar.ts";
import { parsePark } from "../../park/load.ts";
import { BANDS } from "../../park/tariff.ts";
import { bandAt, energyByBand } from "../../standards/tariff.ts";
import { SMALL_PARK_YAML } from "../kit/small-park.ts";
import { TARIFF_YAML } from "../kit/tariff.ts";

const { tariffs, calendar } = parsePark(SMALL_PARK_YAML + TARIFF_YAML);
const at = (text: string) => bandAt(tariffs, calendar, Date.parse(`${text}:00+08:00`));

describe("the band of an instant", () => {
  it("10:30 is priced as 10:30, never as 10:00", () => {
    expect(at("2026-11-20T10:00")).toEqual({ band: "flat", pricePerKwh: 0.5 });
    expect(at("2026-11-20T10:15")?.band).toBe("flat");
    expect(at("2026-11-20T10:30")).toEqual({ band: "peak", pricePerKwh: 0.9 });
    expect(at("2026-11-20T11:45")?.band).toBe("peak");
    expect(at("2026-11-20T12:00")?.band).toBe("flat");
    expect(at("2026-11-20T22:15")?.band).toBe("peak");
    expect(at("2026-11-20T22:30")?.band).toBe("flat");
    expect(at("2026-11-20T00:00")?.band).toBe("valley");
    expect(at("2026-11-20T23:45")?.band).toBe("flat");
  });

  it("knows weekends, worked Saturdays, festivals and seasons", () => {
    expect(at("2026-11-22T11:00")?.band).toBe("flat");
    expect(at("2026-11-21T11:00")?.band).toBe("peak");
    expect(at("2027-02-06T11:00")).toEqual({ band: "deepValley", pricePerKwh: 0.1 });
    expect(at("2026-07-15T20:00")).toEqual({ band: "sharp", pricePerKwh: 1.1 });
    expect(at("2026-06-30T20:00")?.band).toBe("peak");
  });

  it("has no band before the first tariff", () => {
    expect(at("2025-12-31T23:45")).toBeNull();
    expect(at("2026-01-01T00:00")?.band).toBe("valley");
  });
});

describe("energy by band", () => {
  const DAY = Date.parse("2026-11-20T00:00:00+08:00");
  const quarters = Array.from({ length: 96 }, (_, i) => ({ startMs: DAY + i * QUARTER_MS, micro: 1e6 }));

  it("a workday of 1 kWh a quarter-hour, by hand", () => {
    const { bands, unpricedMicro } = energyByBand(tariffs, calendar, quarters);
    // valley 8 h, peak 1.5 h + 4.5 h, flat 2.5 h + 6 h + 1.5 h
    expect(bands.valley).toEqual({ micro: 32e6, cost: 8 });
    expect(bands.peak.micro).toBe(24e6);
    expect(bands.peak.cost).toBeCloseTo(21.6, 9);
    expect(bands.flat).toEqual({ micro: 40e6, cost: 20 });
    expect(bands.sharp).toEqual({ micro: 0, cost: 0 });
    expect(unpricedMicro).toBe(0);
  });

  it("missing is null, never 0: of a band in which nothing is known, and the known part else", () => {
    const holed = quarters.map((q, i) => (i < 32 || i === 40 ? { ...q, micro: null } : q));
    const { bands } = energyByBand(tariffs, calendar, holed);
    expect(bands.valley).toEqual({ micro: null, cost: null });
    expect(bands.flat.micro).toBe(39e6);
  });

  it("what lies before the first tariff has no cost", () => {
    const early = [
      { startMs: Date.parse("2025-12-31T23:45:00+08:00"), micro: 7e6 },
      { startMs: Date.parse("2026-01-01T00:00:00+08:00"), micro: 1e6 },
    ];
    const { bands, unpricedMicro } = energyByBand(tariffs, calendar, early);
    expect(unpricedMicro).toBe(7e6);
    expect(bands.valley).toEqual({ micro: 1e6, cost: 0.25 });
  });

  it("the bands add up to the whole exactly and do not depend on the order, on any days", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 800 }),
        fc.array(fc.integer({ min: 0, max: 10_000_000_000 }), { minLength: 96, maxLength: 192 }),
        (days, micros) => {
          const from = Date.parse("2026-01-01T00:00:00+08:00") + days * DAY_MS;
          const list = micros.map((micro, i) => ({ startMs: from + i * QUARTER_MS, micro }));
          const forth = energyByBand(tariffs, calendar, list);
          const back = energyByBand(tariffs, calendar, [...list].reverse());
          expect(back).toEqual(forth);
          const sum = BANDS.reduce((s, band) => s + (forth.bands[band].micro ?? 0), 0);
          expect(sum).toBe(micros.reduce((a, b) => a + b, 0));
        },
      ),
      { numRuns: 40 },
    );
  });
});
