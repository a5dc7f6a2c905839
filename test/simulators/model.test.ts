import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadParkFile, parsePark } from "../../park/load.ts";
import { ParkModel } from "../../simulators/model.ts";
import { Instruments } from "../../simulators/readings.ts";
import { smallPark } from "../kit/small-park.ts";

const park = loadParkFile("park/nanchuan.yaml");
const DAY = 86_400_000;
const QUARTER = 900_000;
const day = Date.parse("2026-11-10T00:00:00+08:00");
const quartersOfDay = Array.from({ length: 96 }, (_, q) => day + q * QUARTER);
const real = park.meters.filter((m) => m.sum === null);
const electric = real.filter((m) => m.medium === "electricity");

// One for all: what it answers depends on nothing that was asked before, which is tested below.
const model = new ParkModel(park, 7);

function importedOver(id: string, from: string, days: number): number {
  let sum = 0;
  for (let t = Date.parse(from); t < Date.parse(from) + days * DAY; t += QUARTER)
    sum += model.flow(id, t).importAmount;
  return sum;
}

describe("the simulated park", () => {
  it("gives the same for the same seed and another for another", () => {
    const again = new ParkModel(park, 7);
    const other = new ParkModel(park, 8);
    const t = day + 45_296_000;
    for (const { id } of real) expect(again.passed(id, t)).toEqual(model.passed(id, t));
    expect(other.passed("gate-north", t)).not.toEqual(model.passed("gate-north", t));
  });

  it("does not depend on what was asked before, forwards, backwards or after a restart", () => {
    const ids = ["gate-north", "avenue-gate", "operator-gate", "ingot-storage", "wool-gas"];
    const asked = fc.record({
      id: fc.constantFrom(...ids),
      t: fc.integer({ min: day - 20 * DAY, max: day + 9 * DAY }),
    });
    fc.assert(
      fc.property(fc.array(asked, { minLength: 2, maxLength: 8 }), (list) => {
        const worn = new ParkModel(park, 7);
        const answers = list.map(({ id, t }) => worn.passed(id, t));
        [...list].reverse().forEach(({ id, t }, i) => {
          expect(model.passed(id, t)).toEqual(answers[list.length - 1 - i]);
        });
      }),
      { numRuns: 8 },
    );
  });

  it("counts the same across a year before its epoch and after it, without a step at either day's edge", () => {
    for (const at of [
      "2026-10-01T00:00:00+08:00",
      "2026-11-11T00:00:00+08:00",
      "2026-09-15T00:00:00+08:00",
    ]) {
      const t = Date.parse(at);
      const before = model.passed("polysilicon-gate", t - 60_000).imported;
      const on = model.passed("polysilicon-gate", t).imported;
      const after = model.passed("polysilicon-gate", t + 60_000).imported;
      for (const rise of [on - before, after - on]) {
        expect(rise).toBeGreaterThan(20_000 / 60);
        expect(rise).toBeLessThan(40_000 / 60);
      }
    }
  });

  it("never runs back, not even between minutes", () => {
    for (const { id } of real) {
      let last = model.passed(id, day + 11 * 3_600_000);
      for (let s = 37; s < 3600; s += 97) {
        const now = model.passed(id, day + 11 * 3_600_000 + s * 1000);
        expect(now.imported).toBeGreaterThanOrEqual(last.imported);
        expect(now.exported).toBeGreaterThanOrEqual(last.exported);
        last = now;
      }
    }
  });

  it("the minutes of a quarter-hour add up to it on every meter", () => {
    for (const start of [day + 8 * 3_600_000, day + 12 * 3_600_000, day + 18 * 3_600_000]) {
      for (const { id } of real) {
        let sum = 0;
        for (let m = 0; m < 15; m++) sum += model.power(id, start + m * 60_000) / 60;
        const flow = model.flow(id, start);
        expect(sum).toBeCloseTo(flow.importAmount - flow.exportAmount, 6);
      }
    }
  });

  it("every meter shows what its children show, what is lost below it and what no meter sees", () => {
    const tree = model.treeAt(day);
    for (const node of tree.nodes) {
      if (node.children.length === 0) continue;
      for (const t of quartersOfDay) {
        const own = model.flow(node.meter.id, t);
        const below = node.children
          .map((c) => tree.nodes[c]?.meter.id ?? "")
          .map((id) => model.flow(id, t))
          .reduce((sum, f) => sum + f.importAmount - f.exportAmount, 0);
        expect(own.importAmount - own.exportAmount).toBeCloseTo(
          below + own.lossAmount + own.unmeteredAmount,
          6,
        );
        expect(own.lossAmount).toBeGreaterThan(0);
      }
    }
  });

  it("the park's balance closes in every quarter-hour: in = uses + charging + export + losses", () => {
    const roots = electric.filter((m) => m.parent.every((p) => p.value === null) && m.role === "grid");
    const hasChild = new Set(park.meters.flatMap((m) => m.parent.map((p) => p.value)));
    const leaves = electric.filter((m) => !hasChild.has(m.id));
    for (const t of quartersOfDay) {
      const sum = (list: typeof electric, pick: (f: ReturnType<ParkModel["flow"]>) => number) =>
        list.reduce((s, m) => s + pick(model.flow(m.id, t)), 0);
      const into =
        sum(roots, (f) => f.importAmount) +
        sum(
          leaves.filter((m) => m.role === "pv" || m.role === "storage"),
          (f) => f.exportAmount,
        );
      const out = sum(roots, (f) => f.exportAmount) + sum(leaves, (f) => f.importAmount);
      const lost = sum(electric, (f) => f.lossAmount + f.unmeteredAmount);
      expect(into).toBeCloseTo(out + lost, 5);
      expect(lost / into).toBeGreaterThan(0.005);
      expect(lost / into).toBeLessThan(0.05);
    }
  });

  it("a connection that swings within the quarter-hour counts both ways", () => {
    const both = quartersOfDay.filter((t) => {
      const flow = model.flow("frequency-storage", t);
      return flow.importAmount > 0 && flow.exportAmount > 0;
    });
    expect(both.length).toBe(96);
  });

  it("is about as large as the park it stands for", () => {
    const atNight = day + 3 * 3_600_000;
    const gates = electric.filter((m) => m.role === "grid" && m.parent.every((p) => p.value === null));
    const night = gates.reduce((s, m) => s + model.power(m.id, atNight), 0);
    expect(night).toBeGreaterThan(95_000);
    expect(night).toBeLessThan(140_000);
  });

  it("no meter passes its rating or its contract", () => {
    for (const start of [day, day + DAY, day + 2 * DAY]) {
      for (let t = start; t < start + DAY; t += 17 * 60_000) {
        for (const meter of electric) {
          const power = model.power(meter.id, t);
          expect(Math.abs(power)).toBeLessThanOrEqual(meter.maxPowerKw[0]?.value ?? Number.POSITIVE_INFINITY);
          if (meter.limits === null) continue;
          expect(power).toBeLessThanOrEqual(meter.limits.importKw);
          expect(-power).toBeLessThanOrEqual(meter.limits.exportKw);
        }
      }
    }
  });

  it("works sleep on their free days and data centres do not", () => {
    const sunday = Date.parse("2026-11-15T10:00:00+08:00");
    const tuesday = Date.parse("2026-11-17T10:00:00+08:00");
    expect(model.power("carpet-weaving-1", sunday)).toBeLessThan(
      0.25 * model.power("carpet-weaving-1", tuesday),
    );
    const it = (t: number) => model.power("data-hall-1-it-a", t);
    expect(it(sunday) / it(tuesday)).toBeCloseTo(1, 1);
  });

  it("heat follows the cold", () => {
    const winter = importedOver("public-heat", "2026-01-10T00:00:00+08:00", 8);
    const summer = importedOver("public-heat", "2026-07-10T00:00:00+08:00", 8);
    expect(summer).toBeLessThan(0.35 * winter);
  });
});

