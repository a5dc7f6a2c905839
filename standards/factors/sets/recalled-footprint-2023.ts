import { footprintSet } from "../footprint.ts";

/** Unverified: an example of grade R, never chosen by itself. */
export const set = footprintSet({
  id: "recalled-footprint-2023",
  family: "electricity-footprint-recalled",
  year: 2023,
  zh: "2023年电力碳足迹因子（未核实的分电源值，仅作示例）",
  en: "Carbon footprint factors of electricity 2023 by technology (unverified, an example)",
  source: "未核实，公告2025年第3号中的分电源值待核对",
  from: null,
  to: null,
  chosen: "by-pin",
  grade: "R",
  values: { coal: 0.944, gas: 0.4792, hydro: 0.0143, nuclear: 0.0065, csp: 0.0313, grid: 0.0035 },
});
