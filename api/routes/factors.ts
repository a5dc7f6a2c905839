import { createRoute, z } from "@hono/zod-openapi";
import { FACTOR_SETS } from "../../standards/factors/released.ts";
import { type FactorsAnswer, factorsAnswer } from "../answers/factors.ts";
import { type ApiApp, newRoutes } from "../routing.ts";
import { factorUsed } from "../standards/deps.ts";
import { errors, json } from "./describe.ts";

/** GET /factors: the rules' own data, which anyone who is signed in may read. */
export function factorRoutes(): ApiApp {
  const factors = createRoute({
    method: "get",
    path: "/factors",
    summary: "Every factor set: values, sources, grades, validity",
    request: {
      query: z.object({
        family: z.string().max(64).optional().openapi({ example: "electricity-co2" }),
      }),
    },
    responses: { 200: json(factorsAnswer, "Factor sets"), ...errors },
  });
  return newRoutes().openapi(factors, (c) => {
    const { family } = c.req.valid("query");
    return c.json(listFactors(family ?? null), 200);
  });
}

function listFactors(family: string | null): FactorsAnswer {
  return {
    sets: FACTOR_SETS.filter((s) => family === null || s.family === family).map((set) => ({
      id: set.id,
      family: set.family,
      name: { ...set.name },
      source: set.source,
      from: set.from,
      to: set.to,
      chosen: set.chosen,
      supersedes: set.supersedes,
      factors: set.factors.map((f) => ({
        ...factorUsed(f),
        subject: f.subject,
        name: { ...f.name },
        range: f.range === undefined ? null : { ...f.range },
      })),
    })),
  };
}
