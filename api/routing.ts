import { OpenAPIHono } from "@hono/zod-openapi";
import type { Logger } from "pino";
import type { Park } from "../park/park.ts";
import { problemsOf } from "../park/shape-problems.ts";
import type { FeedReader } from "../store/feed.ts";
import type { Ledger } from "../store/ledger.ts";
import type { Telemetry } from "../store/telemetry.ts";
import type { Accounts } from "./access.ts";
import type { ApiEnv } from "./context.ts";
import type { EnergyService } from "./energy/service.ts";
import { badRequest } from "./errors.ts";
import type { LiveHub } from "./live/hub.ts";
import type { StandardsDeps } from "./standards/deps.ts";

/** What the API needs to answer; the same for embedded and server shape. */
export interface ApiDeps {
  readonly park: Park;
  readonly telemetry: Telemetry;
  readonly ledger: Ledger;
  readonly feed: FeedReader;
  readonly now: () => number;
  readonly log: Logger;
  readonly version: string;
  /** A folder for what can be made again, so that a restart is quick; without it nothing is kept on disk. */
  readonly cacheFolder?: string;
  /** Folder of the built pages; null: the API alone. */
  readonly webRoot: string | null;
}

/** What every group of routes is given. */
export interface RouteDeps extends ApiDeps {
  readonly energy: EnergyService;
  readonly accounts: Accounts;
  readonly hub: LiveHub;
  readonly standards: StandardsDeps;
}

export type ApiApp = OpenAPIHono<ApiEnv>;

/** A group's own app: problems of a question become one 400 with all issues. */
export function newRoutes(): ApiApp {
  return new OpenAPIHono<ApiEnv>({
    defaultHook: (result) => {
      if (result.success) return;
      // The validator hands on what it read, though its type does not say so.
      const raw: unknown = "data" in result ? result.data : undefined;
      throw badRequest(problemsOf(raw, result.error, rootOf(result.target)));
    },
  });
}

function rootOf(target: string): string {
  return target === "json" || target === "form" ? "body" : target;
}
