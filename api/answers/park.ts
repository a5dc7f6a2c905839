import { z } from "@hono/zod-openapi";
import { instantText, localName } from "./common.ts";

export const parkAnswer = z.object({
  id: z.string(),
  name: localName,
  timeZone: z.string(),
  province: z.string().nullable(),
  figures: z.enum(["declared", "simulated"]),
  location: z.object({ latitude: z.number(), longitude: z.number(), altitudeM: z.number() }).nullable(),
  boundaries: z.array(
    z.object({
      id: z.string(),
      name: localName.nullable(),
      standard: z.string(),
      members: z.array(z.string()),
    }),
  ),
  networks: z.array(
    z.object({ id: z.string(), name: localName.nullable(), kind: z.string(), members: z.array(z.string()) }),
  ),
  enterprises: z.array(z.object({ id: z.string(), name: localName, sector: z.string(), group: z.string() })),
  meters: z.array(
    z.object({
      id: z.string(),
      name: localName.nullable(),
      role: z.string(),
      medium: z.string(),
      enterprise: z.string().nullable(),
      parent: z.string().nullable(),
      virtual: z.boolean(),
      maxPowerKw: z.number().nullable(),
      reportsEverySeconds: z.number(),
      channels: z.array(z.string()),
    }),
  ),
  assets: z.array(
    z.object({
      id: z.string(),
      name: localName,
      kind: z.string(),
      enterprise: z.string(),
      meters: z.array(z.string()),
    }),
  ),
  /** Who asks, and for what. */
  caller: z.object({ role: z.enum(["office", "enterprise", "vpp"]), enterprise: z.string().nullable() }),
});

export const healthAnswer = z.object({
  status: z.enum(["ok", "degraded", "starting"]),
  version: z.string(),
  time: instantText,
  broker: z.object({ state: z.enum(["up", "down", "starting"]), detail: z.string() }),
  telemetry: z.object({ state: z.enum(["up", "down"]), detail: z.string() }),
  ledger: z.object({ state: z.enum(["up", "down"]), detail: z.string() }),
  ingest: z
    .object({
      ageSeconds: z.number(),
      messages: z.number(),
      readings: z.number(),
      duplicates: z.number(),
      waiting: z.number(),
      held: z.number(),
      dirtyMeters: z.number(),
      oldestDirtySeconds: z.number().nullable(),
      undeclaredMeters: z
        .number()
        .nullable()
        .describe("meters with stored readings that the park file does not declare; null: not known yet"),
      deadLetters: z.number().describe("open ones: not sent again yet"),
      deadLettersByReason: z.record(z.string(), z.number()),
      gateways: z
        .record(
          z.string(),
          z.object({
            messages: z.number(),
            errors: z.number().describe("tags the gateway could not read"),
            unmapped: z.number().describe("tags that no point of the park file names"),
          }),
        )
        .describe("since the start, by gateway"),
    })
    .nullable(),
});

export const deadLettersAnswer = z.object({
  open: z.number().describe("of all dead letters those not sent again yet"),
  letters: z.array(
    z.object({
      id: z.number(),
      time: instantText,
      topic: z.string(),
      reason: z.string(),
      detail: z.string(),
      bytes: z.number(),
      encoding: z.enum(["utf8", "base64"]),
      payload: z.string(),
      sentAgain: z
        .object({ time: instantText, outcome: z.enum(["taken", "refused"]) })
        .nullable()
        .describe("null while it is open; refused: what was refused again is a newer letter"),
    }),
  ),
  next: z.number().nullable().describe("`before` for the next page"),
});

export type ParkAnswer = z.infer<typeof parkAnswer>;
export type HealthAnswer = z.infer<typeof healthAnswer>;
export type DeadLettersAnswer = z.infer<typeof deadLettersAnswer>;

export const tokensAnswer = z.object({
  tokens: z.array(
    z.object({
      id: z.string(),
      role: z.enum(["office", "enterprise", "vpp"]),
      enterprise: z.string().nullable(),
      label: z.string(),
      created: instantText,
      expires: instantText.nullable(),
      revoked: instantText.nullable(),
    }),
  ),
});

export const tokenMadeAnswer = z.object({ id: z.string(), token: z.string().describe("told this once") });

export type TokensAnswer = z.infer<typeof tokensAnswer>;
export type TokenMadeAnswer = z.infer<typeof tokenMadeAnswer>;
