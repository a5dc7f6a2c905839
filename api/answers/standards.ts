import { z } from "@hono/zod-openapi";
import { coverage, factorUsed, grade, instantText, localName, quality, remark } from "./common.ts";

/** Answers that apply rules: carbon, green power, indicators, pathway, an enterprise's month. */

const amount = z.number().nullable();

/** One term of a sum: amount × factor = carbon. */
const carbonTerm = z.object({
  id: z.string().describe("e.g. electricity-in-fossil, electricity-in-zero, gas:natural-gas, heat-in"),
  name: localName,
  clause: localName.describe("where the rule says so"),
  amount,
  unit: z.string(),
  factor: factorUsed,
  carbonKg: amount,
  meters: z.array(z.string()),
  coverage,
});

const carbonFigure = z.object({
  method: z.enum(["cn-910-2025-annex-4", "location-based", "market-based"]),
  name: localName,
  factorSet: z.string(),
  totalKg: amount,
  terms: z.array(carbonTerm),
  provisional: z.boolean().describe("coverage under 95 % or figures that may still change"),
  remarks: z.array(remark),
});

export const carbonAnswer = z.object({
  scope: z.string(),
  from: instantText,
  to: instantText,
  settled: z.boolean(),
  simulated: z.boolean(),
  coverage,
  figures: z.array(carbonFigure),
});

export const greenPowerAnswer = z.object({
  scope: z.string(),
  from: instantText,
  to: instantText,
  settled: z.boolean(),
  simulated: z.boolean(),
  coverage,
  useKwh: amount,
  /** Zero-factor kWh of the span over use; contracts count up to the month's remaining use. */
  annualShare: amount,
  /** Σ over quarter-hours of what was generated and used in the same one, over use. */
  hourMatchedShare: amount,
  /** Own PV and direct lines over use. */
  directShare: amount,
  directShareInPrinciple: z.number(),
  /** 24/7 share; null names what is missing. */
  cfeShare: amount,
  cfeMissing: remark.nullable(),
  sources: z.array(
    z.object({
      id: z.enum([
        "own-pv",
        "network-pv",
        "storage-pv",
        "green-trade",
        "certificate",
        "direct-line",
        "other-grid",
      ]),
      name: localName,
      energyKwh: amount,
      matchedKwh: amount.describe("null: has no hourly figures"),
      directKwh: amount,
    }),
  ),
  /** Hour-matched share by local day (rows) and hour (24 columns); null: missing; NaN never. */
  heatMap: z.object({
    days: z.array(z.string()),
    share: z.array(z.array(z.number().nullable())),
    byHour: z.array(z.number().nullable()),
  }),
  contracts: z.array(
    z.object({
      id: z.string(),
      kind: z.string(),
      enterprise: z.string(),
      month: z.string(),
      energyKwh: z.number(),
      countedKwh: amount,
      carriedKwh: amount,
      project: z.string(),
      evidence: z.string(),
    }),
  ),
  byEnterprise: z.array(
    z.object({
      id: z.string(),
      name: localName,
      useKwh: amount,
      ownPvKwh: amount,
      networkPvKwh: amount,
      contractKwh: amount,
      matchedShare: amount,
      annualShare: amount,
    }),
  ),
  remarks: z.array(remark),
});

export const indicatorsAnswer = z.object({
  boundary: z.string(),
  name: localName.nullable(),
  standard: z.string(),
  from: instantText,
  to: instantText,
  settled: z.boolean(),
  simulated: z.boolean(),
  coverage,
  provisional: z.boolean(),
  core: z.object({
    id: z.literal("carbon-per-tce"),
    name: localName,
    unit: z.literal("tCO2/tce"),
    value: amount,
    target: z.number(),
    tier: z.string(),
    met: z.boolean().nullable(),
    carbonT: amount,
    consumptionTce: amount,
    /** What the value is made of: numerator and denominator, term by term. */
    numerator: z.array(
      z.object({
        id: z.string(),
        name: localName,
        amount,
        unit: z.string(),
        factor: factorUsed,
        carbonT: amount,
      }),
    ),
    denominator: z.array(
      z.object({
        id: z.string(),
        name: localName,
        amount,
        unit: z.string(),
        factor: factorUsed,
        tce: amount,
      }),
    ),
    formula: localName,
    clause: localName,
    /** The value under other factors that are still open: 等价值, 0.8273. */
    sensitivity: z.array(z.object({ name: localName, value: amount, grade })),
  }),
  directSupply: z.object({ share: amount, inPrinciple: z.number(), met: z.boolean().nullable() }),
  /** The five guiding indicators; value null where neither meters nor declared figures give one. */
  guiding: z.array(
    z.object({
      id: z.string(),
      name: localName,
      value: amount,
      unit: z.string(),
      target: z.number().nullable(),
      state: z.enum(["met", "not-met", "provisional", "unknown"]),
      missing: remark.nullable(),
    }),
  ),
  remarks: z.array(remark),
});

