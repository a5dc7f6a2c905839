import { expect, test } from "vitest";
import { always } from "../../../park/dated.ts";
import { gasVolume } from "../../../park/gas-volume.ts";
import { calendar, declare, HOUR, MINUTE, QUARTER, reading, run, sorted, T0, totalMicro } from "./kit.ts";

/** E11: the conversion of gas from 工况 to 标况 is dated like a multiplier, and counts with it. */

const CHANGED = T0 + HOUR + 6 * MINUTE;
const declaration = declare({
  channel: "volumeM3",
  energyChannel: "volumeM3",
  multiplier: always(10),
  resolution: always(0.1),
  maxRatePerHour: always<number | null>(2_000),
  gas: gasVolume("operating", [
    ...always({ method: "factor", factor: 1.8 } as const),
    {
      fromMs: CHANGED,
      value: { method: "pressure-temperature", pressureKpa: 202.65, temperatureC: 20, compressibility: 1 },
    },
  ]),
});

test("E2, E11: 10 m³ on the display × 10 × 1.8, from the change on × 2, split within its quarter-hour", () => {
  const history = Array.from({ length: 9 }, (_, i) => reading(T0 + i * QUARTER, 500 + i * 10));
  const folded = run(declaration, history);
  const volumes = sorted(folded.quarters).map((row) => row.micro / 1e6);
  // of the fifth quarter-hour 6 minutes × 1.8 and 9 minutes × 2: 4 × 18 + 6 × 20 = 192
  expect(volumes.slice(0, 8)).toEqual([180, 180, 180, 180, 192, 200, 200, 200]);
  expect(totalMicro(folded.quarters)).toBe(1_512_000_000);
  const day = folded.days.get(calendar.floor(T0, "1d"));
  expect(day?.micro).toBe(1_512_000_000);
});

test("E2: a factor is taken as the decimal it is: 0.1 on the display × 3 × 0.7 is 0.21, not 0.20999…", () => {
  const exact = declare({
    ...declaration,
    multiplier: always(3),
    gas: gasVolume("operating", always({ method: "factor", factor: 0.7 } as const)),
  });
  const folded = run(exact, [reading(T0, 0.1), reading(T0 + QUARTER, 0.2)]);
  expect(totalMicro(folded.quarters)).toBe(210_000);
});

test("E5: the limit and the rollover are at the reference, too: the modulus is multiplied with both", () => {
  const rolling = declare({
    ...declaration,
    digits: always<number | null>(3),
    multiplier: always(1),
    maxRatePerHour: always<number | null>(100),
    gas: gasVolume("operating", always({ method: "factor", factor: 2 } as const)),
  });
  const folded = run(rolling, [reading(T0, 995), reading(T0 + QUARTER, 5)]);
  expect(totalMicro(folded.quarters)).toBe(20_000_000);
});
