import { z } from "zod";
import { FUEL_ACTIVITIES } from "./activities.ts";
import { refuseEquivalent } from "./equivalent.ts";
import { GATEWAY_FORMATS, INTEGER_KINDS, TIME_FORMATS } from "./gateways.ts";
import { LEVERS } from "./levers.ts";
import { CHANNEL_NAMES, isChannel, isRegisterChannel, ROLE_NAMES } from "./quantities.ts";
import { tariffSchema } from "./tariff.ts";

/** The park file as written (YAML). Shape only; what must hold between entries is in load.ts. */

const id = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "must be lower-case letters, digits and hyphens, at most 63 long");
const name = z.strictObject({ zh: z.string().min(1).max(80), en: z.string().min(1).max(80) });
const instant = z.iso
  .datetime({ offset: true, error: "must be ISO 8601 with an offset, e.g. 2026-03-02T10:00:00+08:00" })
  .transform((text) => Date.parse(text));
const date = z.iso.date();
const finite = z.number();
const positive = finite.positive();
const share = finite.min(0).max(1);
const month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, "must be a month, YYYY-MM");

const DURATION_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const duration = z
  .string()
  .regex(/^[1-9]\d{0,5}(s|m|h|d)$/, "must be a duration such as 30s, 1m, 15m, 1h or 1d")
  .transform((text) => Number(text.slice(0, -1)) * (DURATION_MS[text.slice(-1)] ?? 0));

/** A value, or a list of values each in force from an instant on. */
const dated = <T>(value: z.ZodType<T>) =>
  z.union([
    value.transform((v): { fromMs: number; value: T }[] => [{ fromMs: Number.NEGATIVE_INFINITY, value: v }]),
    z
      .array(z.object({ from: instant.optional(), value }).strict())
      .min(1)
      .transform((list) =>
        list.map((entry): { fromMs: number; value: T } => ({
          fromMs: entry.from ?? Number.NEGATIVE_INFINITY,
          value: entry.value,
        })),
      ),
  ]);

const channel = z
  .string()
  .refine(
    (c): boolean => isChannel(c) && isRegisterChannel(c),
    "must be a register channel, e.g. energyImportKwh",
  );

/** How the energy of a gap is shared among its quarter-hours (E3). */
const sharing = z.enum(["linear", "typicalDay"]);

/** What a gas register's display counts; all of it is answered at 20 °C and 101.325 kPa. */
const gas = z.discriminatedUnion("basis", [
  /** 标况: of the gas trade at 20 °C, or Nm³ at 0 °C. */
  z.strictObject({
    basis: z.literal("standard"),
    temperatureC: z.literal([0, 20], "must be 20 or 0").default(20),
  }),
  /** 工况: by date a factor, or pressure and temperature of the gas in the meter. */
  z.strictObject({
    basis: z.literal("operating"),
    conversion: dated(
      z.union([
        z.strictObject({ factor: positive.max(1_000) }),
        z.strictObject({
          /** Absolute. */
          pressureKpa: positive.max(100_000),
          temperatureC: finite.min(-100).max(200),
          /** Z at these conditions ÷ Z at 20 °C and 101.325 kPa. */
          compressibility: positive.max(10).default(1),
        }),
      ]),
    ),
  }),
]);

const register = z.strictObject({
  gas: gas.optional(),
  digits: dated(z.int().min(3).max(12)).optional(),
  resolution: dated(positive).optional(),
  maxRatePerHour: dated(positive).optional(),
  exchanges: z
    .array(
      z.strictObject({
        at: instant,
        final: finite.min(0),
        initial: finite.min(0),
        digits: z.int().min(3).max(12).optional(),
        resolution: positive.optional(),
        multiplier: positive.optional(),
      }),
    )
    .default([]),
});

const meter = z.strictObject({
  id,
  name: name.optional(),
  role: z.enum(ROLE_NAMES),
  enterprise: dated(id).optional(),
  parent: dated(id.nullable()).optional(),
  multiplier: dated(positive).optional(),
  maxPowerKw: dated(positive).optional(),
  sharing: sharing.optional(),
  reportsEvery: z.union([duration, z.strictObject({ onChange: positive, heartbeat: duration })]).optional(),
  invert: z.boolean().default(false),
  sum: z
    .array(z.strictObject({ meter: id, factor: z.union([z.literal(1), z.literal(-1)]) }))
    .min(1)
    .optional(),
  registers: z.record(channel, register).default({}),
  fuel: z.string().min(1).max(40).optional(),
  heatSource: z.enum(["fossil", "non-fossil"]).optional(),
  /** Of heat: the enterprise that made it. Within a scope that holds both, it does not cross the edge. */
  suppliedBy: dated(id).optional(),
  /** Of gas and fuel: what it is used for (Annex 4); final-use where not said. Feedstock is not burnt and not counted. */
  activity: z.enum([...FUEL_ACTIVITIES, "feedstock"]).optional(),
  limits: z.strictObject({ importKw: positive, exportKw: finite.min(0) }).optional(),
});

