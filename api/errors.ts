import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { Problem } from "../park/problems.ts";
import { StoreError } from "../store/telemetry.ts";
import type { ErrorAnswer } from "./answers/common.ts";
import type { ApiEnv } from "./context.ts";

/** The closed set of error codes and the one place that turns errors into answers. */

type ErrorCode = ErrorAnswer["code"];

const STATUS = {
  "bad-request": 400,
  unauthorized: 401,
  forbidden: 403,
  "not-found": 404,
  "method-not-allowed": 405,
  "too-much": 413,
  "too-many-requests": 429,
  unavailable: 503,
  internal: 500,
} as const satisfies Record<ErrorCode, number>;

/** Thrown by routes; its message is shown to the caller as it is. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: ErrorCode;
  readonly issues: readonly Problem[];
  constructor(code: ErrorCode, message: string, issues: readonly Problem[] = []) {
    super(message);
    this.code = code;
    this.issues = issues;
  }
}

/** 400 with every problem of the question. */
export function badRequest(issues: readonly Problem[]): ApiError {
  return new ApiError("bad-request", "The question cannot be answered as asked.", issues);
}

/** Any error as an answer; what is not ours to show is logged and told in general words. */
export function errorResponse(error: unknown, c: Context<ApiEnv>): Response {
  const requestId = c.get("requestId");
  const answer = (code: ErrorCode, message: string, issues: readonly Problem[] = []) => {
    const body: ErrorAnswer = {
      code,
      message,
      requestId,
      ...(issues.length > 0 ? { issues: [...issues] } : {}),
    };
    if (code === "unavailable") c.header("Retry-After", "5");
    if (code === "unauthorized") c.header("WWW-Authenticate", 'Bearer realm="lingtan"');
    return c.json(body, STATUS[code]);
  };
  if (error instanceof ApiError) return answer(error.code, error.message, error.issues);
  if (error instanceof StoreError) {
    if (error.code === "too-much")
      return answer(
        "too-much",
        "The answer would be too large: ask for a shorter span or a coarser resolution.",
      );
    c.get("log").error({ err: error, requestId }, "a store failed");
    return answer("unavailable", "A store does not answer. Try again in a few seconds.");
  }
  if (error instanceof HTTPException) {
    if (error.status === 413) return answer("too-much", "The request is too large.");
    if (error.status === 401) return answer("unauthorized", "A token or a session is needed.");
    if (error.status === 403) return answer("forbidden", "The request was refused.");
    if (error.status < 500) return answer("bad-request", "The request cannot be read.");
  }
  c.get("log").error({ err: error, requestId }, "an unexpected error");
  return answer("internal", "Something failed inside. The request id helps to find it in the log.");
}