describe("PV of the simulated park", () => {
  const arrays = park.assets.flatMap((a) => (a.kind === "pv" ? [a] : []));
  const yieldPerDay = (from: string, days: number) => {
    const sums = arrays.map(() => 0);
    const start = Date.parse(from);
    for (let t = start; t < start + days * DAY; t += QUARTER) {
      arrays.forEach((array, i) => {
        for (const id of array.meters)
          sums[i] = (sums[i] ?? 0) + model.flow(id, t).exportAmount / array.capacityKwp / days;
      });
    }
    return sums;
  };

  it("gives nothing at night but draws a little", () => {
    for (const array of arrays) {
      for (const id of array.meters) {
        for (const hour of [0, 3, 5, 21, 23]) {
          const flow = model.flow(id, day + hour * 3_600_000);
          expect(flow.exportAmount).toBe(0);
          expect(flow.importAmount).toBeGreaterThan(0);
        }
      }
    }
  });

  it("gives the most around solar noon, which is 13:00 on the clock of Xining", () => {
    const sums = Array.from({ length: 24 }, () => 0);
    for (let t = day; t < day + 20 * DAY; t += QUARTER) {
      const hour = Math.floor(((t - day) % DAY) / 3_600_000);
      sums[hour] = (sums[hour] ?? 0) + model.flow("wafer-pv", t).exportAmount;
    }
    const best = sums.indexOf(Math.max(...sums));
    expect([12, 13]).toContain(best);
  });

  it("yields what arrays at 36.6 N and 2261 m yield in November and June", () => {
    for (const kwh of yieldPerDay("2026-11-01T00:00:00+08:00", 30)) {
      expect(kwh).toBeGreaterThan(2.3);
      expect(kwh).toBeLessThan(4.8);
    }
    for (const kwh of yieldPerDay("2026-06-01T00:00:00+08:00", 30)) {
      expect(kwh).toBeGreaterThan(4.4);
      expect(kwh).toBeLessThan(7.2);
    }
  });

  it("an old array at the same tilt yields less than a new one", () => {
    const variant = (commissioned: string) => {
      const text = `
park: { id: p, name: { zh: 甲, en: P }, timeZone: Asia/Shanghai, location: { latitude: 36.6, longitude: 101.8, altitudeM: 2261 } }
enterprises: [{ id: e, name: { zh: 乙, en: E }, sector: solar-cell }]
meters: [{ id: roof, role: pv, enterprise: e, maxPowerKw: 2000 }]
assets: [{ id: a, name: { zh: 丙, en: A }, kind: pv, enterprise: e, meters: [roof], capacityKwp: 1000, tiltDeg: 20, azimuthDeg: 180, commissioned: ${commissioned} }]`;
      const m = new ParkModel(parsePark(text), 7);
      return m.passed("roof", day + 20 * DAY).exported - m.passed("roof", day).exported;
    };
    const ratio = variant("2012-06-01") / variant("2026-06-01");
    expect(ratio).toBeGreaterThan(0.88);
    expect(ratio).toBeLessThan(0.97);
  });

  it("clouds pass over neighbours together, but not alike", () => {
    const series = (id: string) =>
      Array.from({ length: 30 * 96 }, (_, q) => model.flow(id, day - 20 * DAY + q * QUARTER).exportAmount);
    const a = series("cell-pv").map((x) => x / 6000);
    const b = series("module-pv").map((x) => x / 5500);
    const noon = a.map((_, i) => i).filter((i) => i % 96 > 44 && i % 96 < 58);
    const mean = (list: readonly number[]) => noon.reduce((s, i) => s + (list[i] ?? 0), 0) / noon.length;
    const [ma, mb] = [mean(a), mean(b)];
    let [ab, aa, bb] = [0, 0, 0];
    for (const i of noon) {
      const [x, y] = [(a[i] ?? 0) - ma, (b[i] ?? 0) - mb];
      ab += x * y;
      aa += x * x;
      bb += y * y;
    }
    const correlation = ab / Math.sqrt(aa * bb);
    expect(correlation).toBeGreaterThan(0.6);
    expect(correlation).toBeLessThan(0.999);
  });
});