const asset = z.discriminatedUnion("kind", [
  z.strictObject({
    id,
    name,
    kind: z.literal("pv"),
    enterprise: id,
    meters: z.array(id).min(1),
    capacityKwp: positive,
    tiltDeg: finite.min(0).max(90),
    azimuthDeg: finite.min(0).max(360),
    commissioned: date,
    /** The project's code on its green certificates: certificates and meters of one plant are one project. */
    certificateProject: z.string().min(1).max(120).optional(),
  }),
  z.strictObject({
    id,
    name,
    kind: z.literal("storage"),
    enterprise: id,
    meters: z.array(id).length(1),
    capacityKwh: positive,
    maxChargeKw: positive,
    maxDischargeKw: positive,
    chargeEfficiency: share.gt(0),
    dischargeEfficiency: share.gt(0),
    minStateOfCharge: share,
    maxStateOfCharge: share,
    duty: z.enum(["arbitrage", "frequency"]).default("arbitrage"),
  }),
  z.strictObject({
    id,
    name,
    kind: z.literal("flexible-load"),
    enterprise: id,
    meters: z.array(id).min(1),
    maxUpKw: finite.min(0),
    maxDownKw: finite.min(0),
    maxDurationMin: positive,
    noticeMin: finite.min(0),
  }),
  z.strictObject({
    id,
    name,
    kind: z.literal("charger"),
    enterprise: id,
    meters: z.array(id).min(1),
    points: z.int().positive(),
    maxPowerKw: positive,
  }),
  z.strictObject({
    id,
    name,
    kind: z.literal("data-hall"),
    enterprise: id,
    meters: z.array(id).min(1),
    itMeters: z.array(id).min(1),
    /** Water and natural gas of the hall alone; without water meters the enterprise's are taken. */
    waterMeters: z.array(id).min(1).optional(),
    gasMeters: z.array(id).min(1).optional(),
  }),
]);

const jsonPath = z.string().min(1).max(200);
const text = z.string().min(1).max(200);

/** One tag of a gateway and the meter's channel that it is. */
const gatewayPoint = z.strictObject({
  /** The tag's name (format json: its path, keys joined by dots), and where the name alone is not enough, whose it is. */
  match: z.strictObject({
    tag: text,
    device: text.optional(),
    node: text.optional(),
    group: text.optional(),
  }),
  meter: id,
  channel: z.enum(CHANNEL_NAMES, "must be a channel, e.g. energyImportKwh or powerKw"),
  /** value = sign × (raw × scale + offset), in `unit`; reckoned in decimals: 123 × 0.1 is 12.3. */
  scale: positive.default(1),
  offset: finite.default(0),
  /** −1 where the gateway's power is positive when the thing metered gives. */
  sign: z.literal([1, -1], "must be 1 or -1").default(1),
  /** What the scaled value is in, e.g. Wh, MW or %; without it, the channel's own unit. */
  unit: z.string().optional(),
  /** How the raw value is held on the bus: what is outside, or stands for "not available", is no number. */
  integer: z.enum(INTEGER_KINDS).optional(),
});

/** How another gateway's topics and payloads are read (docs/gateways.md has whole examples). */
const gateway = z.strictObject({
  id,
  format: z.enum(GATEWAY_FORMATS),
  /** An MQTT filter; `{device}`, `{node}` and `{group}` stand for a level and give it a name to match. */
  topic: z.string(),
  /** Filters of topics on which the gateway tells of itself (its state, its answers) and sends no readings. */
  ignore: z.array(z.string()).default([]),
  time: z
    .strictObject({
      /** Format json: where the time is, in the item or else in the message. */
      path: jsonPath.optional(),
      /** `local` (2026-11-20 16:15:00) and `yyyyMMddHHmmssSSS` are in the park's time zone. */
      format: z.enum(TIME_FORMATS).optional(),
      missing: z.enum(["refuse", "arrival"]).optional(),
    })
    .optional(),
  /** Tags that no point names: counted, or also a dead letter, to be sent again when they are declared. */
  unmapped: z.enum(["ignore", "dead-letter"]).default("ignore"),
  /** Format json: the path of the list of items, where one message holds several. */
  items: jsonPath.optional(),
  /** Format json: the path of the device's name, in the item or else in the message. */
  device: jsonPath.optional(),
  points: z.array(gatewayPoint).min(1),
});

/** 等价值 of electricity as an authority named it. */
const equivalent = z.strictObject({
  kgcePerKwh: positive.refine(
    (value) => refuseEquivalent(value) === null,
    "an equivalent value 等价值 of electricity, 0.2 to 0.5 kgce/kWh, and not the calorific value 当量值 0.1229: Annex 3 converts at 等价值",
  ),
  authority: z.string().min(1).max(300),
  grade: z.enum(["A", "B", "C", "D"]),
});

