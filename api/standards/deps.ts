import type { Park } from "../../park/park.ts";
import type { Scope } from "../../park/topology.ts";
import type { Factor } from "../../standards/factors/factor.ts";
import type { FactorUsed } from "../answers/common.ts";
import type { EnergyReader } from "../energy/reader.ts";
import type { ParkMatching } from "./matching.ts";
import type { RecordBook } from "./record-book.ts";

/** What the answers that apply rules are made from. */
export interface StandardsDeps {
  readonly park: Park;
  readonly reader: EnergyReader;
  readonly matching: ParkMatching;
  /** What was declared and stands. */
  readonly records: RecordBook;
}

/** A scope and a half-open span; both edges on quarter-hours. */
export interface StandardsQuery {
  readonly scope: Scope;
  readonly fromMs: number;
  readonly toMs: number;
  readonly nowMs: number;
  /** Ids of factor sets that fix their families; checked by whoever asks. */
  readonly factors?: readonly string[];
  /** What exports carry; of their own kind where not said. */
  readonly exports?: "own-kind" | "other";
}

/** A factor as answers show it. */
export function factorUsed(factor: Factor): FactorUsed {
  const { id, value, unit, grade, source, year } = factor;
  return { id, value, unit, grade, source, year };
}
