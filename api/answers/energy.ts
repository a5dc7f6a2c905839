import { z } from "@hono/zod-openapi";
import { coverage, instantText, quality } from "./common.ts";

const series = z.array(z.number().nullable());

const frame = {
  scope: z.string(),
  from: instantText,
  to: instantText,
  resolution: z.enum(["15m", "1h", "1d", "1M", "1y"]),
  settled: z.boolean().describe("false while readings already taken have not been worked in"),
  openFrom: instantText.nullable().describe("start of the bucket that is still running"),
  simulated: z.boolean().describe("true when any of it was made by a simulator"),
  time: z.array(instantText).describe("starts of the buckets"),
  known: z.array(z.number()).describe("each bucket's known share of time"),
  quality: z.array(quality),
  sharing: z.enum(["linear", "typicalDay"]).describe("how gaps were shared among their buckets"),
  coverage,
};

const gasConversion = z.object({
  from: instantText.nullable().describe("null: from the beginning"),
  method: z.enum(["none", "normal", "factor", "pressure-temperature"]),
  factor: z.number().describe("what the display is multiplied with, besides the meter's multiplier"),
  pressureKpa: z.number().optional().describe("absolute"),
  temperatureC: z.number().optional(),
  compressibility: z.number().optional(),
});

/** Gas: at what conditions the answered volumes are, and how each register's display becomes them. */
const gasVolumes = z.object({
  basis: z
    .enum(["standard", "as-displayed", "mixed"])
    .describe("standard: 标况, at `reference`; as-displayed: no register says what it counts"),
  reference: z.object({ temperatureC: z.number(), pressureKpa: z.number() }).nullable(),
  formula: z.string(),
  registers: z.array(
    z.object({
      meter: z.string(),
      channel: z.string(),
      display: z.enum(["operating", "standard", "undeclared"]).describe("工况, 标况"),
      conversions: z.array(gasConversion),
    }),
  ),
});

export const energyAnswer = z.object({
  ...frame,
  gas: gasVolumes.optional(),
  medium: z.enum(["electricity", "gas", "heat", "water", "fuel"]),
  unit: z.string(),
  importKwh: series.optional().describe("electricity"),
  exportKwh: series.optional().describe("electricity"),
  import: series.optional().describe("other media, in `unit`"),
  export: series.optional().describe("other media, in `unit`"),
  total: z.object({
    importKwh: z.number().nullable().optional(),
    exportKwh: z.number().nullable().optional(),
    import: z.number().nullable().optional(),
    export: z.number().nullable().optional(),
  }),
});

const balanceSeries = {
  gridImportKwh: series,
  gridExportKwh: series,
  pvKwh: series,
  storageInKwh: series,
  storageOutKwh: series,
  useKwh: series,
  unknownKwh: series,
};

const balanceTotals = {
  gridImportKwh: z.number().nullable(),
  gridExportKwh: z.number().nullable(),
  pvKwh: z.number().nullable(),
  storageInKwh: z.number().nullable(),
  storageOutKwh: z.number().nullable(),
  useKwh: z.number().nullable(),
  unknownKwh: z.number().nullable(),
};

/** gridImport + pv + storageOut = gridExport + storageIn + use + unknown; pv is generation less its own night use. */
export const balanceAnswer = z.object({
  ...frame,
  ...balanceSeries,
  total: z.object(balanceTotals),
  /** Worst state of any meter of one flow, by bucket: lets a chart hatch the source that is estimated. */
  flowQuality: z
    .object({
      gridImport: z.array(quality),
      gridExport: z.array(quality),
      pv: z.array(quality),
      storageIn: z.array(quality),
      storageOut: z.array(quality),
      use: z.array(quality),
    })
    .partial()
    .optional(),
});

export type EnergyAnswer = z.infer<typeof energyAnswer>;
export type BalanceAnswer = z.infer<typeof balanceAnswer>;
