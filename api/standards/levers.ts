import type { FactorBook } from "../../standards/factors/book.ts";
import { lessElectricity, type YearStructure, zeroFactorPower } from "../../standards/pathway.ts";
import { REMARKS } from "../../standards/remarks.ts";
import type { PathwayAnswer } from "../answers/pathway.ts";

/** What one more unit of each lever gives, at today's structure. */

export interface PvYield {
  /** A year's generation. */
  readonly kwhPerKwp: number;
}

const GWH_KWH = 1_000_000;
const TEN_THOUSAND_CERTIFICATES_KWH = 10_000 * 1000;
const MWP_KWP = 1000;
const MILLION_M3 = 1_000_000;

/** @param gas whether natural gas is metered in the boundary */
export function leversOf(of: {
  readonly year: YearStructure | null;
  readonly factorKgPerKwh: number;
  readonly equivalentKgcePerKwh: number | null;
  readonly pv: PvYield | null;
  readonly gas: boolean;
  readonly date: string;
  readonly book: FactorBook;
}): PathwayAnswer["levers"] {
  const { year, factorKgPerKwh } = of;
  const line = zeroFactorPower(GWH_KWH, year, factorKgPerKwh);
  const certificates = zeroFactorPower(TEN_THOUSAND_CERTIFICATES_KWH, year, factorKgPerKwh);
  const pv = of.pv === null ? null : zeroFactorPower(of.pv.kwhPerKwp * MWP_KWP, year, factorKgPerKwh);
  const efficiency = lessElectricity(GWH_KWH, year, factorKgPerKwh, of.equivalentKgcePerKwh);
  const gasFactor = of.book.require("fuel-co2", "fuel/natural-gas", of.date);
  return [
    {
      id: "direct-line",
      name: { zh: "绿电直连", en: "Direct line" },
      unit: { zh: "1 GWh", en: "1 GWh" },
      carbonTPerUnit: line.carbonT,
      tco2PerTcePerUnit: line.tco2PerTce,
      remark: null,
    },
    {
      id: "green-trade",
      name: { zh: "绿电交易与绿证", en: "Green trade and certificates" },
      unit: { zh: "1 万张（10 GWh）", en: "10,000 certificates (10 GWh)" },
      carbonTPerUnit: certificates.carbonT,
      tco2PerTcePerUnit: certificates.tco2PerTce,
      remark: null,
    },
    {
      id: "pv",
      name: { zh: "园内光伏", en: "PV in the park" },
      unit: { zh: "1 MWp", en: "1 MWp" },
      carbonTPerUnit: pv?.carbonT ?? null,
      tco2PerTcePerUnit: pv?.tco2PerTce ?? null,
      remark: pv === null ? REMARKS.pvYieldUnknown : REMARKS.pvSelfUsed,
    },
    {
      id: "efficiency",
      name: { zh: "节能", en: "Efficiency" },
      unit: { zh: "1 GWh", en: "1 GWh" },
      carbonTPerUnit: efficiency.carbonT,
      tco2PerTcePerUnit: efficiency.tco2PerTce,
      remark: REMARKS.efficiencyDenominator,
    },
    {
      id: "storage",
      name: { zh: "储能", en: "Storage" },
      unit: { zh: "1 MWh", en: "1 MWh" },
      carbonTPerUnit: null,
      tco2PerTcePerUnit: null,
      remark: REMARKS.storageLever,
    },
    {
      id: "electrification",
      name: { zh: "气改电", en: "Gas to power" },
      unit: { zh: "100 万 m³", en: "1 million m³" },
      carbonTPerUnit: of.gas ? (-MILLION_M3 * gasFactor.value) / 1000 : null,
      tco2PerTcePerUnit: null,
      remark: of.gas ? REMARKS.electrification : REMARKS.noGas,
    },
  ];
}
