import { z } from "@hono/zod-openapi";
import { LEVERS } from "../../park/levers.ts";
import { amount, coverage, factorSetUsed, factorUsed, instantText, localName, remark } from "./common.ts";

/** The way of a boundary to its target. */

const linePoint = z.object({ time: instantText, tco2PerTce: z.number() });

const range = z.object({ p10: z.number(), p25: z.number(), p75: z.number(), p90: z.number() });

const forecastPoint = z.object({
  time: instantText.describe("end of a month; the value is of the twelve months up to it"),
  tco2PerTce: z.number(),
  range: range.nullable().describe("percentiles, tCO2/tce; null with too little history"),
});

const backTest = z.object({
  origins: z.number().describe("months from which the method was tried on what came after"),
  longestMonths: z.number().describe("the longest horizon tested; past it the range grows with √time"),
  meanAbsolutePercent: z.number().describe("mean of |actual − foretold| ÷ actual, %"),
  insideShare: z.number().describe("share of actual values inside P10–P90 as made from the other origins"),
  horizons: z.array(
    z.object({ months: z.number(), origins: z.number(), meanAbsoluteTco2PerTce: z.number() }),
  ),
});

const forecast = z.object({
  method: z.enum(["seasonal-drift", "linear-trend", "persistence"]),
  description: localName,
  points: z.array(forecastPoint),
  /** At the end of the running year and of the target's year. */
  yearEnd: forecastPoint.extend({ year: z.number() }).nullable(),
  targetYear: forecastPoint.extend({ year: z.number() }).nullable(),
  backTest: backTest.nullable(),
  missingMonths: z.number().describe("of history until there is a range; 0 where there is one"),
});

const gap = z.object({
  year: z.number(),
  targetTco2PerTce: z.number(),
  forecastTco2PerTce: z.number(),
  annualTce: z.number().describe("tce of the target's year as foretold"),
  gapTco2: z.number(),
  gapKwh: z.number().describe("of zero-factor power that would close it, consumption unchanged"),
  reachable: z.boolean().describe("false: fuel, heat and process alone lie above the target"),
  fuelCutTco2PerTce: z.number().describe("what must go of them first; 0 where reachable"),
  fuelCutTco2: z.number(),
  factor: factorUsed,
});

const lever = z.object({
  id: z.enum(LEVERS),
  name: localName,
  /** One more of it, in words; `unitAmount` in the unit that the id says. */
  unit: localName,
  unitAmount: z.number(),
  carbonTPerUnit: amount.describe("t CO2 a year, negative is less"),
  tco2PerTcePerUnit: amount,
  gapTPerUnit: amount.describe("t CO2 of the gap that it closes"),
  /** Gas to power on all other electricity instead of zero-factor power. */
  otherwise: z.object({ carbonTPerUnit: z.number(), tco2PerTcePerUnit: z.number() }).nullable(),
  limit: z
    .object({ amount: z.number(), evidence: z.string().nullable().describe("null: metered") })
    .nullable(),
  aloneAmount: amount.describe("with which it alone would meet the target; null: never, or unknown"),
  remarks: z.array(remark),
});

const scenario = z.object({
  amounts: z.object(
    Object.fromEntries(LEVERS.map((l) => [l, z.number()])) as Record<(typeof LEVERS)[number], z.ZodNumber>,
  ), // the keys are LEVERS
  gasPower: z
    .enum(["zero", "other"])
    .describe("what replaces the gas: zero-factor power or other electricity"),
  tco2PerTce: z.number(),
  carbonT: z.number(),
  consumptionTce: z.number(),
  met: z.boolean(),
  zeroFactorShare: z.number(),
  directShare: z.number(),
  directShareInPrinciple: z.number(),
  foundTco2: z.number().describe("of the gap, all levers together"),
  foundKwh: z.number().describe("the same as zero-factor power"),
  gapTco2: z.number().describe("still to find"),
  gapKwh: z.number(),
  /** What each lever closes: its mean over all orders of bringing them in; the parts add up to foundTco2. */
  parts: z.array(z.object({ id: z.enum(LEVERS), tco2: z.number(), overLimit: z.boolean() })),
  unusedKwh: z.number().describe("zero-factor power beyond what is consumed: counts nothing"),
  points: z.array(linePoint).describe("amounts brought in evenly until the target's year begins"),
});

const guidingPath = z.object({
  id: z.string(),
  name: localName,
  unit: z.string(),
  target: z.array(z.object({ year: z.number(), value: z.number() })),
  actual: z.array(
    z.object({
      year: z.number(),
      value: z.number(),
      basis: z.enum(["measured", "declared"]).describe("from amounts, or the indicator's own declared value"),
      evidence: z.string(),
    }),
  ),
  forecast: z
    .object({
      year: z.number(),
      method: z.enum(["seasonal-drift", "linear-trend", "persistence", "linear-years"]),
      value: z.number(),
      range: z.object({ p10: z.number(), p90: z.number() }).nullable(),
      missingMonths: z
        .number()
        .nullable()
        .describe("of history until there is a range; null: yearly values have none"),
    })
    .nullable(),
  gapPoints: amount.describe("percentage points under the target; 0 where it is met"),
});

export const pathwayAnswer = z.object({
  boundary: z.string(),
  name: localName.nullable(),
  standard: z.string(),
  asOf: instantText.describe("when the figures were read; a scenario is reckoned anew with each question"),
  simulated: z.boolean(),
  settled: z.boolean(),
  provisional: z.boolean(),
  target: z.array(linePoint).describe("the line from the base year to the target"),
  declared: z.array(linePoint.extend({ evidence: z.string() })),
  actual: z.array(
    z.object({
      month: z.string(),
      time: instantText.describe("end of what is known of the month"),
      tco2PerTce: amount.describe("of the month"),
      rolling: z
        .object({ tco2PerTce: z.number(), months: z.number().describe("known of the twelve") })
        .nullable()
        .describe("of the twelve months up to its end"),
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
  projects: z
    .array(
      z.object({
        id: z.string(),
        name: localName,
        lever: z.enum(LEVERS),
        amount: z.number(),
        from: z.string(),
        evidence: z.string(),
        /** False: it has begun, so it is in what was measured. */
        shiftsForecast: z.boolean(),
      }),
    )
    .describe("approved projects; the forecast is shifted by those to come"),
  forecast: forecast.nullable(),
  gap: gap.nullable(),
  levers: z.array(lever).describe("what one more unit gives to the target's year, approved projects in it"),
  scenario: scenario.nullable(),
  guiding: z.array(guidingPath).describe("guiding indicators that have a target, by year"),
  factorSets: z.array(factorSetUsed),
  remarks: z.array(remark),
});

export type PathwayAnswer = z.infer<typeof pathwayAnswer>;
