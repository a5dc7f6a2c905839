import type { Logger } from "pino";
import { explainExit } from "./exit.ts";

/** Runs a service until a signal asks it to stop, then stops it; a second signal ends it at once. */
export interface Service {
  /** Resolves when everything has been begun. */
  start(signal: AbortSignal): Promise<void>;
  stop(): Promise<void>;
  /** Rejects when the service cannot go on (a lost lease). */
  readonly failed: Promise<never>;
}

const LONGEST_STOP_MS = 20_000;

/** @returns the exit code */
export async function runService(service: Service, log: Logger): Promise<number> {
  const abort = new AbortController();
  const asked = new Promise<void>((resolve) => {
    let times = 0;
    const onSignal = (name: NodeJS.Signals) => {
      times++;
      if (times > 1) process.exit(130);
      log.info({ signal: name }, "stopping");
      abort.abort();
      resolve();
    };
    process.on("SIGINT", onSignal);
    process.on("SIGTERM", onSignal);
  });
  let code = 0;
  try {
    await Promise.race([service.start(abort.signal).then(() => asked), asked, service.failed]);
  } catch (error) {
    const { text, code: exitCode } = explainExit(error);
    process.stderr.write(`${text}\n`);
    code = exitCode;
    abort.abort();
  }
  const timer = setTimeout(() => {
    log.error("stopping took too long");
    process.exit(code === 0 ? 1 : code);
  }, LONGEST_STOP_MS);
  timer.unref();
  await service.stop();
  clearTimeout(timer);
  return code;
}
