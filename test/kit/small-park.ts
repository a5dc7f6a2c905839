import { parsePark } from "../../park/load.ts";
import type { Park } from "../../park/park.ts";

/** A park small enough to reckon by hand: two works behind one gate, PV, a storage, a virtual meter, gas. */
export const SMALL_PARK_YAML = `
park:
  id: small
  name: { zh: 小园区, en: Small park }
  timeZone: Asia/Shanghai
  location: { latitude: 36.6, longitude: 101.8, altitudeM: 2261 }
  province: qinghai
boundaries:
  - id: zero
    standard: cn-910-2025
    members: [wafer]
    electricityEquivalent: { kgcePerKwh: 0.3024, authority: test, grade: C }
    targets: [{ year: 2025, tco2PerTce: 1.99 }, { year: 2028, tco2PerTce: 0.2 }]
    declared: [{ year: 2025, tco2PerTce: 1.99, evidence: test }]
networks:
  - { id: street, kind: private, members: [wafer, carpet] }
enterprises:
  - { id: wafer, name: { zh: 硅片厂, en: Wafer works }, sector: silicon-wafer }
  - { id: carpet, name: { zh: 藏毯厂, en: Carpet works }, sector: carpet }
meters:
  - { id: gate, role: grid, enterprise: wafer, maxPowerKw: 5000, reportsEvery: 1m,
      registers: { energyImportKwh: {}, energyExportKwh: {} }, limits: { importKw: 5000, exportKw: 1000 } }
  - { id: wafer-load, role: load, enterprise: wafer, parent: gate, maxPowerKw: 3000, reportsEvery: 1m }
  - { id: carpet-load, role: load, enterprise: carpet, parent: gate, maxPowerKw: 500, reportsEvery: 1m }
  - { id: carpet-line, role: load, enterprise: carpet, parent: carpet-load, maxPowerKw: 200, reportsEvery: 1m }
  - { id: carpet-rest, role: load, enterprise: carpet, parent: carpet-load,
      sum: [{ meter: carpet-load, factor: 1 }, { meter: carpet-line, factor: -1 }] }
  - { id: roof, role: pv, enterprise: wafer, parent: gate, maxPowerKw: 2000, reportsEvery: 1m }
  - { id: pack, role: storage, enterprise: wafer, parent: gate, maxPowerKw: 500, reportsEvery: 1m,
      registers: { energyImportKwh: {}, energyExportKwh: {} } }
  - { id: boiler, role: gas, enterprise: carpet, fuel: natural-gas, reportsEvery: 15m }
assets:
  - { id: pack-asset, kind: storage, name: { zh: 储能, en: Storage }, enterprise: wafer, meters: [pack],
      capacityKwh: 1000, maxChargeKw: 500, maxDischargeKw: 500, chargeEfficiency: 0.95, dischargeEfficiency: 0.95,
      minStateOfCharge: 0.1, maxStateOfCharge: 0.95 }
`;

export function smallPark(): Park {
  return parsePark(SMALL_PARK_YAML);
}
