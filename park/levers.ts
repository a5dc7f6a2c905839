/** What a park can do about its carbon, by the unit it is counted in a year: names of the park file, the API and its address. */
export const LEVERS = [
  /** 绿电直连, GWh of zero-factor power. */
  "directLineGwh",
  /** 绿电交易与绿证, certificates of 1 MWh. */
  "certificates",
  /** 园内光伏, MWp of it. */
  "pvMwp",
  /** 节能, GWh of electricity not used. */
  "efficiencyGwh",
  /** 储能, MWh of capacity. */
  "storageMwh",
  /** 气改电, m³ of natural gas no longer burnt. */
  "gasToPowerM3",
] as const;
export type Lever = (typeof LEVERS)[number];
