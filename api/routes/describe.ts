import type { z } from "@hono/zod-openapi";
import { errorAnswer } from "../answers/common.ts";

/** How answers are described in /openapi.json. */

export function json<T extends z.ZodType>(schema: T, description: string) {
  return { description, content: { "application/json": { schema } } };
}

const error = (description: string) => json(errorAnswer, description);

/** The errors any question may meet. */
export const errors = {
  400: error("The question is wrong: see issues"),
  401: error("No credential"),
  403: error("Not this account's to read"),
  404: error("Nothing there"),
  413: error("Too much asked"),
  429: error("Too many failed credentials"),
  503: error("A store does not answer; see Retry-After"),
} as const;