export const pathwayAnswer = z.object({
  boundary: z.string(),
  name: localName.nullable(),
  standard: z.string(),
  simulated: z.boolean(),
  settled: z.boolean(),
  provisional: z.boolean(),
  target: z.array(z.object({ time: instantText, tco2PerTce: z.number() })).describe("the line 2025–2028"),
  declared: z.array(z.object({ time: instantText, tco2PerTce: z.number(), evidence: z.string() })),
  actual: z.array(
    z.object({
      month: z.string(),
      time: instantText.describe("end of what is known of the month"),
      tco2PerTce: amount,
      coverage,
    }),
  ),
  now: z.object({
    tco2PerTce: amount,
    from: instantText,
    to: instantText,
    days: z.number(),
    target: z.number().nullable(),
    aboveTarget: amount,
  }),
  forecast: z
    .object({
      method: z.enum(["linear-trend", "persistence"]),
      description: localName,
      points: z.array(z.object({ time: instantText, tco2PerTce: z.number() })),
    })
    .nullable(),
  gap: z
    .object({
      year: z.number(),
      targetTco2PerTce: z.number(),
      forecastTco2PerTce: z.number(),
      annualTce: z.number().describe("from the days known, scaled to the year"),
      gapTco2: z.number(),
      gapKwh: z.number().describe("of zero-factor power that would close it"),
      reachable: z.boolean().describe("false: electricity alone cannot close it"),
      factor: factorUsed,
    })
    .nullable(),
  /** What one more unit of each lever gives, at today's structure. */
  levers: z.array(
    z.object({
      id: z.enum(["direct-line", "green-trade", "pv", "efficiency", "storage", "electrification"]),
      name: localName,
      unit: localName,
      carbonTPerUnit: z.number().nullable(),
      tco2PerTcePerUnit: z.number().nullable(),
      remark: remark.nullable(),
    }),
  ),
  remarks: z.array(remark),
});

export const enterpriseMonthAnswer = z.object({
  enterprise: z.object({ id: z.string(), name: localName, sector: z.string() }),
  park: z.object({ id: z.string(), name: localName }),
  month: z.string(),
  from: instantText,
  to: instantText,
  complete: z.boolean().describe("false while the month is running"),
  generatedAt: instantText,
  settled: z.boolean(),
  simulated: z.boolean(),
  figures: z.enum(["declared", "simulated"]).describe("origin of the park file's figures"),
  coverage,
  energy: z.array(
    z.object({
      medium: z.string(),
      unit: z.string(),
      importAmount: amount,
      exportAmount: amount,
      coverage,
      meters: z.array(z.string()),
    }),
  ),
  balance: z.object({
    gridImportKwh: amount,
    gridExportKwh: amount,
    pvKwh: amount,
    storageInKwh: amount,
    storageOutKwh: amount,
    useKwh: amount,
    unknownKwh: amount,
  }),
  carbon: z.array(carbonFigure),
  green: z.object({ annualShare: amount, hourMatchedShare: amount, directShare: amount }),
  days: z.array(
    z.object({
      date: z.string(),
      useKwh: amount,
      gridImportKwh: amount,
      pvKwh: amount,
      carbonKg: amount,
      quality,
    }),
  ),
  remarks: z.array(remark),
});

export const flexibilityAnswer = z.object({
  scope: z.string(),
  time: instantText,
  simulated: z.boolean(),
  durationsMin: z.array(z.number()),
  upKw: z.array(z.number()),
  downKw: z.array(z.number()),
  /** What can still change from what the storages do now, held as long as their energy allows. */
  fromPresent: z.object({ upKw: z.array(z.number()), downKw: z.array(z.number()) }).optional(),
  /** Ratings, not promises; tested and declared are null until there are tests and declarations. */
  capacity: z.object({
    connectedUpKw: z.number(),
    connectedDownKw: z.number(),
    testedUpKw: amount,
    testedDownKw: amount,
    declaredUpKw: amount,
    declaredDownKw: amount,
  }),
  assets: z.array(
    z.object({
      id: z.string(),
      name: localName,
      kind: z.string(),
      enterprise: z.string(),
      stateOfCharge: amount,
      ageSeconds: amount,
      upKw: z.array(z.number()),
      downKw: z.array(z.number()),
      /** What it does now, charging positive; null while it does not count. */
      powerKw: amount.optional(),
      /** What bounds it, or why it counts 0. */
      because: remark,
    }),
  ),
  /** Limits of connections that cut the sum, with what flows there now. */
  connections: z.array(
    z.object({
      meter: z.string(),
      importLimitKw: z.number(),
      exportLimitKw: z.number(),
      netImportKw: amount,
      bindingUp: z.boolean(),
      bindingDown: z.boolean(),
    }),
  ),
  method: z.object({ id: z.string(), formula: localName, source: z.string() }),
  remarks: z.array(remark),
});

export type CarbonAnswer = z.infer<typeof carbonAnswer>;
export type CarbonFigure = z.infer<typeof carbonFigure>;
export type GreenPowerAnswer = z.infer<typeof greenPowerAnswer>;
export type IndicatorsAnswer = z.infer<typeof indicatorsAnswer>;
export type PathwayAnswer = z.infer<typeof pathwayAnswer>;
export type EnterpriseMonthAnswer = z.infer<typeof enterpriseMonthAnswer>;
export type FlexibilityAnswer = z.infer<typeof flexibilityAnswer>;
