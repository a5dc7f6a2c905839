import { createRoute, z } from "@hono/zod-openapi";
import { LEVERS, type Lever } from "../../park/levers.ts";
import { NO_AMOUNTS } from "../../standards/pathway/scenario.ts";
import { pathwayAnswer as pathwaySchema } from "../answers/pathway.ts";
import { Pathways, type Scenario } from "../pathway.ts";
import { type ApiApp, newRoutes, type RouteDeps } from "../routing.ts";
import { pathwayTable } from "../tables/pathway.ts";
import { fileParams, jsonOrFile, languageOf, replyFile } from "../tables/reply.ts";
import { errors } from "./describe.ts";
import { askBoundary, askFactors, boundaryParam, exportsParam, factorsParam } from "./questions.ts";

/** What a lever's amount is, for whoever reads the API's description. */
const AMOUNTS: Readonly<Record<Lever, string>> = {
  directLineGwh: "GWh a year over a direct green line",
  certificates: "certificates or traded MWh a year",
  pvMwp: "MWp of PV in the park",
  efficiencyGwh: "GWh a year not used",
  storageMwh: "MWh of storage",
  gasToPowerM3: "m³ of natural gas a year replaced by electricity",
};

const LARGEST_AMOUNT = 1e12;

const amountParam = (lever: Lever) =>
  z
    .string()
    .max(24)
    .regex(/^\d+(\.\d+)?$/, "a number of 0 or more, e.g. 180 or 12.5")
    .transform(Number)
    .refine((amount) => amount <= LARGEST_AMOUNT, `at most ${LARGEST_AMOUNT}`)
    .optional()
    .openapi({ type: "string", description: `scenario: ${AMOUNTS[lever]}`, example: "20" });

const amountParams = {
  directLineGwh: amountParam("directLineGwh"),
  certificates: amountParam("certificates"),
  pvMwp: amountParam("pvMwp"),
  efficiencyGwh: amountParam("efficiencyGwh"),
  storageMwh: amountParam("storageMwh"),
  gasToPowerM3: amountParam("gasToPowerM3"),
} satisfies Record<Lever, unknown>;

/** GET /pathway, with a scenario where amounts of levers are named. */
export function pathwayRoutes({ park, standards, now }: RouteDeps): ApiApp {
  const pathways = new Pathways(standards);
  const pathway = createRoute({
    method: "get",
    path: "/pathway",
    summary:
      "The target line, what is reached, where it leads and how sure that is, the gap in tCO2 and zero-factor kWh, and a scenario that closes it",
    request: {
      query: z.object({
        boundary: boundaryParam,
        factors: factorsParam,
        exports: exportsParam,
        ...amountParams,
        gasPower: z.enum(["zero", "other"]).default("zero").openapi({
          description: "scenario: what replaces the gas, zero-factor power or other electricity",
        }),
        ...fileParams,
      }),
    },
    responses: { 200: jsonOrFile(pathwaySchema, "Pathway"), ...errors },
  });
  return newRoutes().openapi(pathway, async (c) => {
    const nowMs = now();
    const asked = c.req.valid("query");
    const boundary = askBoundary(park, c.get("actor"), asked.boundary, {
      fromMs: park.calendar.at(2000, 1, 1),
      toMs: nowMs,
    });
    const factors = askFactors(park.calendar, asked.factors, nowMs);
    const answer = await pathways.answer(
      { boundary, nowMs, factors, exports: asked.exports },
      scenarioOf(asked),
    );
    if (asked.format === "json") return c.json(answer, 200);
    const language = languageOf(asked.lang);
    return await replyFile(c, pathwayTable(answer, language), asked.format, language);
  });
}

/** The scenario asked for; null where no lever is named. */
function scenarioOf(
  asked: Partial<Record<Lever, number | undefined>> & { readonly gasPower: Scenario["gasPower"] },
): Scenario | null {
  const amounts = { ...NO_AMOUNTS };
  let named = false;
  for (const lever of LEVERS) {
    const amount = asked[lever];
    if (amount === undefined) continue;
    amounts[lever] = amount;
    named = true;
  }
  return named ? { amounts, gasPower: asked.gasPower } : null;
}
