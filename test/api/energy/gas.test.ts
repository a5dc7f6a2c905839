import { describe, expect, it } from "vitest";
import { energyAnswer } from "../../../api/answers/energy.ts";
import { EnergyReader } from "../../../api/energy/reader.ts";
import { EnergyService } from "../../../api/energy/service.ts";
import { energyTable } from "../../../api/tables/energy.ts";
import { DAY_MS } from "../../../park/calendar.ts";
import { parsePark } from "../../../park/load.ts";
import type { Scope } from "../../../park/topology.ts";
import { MemoryTelemetry } from "../../kit/memory-telemetry.ts";

const park = parsePark(`
park: { id: p, name: { zh: 园, en: Park }, timeZone: Asia/Shanghai }
enterprises: [{ id: e, name: { zh: 厂, en: Works }, sector: steel }, { id: f, name: { zh: 厂, en: Works }, sector: steel }]
meters:
  - { id: boiler, role: gas, enterprise: e, fuel: natural-gas, registers: { volumeM3: { gas: { basis: operating,
      conversion: [{ value: { factor: 1.8 } }, { from: "2026-06-01T00:00:00+08:00", value: { pressureKpa: 202.65, temperatureC: 20 } }] } } } }
  - { id: furnace, role: gas, enterprise: e, fuel: natural-gas, registers: { volumeM3: { gas: { basis: standard } } } }
  - { id: kitchen, role: gas, enterprise: f, fuel: natural-gas }
  - { id: both, role: gas, enterprise: e, fuel: natural-gas, sum: [{ meter: boiler, factor: 1 }, { meter: furnace, factor: 1 }] }
`);
const DAY = Date.parse("2026-11-19T00:00:00+08:00");

async function gasOf(scope: Scope, medium: "gas" | "electricity" = "gas") {
  const service = new EnergyService(park, new EnergyReader(park, new MemoryTelemetry()));
  const query = {
    scope,
    resolution: "1d",
    fromMs: DAY,
    toMs: DAY + DAY_MS,
    nowMs: DAY + 9 * DAY_MS,
  } as const;
  return energyAnswer.parse(await service.energy({ ...query, medium }));
}

describe("/energy?medium=gas says at what conditions its volumes are", () => {
  it("names basis, reference, formula, and each register's dated conversion", async () => {
    const { gas } = await gasOf({ kind: "enterprise", id: "e" });
    expect(gas).toEqual({
      basis: "standard",
      reference: { temperatureC: 20, pressureKpa: 101.325 },
      formula: "V(20 °C, 101.325 kPa) = V × p / 101.325 × 293.15 / (273.15 + t) / z",
      registers: [
        {
          meter: "boiler",
          channel: "volumeM3",
          display: "operating",
          conversions: [
            { method: "factor", factor: 1.8, from: null },
            {
              method: "pressure-temperature",
              pressureKpa: 202.65,
              temperatureC: 20,
              compressibility: 1,
              factor: 2,
              from: "2026-06-01T00:00:00+08:00",
            },
          ],
        },
        {
          meter: "furnace",
          channel: "volumeM3",
          display: "standard",
          conversions: [{ method: "none", factor: 1, from: null }],
        },
      ],
    });
  });

  it("says when nothing, or not all, is declared, and looks into virtual meters", async () => {
    expect((await gasOf({ kind: "enterprise", id: "f" })).gas).toMatchObject({
      basis: "as-displayed",
      reference: null,
      registers: [{ meter: "kitchen", display: "undeclared", conversions: [] }],
    });
    expect((await gasOf({ kind: "park" })).gas?.basis).toBe("mixed");
    const both = await gasOf({ kind: "meter", id: "both" });
    expect(both.gas?.registers.map((r) => r.meter)).toEqual(["boiler", "furnace"]);
    expect((await gasOf({ kind: "park" }, "electricity")).gas).toBeUndefined();
  });

  it("is in the notes of the table, too, with how gaps were shared", async () => {
    const answer = await gasOf({ kind: "enterprise", id: "e" });
    const { notes } = energyTable(answer, park.calendar, "start", "zh");
    expect(notes).toEqual(
      expect.arrayContaining([
        ["气量状态", "标况（20 °C，101.325 kPa）"],
        ["boiler volumeM3", "operating", "2026-06-01T00:00:00+08:00", 2],
        ["缺口分摊", "线性"],
      ]),
    );
  });
});
