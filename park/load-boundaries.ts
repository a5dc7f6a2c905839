import type { Checks } from "./checks.ts";
import type { ParkFile } from "./schema.ts";

/** Checks whom boundaries, networks and contracts name, and that what they date comes one after another. */
export function checkMemberships(file: ParkFile, enterpriseIds: ReadonlySet<string>, checks: Checks): void {
  file.boundaries.forEach((b, i) => {
    const path = `boundaries[${i}] (${b.id})`;
    b.members.forEach((m, j) => {
      checks.known(enterpriseIds, m.enterprise, `${path}.members[${j}]`, "enterprise");
      const { from, to } = "from" in m || "to" in m ? m : {};
      if (from !== undefined && to !== undefined && from >= to) {
        checks.complain(`${path}.members[${j}].to`, "an instant after from", checks.instant(to));
      }
    });
    for (const key of ["targets", "declared"] as const)
      b[key].forEach(({ year }, j) => {
        const before = b[key][j - 1];
        if (before !== undefined && before.year >= year)
          checks.complain(`${path}.${key}[${j}].year`, "a year after the one before it", year);
      });
    b.electricityEquivalent?.forEach(({ from }, j) => {
      const before = b.electricityEquivalent?.[j - 1];
      if (before !== undefined && (before.from ?? "") >= (from ?? ""))
        checks.complain(
          `${path}.electricityEquivalent[${j}].from`,
          "a date after the one before it",
          from ?? "none",
        );
    });
    checks.unique(b.projects, `${path}.projects`);
  });
  file.networks.forEach((n, i) => {
    n.members.forEach((m, j) =>
      checks.known(enterpriseIds, m, `networks[${i}] (${n.id}).members[${j}]`, "enterprise"),
    );
  });
  file.contracts.forEach((c, i) =>
    checks.known(enterpriseIds, c.enterprise, `contracts[${i}] (${c.id}).enterprise`, "enterprise"),
  );
}
