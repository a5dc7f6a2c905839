import { describe, expect, test } from "vitest";
import { always } from "../../../park/dated.ts";
import type { RegisterDeclaration } from "../../../park/park.ts";
import { ENERGY_FLAGS } from "../../../store/telemetry.ts";
import { DAY, declare, HOUR, KWH, MINUTE, QUARTER, qualityOf, reading, readings, run, T0 } from "./kit.ts";

/** E3 and E4: what is measured, estimated, missing. */
const AT = T0 + 8 * HOUR;

function rows(over: Partial<RegisterDeclaration>, list: readonly (readonly [number, number])[]) {
  const history = readings(list.map(([minute, display]) => [AT + minute * MINUTE, display] as const));
  const folded = run(declare(over), history);
  return {
    ...folded,
    at: (minute: number) => folded.quarters.get(AT + minute * MINUTE),
    quality: (minute: number) => qualityOf(folded.quarters.get(AT + minute * MINUTE)),
  };
}

describe("E3: a boundary is sharp", () => {
  test("when a reading lies on it, else when the readings around it are close enough", () => {
    const offset = (gap: number) =>
      rows({}, [
        [-15, 0],
        [0, 10],
        [15 - gap / 2, 20],
        [15 + gap / 2, 30],
        [30, 40],
      ]);
    expect(offset(22).quality(0)).toBe("measured");
    expect(offset(22).quality(15)).toBe("measured");
    expect(offset(24).quality(0)).toBe("estimated");
    expect(offset(24).quality(15)).toBe("estimated");
  });

  test("a meter that reports each minute may miss two readings at a quarter-hour", () => {
    const minute = (gap: number) =>
      rows({ reportsEveryMs: MINUTE }, [
        [0, 0],
        [15 - gap / 2, 10],
        [15 + gap / 2, 11],
        [30, 20],
      ]);
    expect(minute(3).quality(0)).toBe("measured");
    expect(minute(3.2).quality(0)).toBe("estimated");
  });

  test("a day over a healed outage is measured, its quarter-hours inside are estimated", () => {
    const r = run(
      declare(),
      Array.from({ length: 97 }, (_, i) => i)
        .filter((i) => i <= 20 || i >= 40)
        .map((i) => reading(T0 + i * QUARTER, 10 * i)),
    );
    const day = r.days.get(T0);
    expect(day).toMatchObject({ micro: 960 * KWH, knownMs: DAY });
    expect(qualityOf(day, DAY, ENERGY_FLAGS.startSharp1d)).toBe("measured");
    expect(qualityOf(r.quarters.get(T0 + 30 * QUARTER))).toBe("estimated");
    expect(qualityOf(r.quarters.get(T0 + 10 * QUARTER))).toBe("measured");
  });

  test("a meter read each midnight has measured days and estimated quarter-hours", () => {
    const r = run(
      declare({ reportsEveryMs: DAY }),
      [0, 1, 2].map((d) => reading(T0 + d * DAY, 100 * d)),
    );
    expect(qualityOf(r.days.get(T0), DAY, ENERGY_FLAGS.startSharp1d)).toBe("measured");
    expect(qualityOf(r.quarters.get(T0 + HOUR))).toBe("estimated");
  });

  test("a day's boundary needs a reading within an hour of it", () => {
    const quality = (offsetMs: number) => {
      const history = [0, 1, 2, 3].map((d) => reading(T0 + d * DAY + offsetMs, 100 * d));
      const day = run(declare({ reportsEveryMs: DAY }), history).days.get(T0 + DAY);
      return qualityOf(day, DAY, ENERGY_FLAGS.startSharp1d);
    };
    expect(quality(HOUR)).toBe("measured");
    expect(quality(HOUR + 1)).toBe("estimated");
    expect(quality(23 * HOUR)).toBe("measured");
  });

  test("reports on change: a gap within 1.5 heartbeats that rose by a change at most is sharp throughout", () => {
    const onChange = { onChange: 5, reportsEveryMs: 6 * HOUR };
    const gap = (minutes: number, kwh: number) =>
      rows(onChange, [
        [0, 100],
        [minutes, 100 + kwh],
      ]);
    expect(gap(540, 5).quality(300)).toBe("measured");
    expect(gap(540, 5.01).quality(300)).toBe("estimated");
    expect(gap(541, 5).quality(300)).toBe("estimated");
  });

  test("the next reading can make the bucket before it measured", () => {
    const list = [
      [0, 0],
      [14, 10],
      [16, 12],
    ] as const;
    expect(rows({}, list.slice(0, 2)).at(0)).toMatchObject({ knownMs: 14 * MINUTE });
    expect(rows({}, list).quality(0)).toBe("measured");
  });

  test("E14: the known part between sharp instants is marked, and the simulator's mark goes with the energy", () => {
    const history = readings([
      [AT, 0],
      [AT + 5 * MINUTE, 10],
      [AT + 10 * MINUTE, 5000],
      [AT + 25 * MINUTE, 5010],
    ]);
    const r = run(
      declare(),
      history.map((x, i) => ({ ...x, simulated: i === 3 })),
    );
    expect(r.quarters.get(AT)).toMatchObject({
      knownMs: 10 * MINUTE,
      flags: expect.any(Number),
    });
    expect((r.quarters.get(AT)?.flags ?? 0) & ENERGY_FLAGS.partSharp).toBe(ENERGY_FLAGS.partSharp);
    expect((r.quarters.get(AT)?.flags ?? 0) & ENERGY_FLAGS.simulated).toBe(ENERGY_FLAGS.simulated);
    const plain = run(declare(), history);
    expect((plain.quarters.get(AT)?.flags ?? 0) & ENERGY_FLAGS.simulated).toBe(0);
  });

  test("E14: a known part that ends at a boundary in a gap is not sharp", () => {
    const r = rows({}, [
      [5, 0],
      [200, 100],
    ]);
    expect((r.at(0)?.flags ?? 0) & ENERGY_FLAGS.partSharp).toBe(0);
    expect(r.at(0)?.knownMs).toBe(10 * MINUTE);
  });
});

describe("E4: what no later reading closes", () => {
  test("a day with one missing quarter-hour has the rest, 95/96 of its time", () => {
    const history = Array.from({ length: 97 }, (_, i) =>
      reading(T0 + i * QUARTER, 10 * i + (i > 50 ? 9000 : 0)),
    );
    const r = run(declare(), history);
    expect(r.days.get(T0)).toMatchObject({ micro: 950 * KWH, knownMs: 95 * QUARTER });
    expect(r.quarters.get(T0 + 50 * QUARTER)).toMatchObject({ micro: 0, knownMs: 0 });
    expect((r.days.get(T0)?.flags ?? 0) & ENERGY_FLAGS.partSharp).toBe(ENERGY_FLAGS.partSharp);
  });

  test("the bucket that is still running is known up to its last reading", () => {
    const r = rows({ maxRatePerHour: always<number | null>(4000) }, [
      [0, 0],
      [20, 20],
    ]);
    expect(r.at(15)).toMatchObject({ micro: 5 * KWH, knownMs: 5 * MINUTE });
  });
});