describe("storage of the simulated park", () => {
  const batteries = park.assets.flatMap((a) => (a.kind === "storage" ? [a] : []));

  it.each(batteries.map((b) => [b.id, b] as const))("%s stays within its limits", (_, battery) => {
    const meter = battery.meters[0] ?? "";
    for (let t = day; t < day + 3 * DAY; t += 7 * 60_000) {
      const state = model.stateOfCharge(meter, t);
      expect(state).not.toBeNull();
      expect(state ?? -1).toBeGreaterThanOrEqual(battery.minStateOfCharge - 1e-9);
      expect(state ?? 2).toBeLessThanOrEqual(battery.maxStateOfCharge + 1e-9);
      const power = model.power(meter, t);
      expect(power).toBeLessThanOrEqual(battery.maxChargeKw + 1e-6);
      expect(-power).toBeLessThanOrEqual(battery.maxDischargeKw + 1e-6);
    }
  });

  it.each(batteries.map((b) => [b.id, b] as const))(
    "%s: registers, losses and state of charge agree over any span",
    (_, battery) => {
      const meter = battery.meters[0] ?? "";
      const instant = fc.integer({ min: day, max: day + 3 * DAY - 1 });
      fc.assert(
        fc.property(instant, instant, (a, b) => {
          const [from, to] = [model.passed(meter, a), model.passed(meter, b)];
          const stored =
            (to.imported - from.imported) * battery.chargeEfficiency -
            (to.exported - from.exported) / battery.dischargeEfficiency;
          const change =
            ((model.stateOfCharge(meter, b) ?? 0) - (model.stateOfCharge(meter, a) ?? 0)) *
            battery.capacityKwh;
          expect(stored).toBeCloseTo(change, 4);
        }),
        { numRuns: 60 },
      );
    },
  );

  it("trades between the bands: charges at noon, gives in the evening, rests in the night", () => {
    for (const id of ["ingot-storage", "lithium-1-storage", "data-storage"]) {
      expect(model.power(id, day + 12 * 3_600_000)).toBeGreaterThan(0);
      expect(model.power(id, day + 19 * 3_600_000)).toBeLessThan(0);
      expect(model.power(id, day + 3 * 3_600_000)).toBe(0);
    }
  });

  it("the fast one changes direction many times an hour", () => {
    let turns = 0;
    for (let m = 1; m < 240; m++) {
      const a = model.power("frequency-storage", day + (m - 1) * 60_000);
      const b = model.power("frequency-storage", day + m * 60_000);
      if (a * b < 0) turns++;
    }
    expect(turns).toBeGreaterThan(40);
  });
});

