import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { type Sample, slopePerSecond } from "./stats.ts";

/** Memory and processor time of a process, sampled from outside. */

const SAMPLE_MS = 500;
const TICKS_A_SECOND = 100;

export interface ProcessFigures {
  readonly maxRssMb: number;
  /** Rise of memory over the last two thirds of the samples; null with too few. */
  readonly rssMbPerMinute: number | null;
  /** Null where the system does not tell it. */
  readonly cpuSeconds: number | null;
}

export class ProcessMeter {
  readonly #pid: number;
  readonly #samples: Sample[] = [];
  readonly #cpuAtStart: number | null;
  readonly #timer: NodeJS.Timeout;

  constructor(pid: number) {
    this.#pid = pid;
    this.#cpuAtStart = cpuSeconds(pid);
    this.#sample();
    this.#timer = setInterval(() => this.#sample(), SAMPLE_MS);
  }

  /** Ends the sampling; the process must still be there for its processor time. */
  end(): ProcessFigures {
    clearInterval(this.#timer);
    this.#sample();
    const cpu = cpuSeconds(this.#pid);
    const slope = slopePerSecond(this.#samples.slice(Math.floor(this.#samples.length / 3)));
    return {
      maxRssMb: Math.max(0, ...this.#samples.map((s) => s.value)),
      rssMbPerMinute: slope === null ? null : slope * 60,
      cpuSeconds: cpu === null || this.#cpuAtStart === null ? null : cpu - this.#cpuAtStart,
    };
  }

  #sample(): void {
    const rssMb = residentMb(this.#pid);
    if (rssMb !== null) this.#samples.push({ timeMs: Date.now(), value: rssMb });
  }
}

function residentMb(pid: number): number | null {
  try {
    if (process.platform === "linux") {
      const kb = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
      return kb === undefined ? null : Number(kb) / 1024;
    }
    return Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" })) / 1024;
  } catch {
    return null; // it has ended
  }
}

function cpuSeconds(pid: number): number | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
  } catch {
    return null;
  }
}
