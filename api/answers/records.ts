import { z } from "@hono/zod-openapi";
import { coverage, instantText, localName, quality, remark, span } from "./common.ts";

/** What a park keeps of its meters: sub-meter balance 总分表平衡, bands 峰谷, demand 需量, comparison 同比. */

const amount = z.number().nullable();
const band = z.enum(["sharp", "peak", "flat", "valley", "deepValley"]);

const frame = {
  scope: z.string(),
  ...span,
  through: instantText.describe("end of what is counted: the asked end, or what is closed by now"),
  settled: z.boolean().describe("false while readings already taken have not been worked in"),
  simulated: z.boolean().describe("true when any of it was made by a simulator"),
  remarks: z.array(remark),
};

const subMeterChild = z.object({
  meter: z.string(),
  name: localName.nullable(),
  role: z.string(),
  amount: amount.describe("import less export, in the row's unit"),
  known: z.number().describe("known share of time"),
  quality,
});

export const subMetersAnswer = z.object({
  ...frame,
  tolerance: z.number().describe("largest share of 1 that is not flagged"),
  rows: z.array(
    z.object({
      meter: z.string(),
      name: localName.nullable(),
      role: z.string(),
      enterprise: z.string().nullable(),
      medium: z.enum(["electricity", "gas", "heat", "water", "fuel"]),
      unit: z.string(),
      depth: z.number().describe("meters above it: 0 is the top of a tree"),
      amount: amount.describe("the meter's import less its export"),
      childrenAmount: amount.describe("the same of the meters directly below it, added up"),
      difference: amount.describe("amount less childrenAmount; null when a part is missing"),
      throughput: amount.describe("what entered here: the meter's import and the children's export"),
      share: amount.describe("difference as a share of throughput"),
      matched: z
        .object({ known: z.number(), difference: z.number(), share: amount })
        .nullable()
        .describe(
          "the same over the stretches in which every part is known: their share of time; null: none",
        ),
      state: z
        .enum(["ok", "over", "missing", "hidden", "idle"])
        .describe(
          "over: |share| above the tolerance; missing: a part is not known; hidden: a part is not this account's; idle: nothing flowed",
        ),
      quality,
      childrenQuality: quality,
      coverage,
      childrenCoverage: coverage,
      children: z.array(subMeterChild),
      leftOut: z.array(z.string()).describe("virtual meters reckoned from these very meters"),
    }),
  ),
});

export const tariffAnswer = z.object({
  ...frame,
  resolution: z.enum(["1d", "1M"]),
  currency: z.string().nullable().describe("ISO 4217; null without a tariff"),
  tariffs: z.array(
    z.object({
      from: instantText,
      name: localName,
      authority: z.string(),
      figures: z.enum(["declared", "simulated"]),
    }),
  ),
  time: z.array(instantText).describe("starts of the buckets"),
  bands: z.array(
    z.object({
      band,
      energyKwh: z.array(amount),
      cost: z.array(amount),
      total: z.object({
        energyKwh: amount,
        cost: amount,
        share: amount.describe("of the energy of all bands"),
      }),
      coverage: coverage.nullable().describe("null: the band does not occur"),
    }),
  ),
  unpricedKwh: amount.describe("taken before the first tariff"),
  total: z.object({ energyKwh: amount, cost: amount, costPerKwh: amount }),
  coverage,
});

const demandInterval = z.object({
  time: instantText.describe("the interval's start"),
  end: instantText,
  demandKw: z.number().describe("mean power: 4 × the interval's energy"),
});

export const demandAnswer = z.object({
  ...frame,
  month: z.string(),
  intervalMinutes: z.literal(15),
  peak: demandInterval.nullable().describe("highest measured interval"),
  top: z.array(demandInterval).describe("ten highest measured intervals"),
  meanKw: amount.describe("of the measured intervals"),
  loadFactor: amount.describe("meanKw ÷ peak"),
  days: z.array(
    z.object({ date: z.string(), peakKw: amount, time: instantText.nullable(), measured: z.number() }),
  ),
  estimated: z.object({
    intervals: z.number(),
    abovePeak: z.number().describe("how many of them exceed the measured peak"),
    top: z.array(demandInterval.extend({ known: z.number() })),
  }),
  intervals: z.object({ due: z.number(), measured: z.number(), estimated: z.number(), missing: z.number() }),
  coverage: coverage.describe("shares of the month's intervals up to now"),
  meters: z
    .array(
      z.object({
        meter: z.string(),
        name: localName.nullable(),
        maxDemandKw: amount.describe("as the meter itself last showed it; null: it sends none"),
        time: instantText.nullable(),
      }),
    )
    .describe("the meters' own sliding maximum demand"),
});

const side = {
  ...span,
  importAmount: amount,
  exportAmount: amount,
  coverage,
};

const change = z.object({ amount, share: amount });

export const comparisonAnswer = z.object({
  ...frame,
  medium: z.enum(["electricity", "gas", "heat", "water", "fuel"]),
  unit: z.string(),
  leastKnown: z
    .number()
    .describe("share of the energy that must be known on both sides for a change to be told"),
  current: z.object(side),
  compared: z.array(
    z.object({
      with: z.enum(["year", "base"]),
      ...side,
      comparable: z.boolean(),
      importChange: change.describe("current less this side, and as a share of this side"),
      exportChange: change,
    }),
  ),
});

export type SubMetersAnswer = z.infer<typeof subMetersAnswer>;
export type TariffAnswer = z.infer<typeof tariffAnswer>;
export type DemandAnswer = z.infer<typeof demandAnswer>;
export type ComparisonAnswer = z.infer<typeof comparisonAnswer>;