describe("any park", () => {
  it("a small one behaves: roles, an orphan under its connection, nothing over a rating", () => {
    const small = smallPark();
    const model = new ParkModel(small, 3);
    for (const meter of small.meters.filter((m) => m.sum === null)) {
      const flow = model.flow(meter.id, day + 12 * 3_600_000);
      expect(flow.importAmount + flow.exportAmount).toBeGreaterThan(0);
    }
    expect(() => model.passed("carpet-rest", day)).toThrow(RangeError);
  });

  it("a meter that hangs elsewhere from a date on is seen by the other connection, in whatever order days are asked", () => {
    const text = `
park: { id: p, name: { zh: 甲, en: P }, timeZone: Asia/Shanghai }
enterprises: [{ id: e, name: { zh: 乙, en: E }, sector: solar-cell }]
meters:
  - { id: north, role: grid, enterprise: e, maxPowerKw: 5000 }
  - { id: south, role: grid, enterprise: e, maxPowerKw: 5000 }
  - { id: base-north, role: load, enterprise: e, parent: north, maxPowerKw: 100 }
  - { id: base-south, role: load, enterprise: e, parent: south, maxPowerKw: 100 }
  - { id: line, role: load, enterprise: e, parent: [{ value: north }, { from: "2026-11-12T00:00:00+08:00", value: south }], maxPowerKw: [{ value: 900 }, { from: "2026-11-14T00:00:00+08:00", value: 300 }] }`;
    const dated = parsePark(text);
    const noons = [10, 11, 12, 13, 14, 15].map((d) => Date.parse(`2026-11-${d}T12:00:00+08:00`));
    const forwards = new ParkModel(dated, 1);
    const backwards = new ParkModel(dated, 1);
    const a = noons.map((t) => ["north", "south", "line"].map((id) => forwards.passed(id, t)));
    const b = [...noons]
      .reverse()
      .map((t) => ["north", "south", "line"].map((id) => backwards.passed(id, t)));
    expect(b.reverse()).toEqual(a);
    const kw = noons.map((t) => ["north", "south", "line"].map((id) => forwards.power(id, t)));
    expect(kw[1]?.[0]).toBeGreaterThan(400);
    expect(kw[1]?.[1]).toBeLessThan(100);
    expect(kw[2]?.[0]).toBeLessThan(100);
    expect(kw[2]?.[1]).toBeGreaterThan(400);
    expect(kw[5]?.[2]).toBeLessThan(300);
  });

  it("loads are shrunk where the meter above could not carry them", () => {
    const text = `
park: { id: p, name: { zh: 甲, en: P }, timeZone: Asia/Shanghai }
enterprises: [{ id: e, name: { zh: 乙, en: E }, sector: solar-cell }]
meters:
  - { id: gate, role: grid, enterprise: e, maxPowerKw: 1000 }
${Array.from({ length: 5 }, (_, i) => `  - { id: line-${i}, role: load, enterprise: e, parent: gate, maxPowerKw: 900 }`).join("\n")}`;
    const model = new ParkModel(parsePark(text), 1);
    for (let t = day; t < day + DAY; t += 5 * 60_000)
      expect(model.power("gate", t)).toBeLessThanOrEqual(1000);
  });

  it("days of 23 and 25 hours are whole days where clocks change", () => {
    const text = `
park: { id: p, name: { zh: 甲, en: P }, timeZone: Europe/Berlin }
enterprises: [{ id: e, name: { zh: 乙, en: E }, sector: carpet }]
meters:
  - { id: gate, role: grid, enterprise: e, maxPowerKw: 2000 }
  - { id: pack, role: storage, enterprise: e, parent: gate, maxPowerKw: 200 }
  - { id: line, role: load, enterprise: e, parent: gate, maxPowerKw: 900 }`;
    const model = new ParkModel(parsePark(text), 1);
    for (const date of ["2026-10-25T00:00:00+02:00", "2027-03-28T00:00:00+01:00"]) {
      const start = Date.parse(date);
      let last = model.passed("gate", start).imported;
      for (let t = start; t < start + 26 * 3_600_000; t += QUARTER) {
        const now = model.passed("gate", t).imported;
        expect(now).toBeGreaterThanOrEqual(last);
        expect(now - last).toBeLessThan(600);
        last = now;
      }
      const midnights = [start, start + 23 * 3_600_000, start + 25 * 3_600_000];
      expect(midnights.filter((t) => model.stateOfCharge("pack", t) === null)).toEqual([]);
    }
  });

  it("a week of every meter of Nanchuan takes less than 5 s", () => {
    const instruments = new Instruments(park, 11);
    const cpu = process.cpuUsage();
    for (let t = day; t < day + 7 * DAY; t += QUARTER)
      for (const id of instruments.ids) instruments.read(id, t);
    const spent = process.cpuUsage(cpu);
    expect((spent.user + spent.system) / 1e6).toBeLessThan(5);
  });
});