export const parkFileSchema = z.strictObject({
  park: z.strictObject({
    id,
    name,
    timeZone: z.string(),
    location: z
      .strictObject({
        latitude: finite.min(-90).max(90),
        longitude: finite.min(-180).max(180),
        altitudeM: finite.min(-500).max(6000),
      })
      .optional(),
    province: z.string().optional(),
    /** Of all meters that do not say otherwise. Linear by default: it needs no history and invents no shape. */
    sharing: sharing.default("linear"),
    /** Where the figures of this file (contracts, ratings, targets' base year) come from. */
    figures: z.enum(["declared", "simulated"]).default("declared"),
  }),
  boundaries: z
    .array(
      z.strictObject({
        id,
        name: name.optional(),
        standard: z.string(),
        members: z
          .array(
            z.union([
              id.transform((enterprise) => ({ enterprise })),
              z.strictObject({ enterprise: id, from: instant.optional(), to: instant.optional() }),
            ]),
          )
          .min(1),
        /** Which tier of Annex 3 applies, by yearly consumption in tce. */
        annualConsumption: z.enum(["200k-1M tce", "over 1M tce"]).optional(),
        /** kgce per kWh of electricity at 等价值, with the authority that named it, by date; absent where none has yet. */
        electricityEquivalent: z
          .union([
            equivalent.transform((value) => [{ from: null as string | null, ...value }]),
            z.array(equivalent.extend({ from: date.nullable().default(null) })).min(1),
          ])
          .optional(),
        /** Guiding indicators that the boundary cannot pursue, with the reason given in its application (Annex 3). */
        leftOut: z.array(z.strictObject({ indicator: id, reason: z.string().min(1).max(300) })).default([]),
        targets: z
          .array(z.strictObject({ year: z.int().min(2000).max(2100), tco2PerTce: finite.min(0) }))
          .default([]),
        /** Indicator values of years before metering began, as declared elsewhere. */
        declared: z
          .array(z.strictObject({ year: z.int(), tco2PerTce: finite.min(0), evidence: z.string() }))
          .default([]),
        /** 已批项目: a yearly amount of a lever from a date on. */
        projects: z
          .array(
            z.strictObject({
              id,
              name,
              lever: z.enum(LEVERS),
              amount: positive,
              from: date,
              evidence: z.string().min(1).max(300),
            }),
          )
          .default([]),
        /** How far a lever goes, beyond the approved projects, and who says so. */
        levers: z
          .partialRecord(
            z.enum(LEVERS),
            z.strictObject({ limit: finite.min(0), evidence: z.string().min(1).max(300) }),
          )
          .default({}),
        /** Electricity that does what a m³ of natural gas did, by the equipment meant. */
        gasReplacement: z
          .strictObject({ kwhPerM3: positive, evidence: z.string().min(1).max(300) })
          .optional(),
      }),
    )
    .default([]),
  networks: z
    .array(
      z.strictObject({
        id,
        name: name.optional(),
        kind: z.enum(["public", "private", "direct-line"]),
        members: z.array(id).min(1),
      }),
    )
    .default([]),
  enterprises: z.array(z.strictObject({ id, name, sector: z.string().regex(/^[a-z][a-z0-9-]*$/) })).min(1),
  meters: z.array(meter).min(1),
  assets: z.array(asset).default([]),
  /** Monthly green-power contracts as declared, until the ledger holds settlements. */
  contracts: z
    .array(
      z.strictObject({
        id,
        kind: z.enum(["green-trade", "certificate", "direct-line"]),
        enterprise: id,
        month,
        energyKwh: positive,
        project: z.string().min(1).max(120),
        evidence: z.string().min(1).max(300),
      }),
    )
    .default([]),
  /** The grid's clean share by local hour in a month, as its operator publishes it; without it there is no 24/7 share. */
  gridCleanShares: z
    .array(
      z.strictObject({
        month,
        byHour: z.array(share).length(24),
        authority: z.string().min(1).max(300),
        grade: z.enum(["A", "B", "C", "D"]),
      }),
    )
    .default([]),
  /** Time-of-use tariffs, each in force from its date. */
  tariffs: z.array(tariffSchema).default([]),
  /** Largest share by which a meter may differ from the meters below it (总分表平衡) before it is flagged. */
  subMeterTolerance: share.default(0.02),
  gateways: z.array(gateway).default([]),
});

export type ParkFile = z.output<typeof parkFileSchema>;
export type MeterEntry = ParkFile["meters"][number];
export type RegisterEntry = z.output<typeof register>;
export type Asset = ParkFile["assets"][number];
export type StorageAsset = Extract<Asset, { kind: "storage" }>;
export type PvAsset = Extract<Asset, { kind: "pv" }>;
export type Contract = ParkFile["contracts"][number];
export type GridCleanShare = ParkFile["gridCleanShares"][number];
export type Boundary = ParkFile["boundaries"][number];
export type Network = ParkFile["networks"][number];
export type Enterprise = ParkFile["enterprises"][number];
export type GatewayEntry = ParkFile["gateways"][number];
export type LocalName = z.output<typeof name>;
