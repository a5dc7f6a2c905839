import { QUARTER_MS } from "../../park/calendar.ts";
import { parsePark } from "../../park/load.ts";
import type { Park } from "../../park/park.ts";
import type { RegisterChannel } from "../../park/quantities.ts";
import type { EnergyRow } from "../../store/telemetry.ts";
import type { MemoryTelemetry } from "./memory-telemetry.ts";
import { measured, settlement } from "./settled.ts";

/**
 * Three works with connections of their own, to reckon carbon and green power by hand: wafer has PV, cell is its
 * neighbour on a private network and has gas, storage and a contract, carpet stands outside the boundary and has heat.
 */
export function greenPark(change: (yaml: string) => string = (y) => y): Park {
  return parsePark(
    change(`
park: { id: green, name: { zh: 绿园, en: Green park }, timeZone: Asia/Shanghai, province: 青海, figures: simulated,
        location: { latitude: 36.6, longitude: 101.8, altitudeM: 2261 } }
boundaries:
  - id: zc
    standard: cn-910-2025
    members: [wafer, cell]
    annualConsumption: 200k-1M tce
    electricityEquivalent: { kgcePerKwh: 0.3024, authority: CEC annual report 2025, grade: C }
    targets: [{ year: 2026, tco2PerTce: 1.4 }, { year: 2028, tco2PerTce: 0.2 }]
    declared: [{ year: 2025, tco2PerTce: 2.0, evidence: declared }]
networks:
  - { id: street, kind: private, members: [wafer, cell] }
enterprises:
  - { id: wafer, name: { zh: 硅片厂, en: Wafer works }, sector: silicon-wafer }
  - { id: cell, name: { zh: 电池片厂, en: Cell works }, sector: solar-cell }
  - { id: carpet, name: { zh: 藏毯厂, en: Carpet works }, sector: carpet }
meters:
  - { id: gate-a, role: grid, enterprise: wafer, maxPowerKw: 900, reportsEvery: 1m, registers: { energyImportKwh: {}, energyExportKwh: {} } }
  - { id: load-a, role: load, enterprise: wafer, parent: gate-a, maxPowerKw: 900, reportsEvery: 1m }
  - { id: pv-a, role: pv, enterprise: wafer, parent: gate-a, maxPowerKw: 900, reportsEvery: 1m }
  - { id: gate-b, role: grid, enterprise: cell, maxPowerKw: 900, reportsEvery: 1m, limits: { importKw: 800, exportKw: 100 } }
  - { id: load-b, role: load, enterprise: cell, parent: gate-b, maxPowerKw: 900, reportsEvery: 1m }
  - { id: pack-b, role: storage, enterprise: cell, parent: gate-b, maxPowerKw: 500, reportsEvery: 1m }
  - { id: gas-b, role: gas, enterprise: cell, fuel: natural-gas, reportsEvery: 15m }
  - { id: gate-c, role: grid, enterprise: carpet, maxPowerKw: 900, reportsEvery: 1m }
  - { id: load-c, role: load, enterprise: carpet, parent: gate-c, maxPowerKw: 900, reportsEvery: 1m }
  - { id: heat-c, role: heat, enterprise: carpet, heatSource: fossil, reportsEvery: 15m }
assets:
  - { id: array, kind: pv, name: { zh: 屋顶, en: Roof }, enterprise: wafer, meters: [pv-a], capacityKwp: 500, tiltDeg: 10, azimuthDeg: 180, commissioned: 2024-01-01 }
  - { id: pack, kind: storage, name: { zh: 储能, en: Storage }, enterprise: cell, meters: [pack-b], capacityKwh: 1000,
      maxChargeKw: 500, maxDischargeKw: 500, chargeEfficiency: 0.9, dischargeEfficiency: 0.9, minStateOfCharge: 0.1, maxStateOfCharge: 0.9 }
  - { id: kiln, kind: flexible-load, name: { zh: 窑, en: Kiln }, enterprise: cell, meters: [load-b], maxUpKw: 10, maxDownKw: 10, maxDurationMin: 60, noticeMin: 5 }
contracts:
  - { id: gt-b, kind: green-trade, enterprise: cell, month: "2026-11", energyKwh: 60000, project: wind, evidence: "=cmd" }
  - { id: gec-c, kind: certificate, enterprise: carpet, month: "2026-11", energyKwh: 90000, project: solar, evidence: test }
`),
  );
}

/** What a register makes in a quarter-hour of the day (0…95). */
export type Profile = (quarter: number) => number;

const SUNNY = (q: number) => q >= 40 && q < 60;

/**
 * A day of the green park, kWh a quarter-hour: PV 100 in 20 quarter-hours; wafer uses 60, cell 50, carpet 10.
 * A day: wafer buys 4560 and exports 800, PV 2000, cell buys 4800, carpet 960; 960 m³ of gas, 9.6 GJ of heat.
 */
export const GREEN_DAY: readonly (readonly [string, RegisterChannel, Profile])[] = [
  ["gate-a", "energyImportKwh", (q) => (SUNNY(q) ? 0 : 60)],
  ["gate-a", "energyExportKwh", (q) => (SUNNY(q) ? 40 : 0)],
  ["load-a", "energyImportKwh", () => 60],
  ["pv-a", "energyExportKwh", (q) => (SUNNY(q) ? 100 : 0)],
  ["gate-b", "energyImportKwh", () => 50],
  ["load-b", "energyImportKwh", () => 50],
  ["pack-b", "energyImportKwh", () => 0],
  ["gas-b", "volumeM3", () => 10],
  ["gate-c", "energyImportKwh", () => 10],
  ["load-c", "energyImportKwh", () => 10],
  ["heat-c", "heatGj", () => 0.1],
];

let revision = 0;

/** Writes days of the profiles from a local midnight on; a row may be replaced, or left out with null. */
export async function putDays(
  telemetry: MemoryTelemetry,
  park: Park,
  fromMs: number,
  days: number,
  profiles: readonly (readonly [string, RegisterChannel, Profile])[] = GREEN_DAY,
  change: (row: EnergyRow, meter: string) => EnergyRow | null = (row) => row,
): Promise<void> {
  await telemetry.writeSettlements(
    profiles.map(([meter, channel, profile]) => {
      const rows = Array.from({ length: days * 96 }, (_, i) => {
        return change(measured(fromMs + i * QUARTER_MS, profile(i % 96)), meter);
      });
      const made = settlement(
        park.calendar,
        meter,
        channel,
        rows.filter((r) => r !== null),
      );
      return { ...made, rev: ++revision };
    }),
  );
}
