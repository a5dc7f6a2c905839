import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { valueAt } from "../../park/dated.ts";
import { loadParkFile } from "../../park/load.ts";
import type { Meter } from "../../park/park.ts";
import { groupOfSector, SECTOR_GROUPS } from "../../park/sectors.ts";

const FILE = "park/nanchuan.yaml";
const park = loadParkFile(FILE);
const NOW = Date.parse("2026-11-20T14:36:00+08:00");
const parentOf = (meter: Meter): Meter | null => {
  const id = valueAt(meter.parent, NOW);
  return id === null ? null : (park.meterById.get(id) ?? null);
};
const electric = park.meters.filter((m) => m.medium === "electricity");

describe("the park as shipped", () => {
  it("says that its figures are simulated, contracts and base year included", () => {
    expect(park.figures).toBe("simulated");
    for (const contract of park.contracts) expect(contract.evidence).toMatch(/模拟.*simulated/);
    for (const boundary of park.boundaries)
      for (const declared of boundary.declared) expect(declared.evidence).toMatch(/模拟.*simulated/);
  });

  it("has its industries and its operator", () => {
    expect(park.enterprises.length).toBeGreaterThanOrEqual(13);
    const sectors = park.enterprises.map((e) => e.sector);
    for (const sector of [
      "polysilicon",
      "silicon-ingot",
      "silicon-wafer",
      "solar-cell",
      "solar-module",
      "cathode-material",
      "data-centre",
      "carpet",
      "wool",
      "public-service",
      "charging",
      "park-operator",
    ])
      expect(sectors).toContain(sector);
    expect(sectors.filter((s) => s === "lithium-battery").length).toBe(2);
    for (const e of park.enterprises) expect(groupOfSector(e.sector).id).not.toBe("other");
  });

  it("has 150 meters or more, each with a name in both languages", () => {
    expect(park.meters.length).toBeGreaterThanOrEqual(150);
    for (const meter of park.meters) {
      expect(meter.name?.zh).toMatch(/[\u4e00-\u9fff]/);
      expect(meter.name?.en).not.toMatch(/[\u4e00-\u9fff]/);
    }
  });

  it("every electricity meter reaches a connection of the park; lines lie four deep", () => {
    let deepest = 0;
    for (const meter of electric) {
      let at = meter;
      let depth = 1;
      for (let up = parentOf(at); up !== null; up = parentOf(at)) {
        at = up;
        depth++;
      }
      if (meter.sum === null) expect(at.role, meter.id).toBe("grid");
      deepest = Math.max(deepest, depth);
    }
    expect(deepest).toBe(4);
  });

  it("every enterprise is connected: to the public grid itself, or by a meter on one of the park's gates", () => {
    for (const enterprise of park.enterprises) {
      const gates = electric.filter((m) => m.role === "grid" && valueAt(m.enterprise, NOW) === enterprise.id);
      expect(gates.length, enterprise.id).toBeGreaterThan(0);
      for (const gate of gates) {
        const parent = parentOf(gate);
        if (parent !== null) expect(valueAt(parent.enterprise, NOW)).toBe("park-operator");
      }
    }
    const own = electric.filter((m) => m.role === "grid" && parentOf(m) === null);
    expect(own.map((m) => m.id).sort()).toEqual([
      "data-gate",
      "gate-north",
      "gate-south",
      "lithium-1-gate",
      "polysilicon-gate",
    ]);
    for (const gate of own) {
      expect(gate.limits).not.toBeNull();
      expect(gate.limits?.importKw ?? 0).toBeLessThanOrEqual(valueAt(gate.maxPowerKw, NOW) ?? 0);
    }
  });

  it("every meter belongs to the enterprise of the meter above it, gates aside", () => {
    for (const meter of park.meters) {
      const parent = parentOf(meter);
      if (parent === null || meter.role === "grid") continue;
      expect(valueAt(meter.enterprise, NOW), meter.id).toBe(valueAt(parent.enterprise, NOW));
    }
  });

  it("declares digits, resolution, ratio and rating wherever a rule needs them", () => {
    for (const meter of park.meters.filter((m) => m.sum === null)) {
      for (const register of meter.registers.filter((r) => r.expected)) {
        expect(valueAt(register.digits, NOW), meter.id).not.toBeNull();
        expect(valueAt(register.maxRatePerHour, NOW), meter.id).not.toBeNull();
      }
      expect(meter.reportsEveryMs).toBe(meter.medium === "electricity" ? 60_000 : 900_000);
    }
  });

  it("ratios are realistic: the rating is carried by the current transformers, a step is small beside a quarter-hour", () => {
    for (const meter of electric.filter((m) => m.sum === null)) {
      const register = meter.registers[0];
      const multiplier = valueAt(register?.multiplier ?? [], NOW) ?? 0;
      const tick = multiplier * (valueAt(register?.resolution ?? [], NOW) ?? 0);
      expect(tick, meter.id).toBeLessThan(0.1 * ((valueAt(meter.maxPowerKw, NOW) ?? 0) / 4));
    }
  });

  it("has eight arrays of about 48 MWp, four storages, chargers, two flexible loads and the data halls", () => {
    const of = <K extends string>(kind: K) => park.assets.filter((a) => a.kind === kind);
    expect(of("pv").length).toBe(8);
    const kwp = park.assets.reduce((s, a) => s + (a.kind === "pv" ? a.capacityKwp : 0), 0);
    expect(kwp).toBe(48_000);
    expect(park.assets.find((a) => a.id === "avenue-array")).toMatchObject({ capacityKwp: 12_000 });
    expect(park.assets.flatMap((a) => (a.kind === "storage" ? [[a.capacityKwh, a.duty]] : []))).toEqual([
      [40_000, "arbitrage"],
      [20_000, "arbitrage"],
      [20_000, "arbitrage"],
      [1000, "frequency"],
    ]);
    expect(of("charger").length).toBe(1);
    expect(of("flexible-load").length).toBe(2);
    expect(of("data-hall").length).toBe(1);
  });

  it("has gas, heat and water meters, a virtual one, one wired backwards and one exchanged", () => {
    for (const medium of ["gas", "heat", "water"] as const)
      expect(park.meters.filter((m) => m.medium === medium).length).toBeGreaterThanOrEqual(4);
    expect(park.meters.filter((m) => m.sum !== null).length).toBeGreaterThanOrEqual(1);
    expect(park.meters.filter((m) => m.invert).map((m) => m.id)).toEqual(["lithium-1-pv"]);
    expect(park.meters.filter((m) => m.registers.some((r) => r.exchanges.length > 0)).length).toBe(1);
  });

  it("the boundary has its members, a straight line of targets, and 等价值 with its authority", () => {
    const boundary = park.boundaries.find((b) => b.id === "zero-carbon");
    expect(boundary?.standard).toBe("cn-910-2025");
    expect(boundary?.members.length).toBeGreaterThan(5);
    expect(boundary?.targets.map((t) => t.year)).toEqual([2025, 2026, 2027, 2028]);
    expect(boundary?.targets.at(0)?.tco2PerTce).toBe(1.99);
    expect(boundary?.targets.at(-1)?.tco2PerTce).toBe(0.2);
    expect(boundary?.electricityEquivalent).toMatchObject([{ from: null, kgcePerKwh: 0.3024, grade: "C" }]);
    expect(boundary?.electricityEquivalent?.[0]?.authority).toContain("to be confirmed");
    expect(boundary?.declared[0]).toMatchObject({ year: 2025, tco2PerTce: 1.99 });
  });

  it("contracts cover every month from October 2026 to December 2027, of both kinds", () => {
    const months = new Set(park.contracts.map((c) => c.month));
    expect(months.size).toBe(15);
    for (const month of ["2026-10", "2026-11", "2026-12", "2027-12"]) {
      const kinds = new Set(park.contracts.filter((c) => c.month === month).map((c) => c.kind));
      expect(kinds).toEqual(new Set(["green-trade", "certificate"]));
    }
    expect(new Set(park.contracts.map((c) => c.enterprise)).size).toBeGreaterThanOrEqual(5);
  });

  it("networks over which surplus may reach a neighbour", () => {
    expect(park.networks.map((n) => n.kind).sort()).toEqual(["direct-line", "private"]);
  });

  it("keeps aliases sparing and lines readable", () => {
    const text = readFileSync(FILE, "utf8");
    expect((text.match(/\*[a-z]/g) ?? []).length).toBeLessThan(20);
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThan(320);
  });
});

describe("groups of sectors", () => {
  it("each has a name in both languages; what nobody named is Other", () => {
    expect(SECTOR_GROUPS.map((g) => g.name.zh)).toEqual([
      "晶硅光伏",
      "锂电材料",
      "数据中心",
      "纺织·公共·充电",
      "其他",
    ]);
    expect(groupOfSector("shipbuilding")).toEqual({ id: "other", name: { zh: "其他", en: "Other" } });
    expect(groupOfSector("silicon-wafer").id).toBe("crystalline-silicon");
  });
});

describe("its tariff", () => {
  it("says that it is simulated and no official notice, and has all five bands somewhere in the year", () => {
    expect(park.tariffs.length).toBeGreaterThan(0);
    for (const tariff of park.tariffs) {
      expect(tariff.figures).toBe("simulated");
      expect(tariff.authority).toMatch(/非官方电价.*not an official tariff/);
      const used = new Set(tariff.seasons.flatMap((s) => Object.values(s.days).flat()));
      expect([...used].sort()).toEqual(["deepValley", "flat", "peak", "sharp", "valley"]);
    }
  });
});
