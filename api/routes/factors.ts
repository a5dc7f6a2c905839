import { createRoute, z } from "@hono/zod-openapi";
import { FACTOR_SETS } from "../../standards/factors/released.ts";
import { RULE_SETS } from "../../standards/rules/released.ts";
import { type FactorsAnswer, factorsAnswer, ruleSetsAnswer } from "../answers/factors.ts";
import { type ApiApp, newRoutes, type RouteDeps } from "../routing.ts";
import { factorUsed } from "../standards/deps.ts";
import { errors, json } from "./describe.ts";

/** GET /factors, /rule-sets: the rules' own data, which anyone who is signed in may read. */
export function factorRoutes({ park }: RouteDeps): ApiApp {
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
  const ruleSets = createRoute({
    method: "get",
    path: "/rule-sets",
    summary: "Every rule set: tiers, targets by year, guiding indicators, sources, grades",
    responses: { 200: json(ruleSetsAnswer, "Rule sets"), ...errors },
  });
  const listed = RULE_SETS.map((set) => ({
    ...structuredClone(set),
    boundaries: park.boundaries.filter((b) => b.standard === set.id).map((b) => b.id),
  }));
  return newRoutes()
    .openapi(factors, (c) => c.json(listFactors(c.req.valid("query").family ?? null), 200))
    .openapi(ruleSets, (c) => c.json({ ruleSets: listed }, 200));
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
