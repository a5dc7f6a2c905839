import { z } from "@hono/zod-openapi";
import { coverage, factorUsed, instantText, localName, remark } from "./common.ts";

const power = z.number().nullable();

/** One thing's power now; stale values are told but left out of every sum. */
const reading = {
  powerKw: power,
  time: instantText.nullable(),
  ageSeconds: z.number().nullable(),
  stale: z.boolean(),
};

/** The picture of now: what the wall shows. Sums: gridImport + pv + storageOut = use + storageIn + gridExport + unknown. */
export const liveAnswer = z.object({
  time: instantText,
  simulated: z.boolean(),
  scope: z.string(),
  busKw: power.describe("what flows in, which is what flows out"),
  sources: z.object({ gridImportKw: power, pvKw: power, storageOutKw: power }),
  uses: z.object({ useKw: power, storageInKw: power, gridExportKw: power, unknownKw: power }),
  /** What cannot be attributed, in words: losses, unmetered, silent meters by enterprise. */
  unknownBecause: z.array(
    z.object({ enterprise: z.string().nullable(), reason: z.enum(["losses", "silent"]) }),
  ),
  selfSupplyShare: z.number().nullable().describe("(PV − export) ÷ use; storage is not traced yet"),
  dataAgeSeconds: z.number().nullable().describe("age of the newest reading"),
  meters: z.object({ total: z.number(), silent: z.number() }),
  today: z.object({
    /** True while the sums are being made for the first time: null until then. */
    making: z.boolean(),
    to: instantText.describe("end of the last closed quarter-hour"),
    gridImportKwh: power,
    gridExportKwh: power,
    pvKwh: power,
    storageInKwh: power,
    storageOutKwh: power,
    useKwh: power,
    selfSupplyShare: z.number().nullable(),
    /** False when a part is missing: the sums are at least this much. */
    complete: z.boolean(),
    coverage: coverage.nullable(),
  }),
  /** Shares of meters × quarter-hours of today; null while today's sums are being made. */
  dataQuality: coverage.nullable(),
  enterprises: z.array(
    z.object({
      id: z.string(),
      name: localName,
      group: z.string(),
      ...reading,
      todayKwh: power,
      todayComplete: z.boolean(),
    }),
  ),
  groups: z.array(z.object({ id: z.string(), name: localName, enterprises: z.number(), powerKw: power })),
  storages: z.array(
    z.object({
      id: z.string(),
      name: localName,
      enterprise: z.string(),
      stateOfCharge: z.number().nullable(),
      minStateOfCharge: z.number(),
      maxStateOfCharge: z.number(),
      energyKwh: z.number().nullable(),
      capacityKwh: z.number(),
      ...reading,
    }),
  ),
  /** Null while it is being made for the first time. */
  carbon: z
    .object({
      method: z.string(),
      nowKgPerHour: power,
      todayKg: power,
      provisional: z.boolean(),
      /** Parts of nowKgPerHour, so that the formula can stand on the panel. */
      parts: z.object({
        gridImportKw: power,
        zeroFactorShare: z.number().nullable(),
        electricityFactor: factorUsed,
        fuelAndHeatKgPerHour: power,
      }),
      locationBased: z.object({ nowKgPerHour: power, todayKg: power, factor: factorUsed }),
      remarks: z.array(remark),
    })
    .nullable(),
});

/** Events of GET /live/stream: `snapshot` carries a LiveAnswer, `live` another one, at most one a second. */
export type LiveAnswer = z.infer<typeof liveAnswer>;
