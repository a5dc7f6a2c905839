import { describeProblems, ProblemsError } from "../park/problems.ts";
import { DataDirLockedError } from "../store/duckdb/lock.ts";
import { StoreError } from "../store/telemetry.ts";

/** Another process writes this park's telemetry now; processes exit 75 on it. */
export class LeaseLostError extends Error {
  override readonly name = "LeaseLostError";
}

/** Exit codes, as sysexits.h names them. */
export const EXIT = { ok: 0, failed: 1, usage: 64, temporary: 75, config: 78 } as const;

/** The text to show and the code to exit with for an error that ends a process. */
export function explainExit(error: unknown): { readonly text: string; readonly code: number } {
  if (error instanceof ProblemsError) return { text: describeProblems(error), code: EXIT.config };
  if (error instanceof DataDirLockedError) {
    return {
      text: `${error.message}. Stop it first, or set DATA_DIR to another folder.`,
      code: EXIT.temporary,
    };
  }
  if (error instanceof LeaseLostError) {
    return { text: `another process writes this park now: ${error.message}`, code: EXIT.temporary };
  }
  if (error instanceof StoreError && error.code === "unsupported")
    return { text: error.message, code: EXIT.config };
  if (error instanceof StoreError)
    return { text: `the store cannot be opened: ${error.message}`, code: EXIT.failed };
  if (error instanceof Error && "code" in error) {
    if (error.code === "EADDRINUSE") {
      return {
        text: `${error.message}. Set PORT (pages) or MQTT_PORT (broker) to a free one.`,
        code: EXIT.temporary,
      };
    }
    if (["EACCES", "EPERM", "EROFS", "EEXIST", "ENOTDIR", "ENOSPC"].includes(String(error.code))) {
      return { text: `${error.message}. Is DATA_DIR a folder that can be written?`, code: EXIT.config };
    }
  }
  return { text: error instanceof Error ? (error.stack ?? error.message) : String(error), code: EXIT.failed };
}
