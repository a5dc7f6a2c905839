import type { Checks } from "./checks.ts";
import type { Meter } from "./park.ts";
import type { ParkFile } from "./schema.ts";

/** Checks what assets name: enterprises and meters that exist, PV's and storages' meters each of their own role and of one asset alone. */
export function checkAssets(
  file: ParkFile,
  enterpriseIds: ReadonlySet<string>,
  meterById: ReadonlyMap<string, Meter>,
  checks: Checks,
): void {
  const taken = new Map<string, string>();
  file.assets.forEach((a, i) => {
    const path = `assets[${i}] (${a.id})`;
    checks.known(enterpriseIds, a.enterprise, `${path}.enterprise`, "enterprise");
    a.meters.forEach((m, j) => checks.known(meterById, m, `${path}.meters[${j}]`, "meter"));
    if (a.kind === "data-hall")
      for (const key of ["itMeters", "waterMeters", "gasMeters"] as const)
        a[key]?.forEach((m, j) => checks.known(meterById, m, `${path}.${key}[${j}]`, "meter"));
    if (a.kind === "pv" || a.kind === "storage") {
      a.meters.forEach((m, j) => {
        const role = meterById.get(m)?.role;
        if (role !== undefined && role !== a.kind)
          checks.complain(`${path}.meters[${j}]`, `a meter of role ${a.kind}`, `${m}, of role ${role}`);
        const other = taken.get(m);
        if (other !== undefined)
          checks.complain(`${path}.meters[${j}]`, "a meter of no other asset", `${m}, of ${other}`);
        taken.set(m, a.id);
      });
    }
    if (a.kind === "storage" && a.minStateOfCharge >= a.maxStateOfCharge) {
      checks.complain(
        `${path}.minStateOfCharge`,
        `less than maxStateOfCharge (${a.maxStateOfCharge})`,
        a.minStateOfCharge,
      );
    }
  });
}
