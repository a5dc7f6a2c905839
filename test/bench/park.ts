import { parsePark } from "../../park/load.ts";
import type { Park } from "../../park/park.ts";
import type { RegisterChannel } from "../../park/quantities.ts";

/** A park of any size: works of twenty meters, each behind a gate of its own. */

const METERS_OF_WORKS = 20;

export interface BenchPark {
  readonly park: Park;
  readonly yaml: string;
  /** The real meters, each with the register that its messages carry. */
  readonly meters: readonly { readonly id: string; readonly channel: RegisterChannel }[];
}

/** A park with this many meters. */
export function benchPark(meterCount: number): BenchPark {
  const enterprises: string[] = [];
  const lines: string[] = [];
  const meters: { id: string; channel: RegisterChannel }[] = [];
  for (let i = 0; i < meterCount; i++) {
    const works = `works-${Math.floor(i / METERS_OF_WORKS)}`;
    const place = i % METERS_OF_WORKS;
    if (place === 0)
      enterprises.push(`  - { id: ${works}, name: { zh: ${works}, en: ${works} }, sector: steel }`);
    const role = place === 0 ? "grid" : place < 3 ? "pv" : place === 3 ? "storage" : "load";
    const id = `${works}-${role}-${place}`;
    const both = role === "grid" || role === "storage";
    const registers = both ? ", registers: { energyImportKwh: {}, energyExportKwh: {} }" : "";
    const parent = place === 0 ? "" : `, parent: ${works}-grid-0`;
    lines.push(
      `  - { id: ${id}, role: ${role}, enterprise: ${works}${parent}, maxPowerKw: 1000, reportsEvery: 1m${registers} }`,
    );
    meters.push({ id, channel: role === "pv" ? "energyExportKwh" : "energyImportKwh" });
  }
  const yaml = [
    "park: { id: bench, name: { zh: 量测, en: Bench }, timeZone: Asia/Shanghai }",
    "enterprises:",
    ...enterprises,
    "meters:",
    ...lines,
    "",
  ].join("\n");
  return { park: parsePark(yaml), yaml, meters };
}
