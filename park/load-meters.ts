import type { Checks } from "./checks.ts";
import { always, type Dated, valueAt } from "./dated.ts";
import type { DatedDay } from "./day-kinds.ts";
import { registersOf } from "./load-registers.ts";
import type { Meter } from "./park.ts";
import { ROLES, type Role } from "./quantities.ts";
import type { MeterEntry, ParkFile } from "./schema.ts";

const DEFAULT_REPORTS_EVERY_MS = 900_000;

/** Ids that a meter may name. */
interface Declared {
  readonly enterprises: ReadonlySet<string>;
  readonly meters: ReadonlySet<string>;
}

/** Meters with their dated links resolved and defaults filled in. @param datedDays dates that are not what their weekday says */
export function metersOf(
  file: ParkFile,
  ids: Declared,
  datedDays: readonly DatedDay[],
  checks: Checks,
): Meter[] {
  const roles = new Map<string, Role>();
  for (const { id, role } of file.meters) if (!roles.has(id)) roles.set(id, role);
  return file.meters.map((m, i): Meter => {
    const path = `meters[${i}] (${m.id})`;
    const role = ROLES[m.role];
    const enterprise: Dated<string> = m.enterprise ?? [];
    const parent: Dated<string | null> = m.parent ?? always(null);
    const multiplier = m.multiplier ?? always(1);
    const maxPowerKw: Dated<number | null> = m.maxPowerKw ?? always(null);
    const ofMedium = (id: string, at: string) => {
      checks.known(ids.meters, id, at, "meter");
      const other = roles.get(id);
      if (other !== undefined && ROLES[other].medium !== role.medium)
        checks.complain(at, `a meter of ${role.medium}`, `${id}, a meter of ${ROLES[other].medium}`);
    };
    if (m.enterprise === undefined)
      checks.complain(`${path}.enterprise`, "the enterprise it belongs to", undefined);
    for (const e of enterprise) checks.known(ids.enterprises, e.value, `${path}.enterprise`, "enterprise");
    for (const p of parent) if (p.value !== null) ofMedium(p.value, `${path}.parent`);
    const suppliedBy = m.suppliedBy ?? [];
    for (const [key, list] of Object.entries({ enterprise, parent, multiplier, maxPowerKw, suppliedBy }))
      checks.ascending(list, `${path}.${key}`);
    m.sum?.forEach((s, j) => {
      ofMedium(s.meter, `${path}.sum[${j}].meter`);
    });
    if (m.sum !== undefined && Object.keys(m.registers).length > 0)
      checks.complain(
        `${path}.registers`,
        "none, as a virtual meter has no registers",
        Object.keys(m.registers),
      );
    const reportsEveryMs = reportsEveryOf(m);
    const onChange = typeof m.reportsEvery === "object" ? m.reportsEvery.onChange : null;
    const typicalDay = (m.sharing ?? file.park.sharing) === "typicalDay" ? { datedDays } : null;
    const ofMeter = { multiplier, maxPowerKw, reportsEveryMs, onChange, typicalDay };
    const registers = registersOf(m, ofMeter, path, checks);
    checkRole(m, path, ids, checks);
    return {
      id: m.id,
      name: m.name ?? null,
      role: m.role,
      medium: role.medium,
      enterprise,
      parent,
      maxPowerKw,
      reportsEveryMs,
      invert: m.invert,
      sum: m.sum ?? null,
      registers,
      fuel: m.fuel ?? null,
      heatSource: m.heatSource ?? null,
      suppliedBy: m.suppliedBy ?? null,
      activity: m.activity ?? null,
      limits: m.limits ?? null,
    };
  });
}

function reportsEveryOf({ reportsEvery }: MeterEntry): number {
  if (reportsEvery === undefined) return DEFAULT_REPORTS_EVERY_MS;
  return typeof reportsEvery === "number" ? reportsEvery : reportsEvery.heartbeat;
}

/** What only some roles may or must say. */
function checkRole(m: MeterEntry, path: string, ids: Declared, checks: Checks): void {
  if (m.limits !== undefined && m.role !== "grid")
    checks.complain(`${path}.limits`, "none, as only a connection (role grid) has limits", m.limits);
  if (m.role === "gas" && m.fuel === undefined)
    checks.complain(`${path}.fuel`, "the fuel measured, e.g. natural-gas", undefined);
  if (m.role === "heat" && m.heatSource === undefined)
    checks.complain(`${path}.heatSource`, "fossil or non-fossil", undefined);
  if (m.suppliedBy !== undefined && m.role !== "heat")
    checks.complain(`${path}.suppliedBy`, "none, as only heat names who made it", m.role);
  for (const s of m.suppliedBy ?? [])
    checks.known(ids.enterprises, s.value, `${path}.suppliedBy`, "enterprise");
  if (m.activity !== undefined && m.role !== "gas" && m.role !== "fuel")
    checks.complain(`${path}.activity`, "none, as only gas and fuel have a use", m.role);
}

/** Checks that no meter stands above itself or sums itself. */
export function checkCircles(file: ParkFile, meterById: ReadonlyMap<string, Meter>, checks: Checks): void {
  file.meters.forEach((m, i) => {
    const cycle = findCycle(meterById, m.id);
    if (cycle !== null)
      checks.complain(`meters[${i}] (${m.id}).${cycle.by}`, "no circle", cycle.path.join(" → "));
  });
}

function findCycle(
  meters: ReadonlyMap<string, Meter>,
  start: string,
): { by: "parent" | "sum"; path: string[] } | null {
  const first = meters.get(start);
  if (first === undefined) return null;
  for (const entry of first.parent) {
    const path = [start];
    let at = entry.value;
    while (at !== null && path.length <= meters.size) {
      path.push(at);
      if (at === start) return { by: "parent", path };
      const next = meters.get(at);
      at = next === undefined ? null : (valueAt(next.parent, Math.max(entry.fromMs, 0)) ?? null);
    }
  }
  const visit = (id: string, path: readonly string[]): string[] | null => {
    for (const part of meters.get(id)?.sum ?? []) {
      if (part.meter === start) return [...path, start];
      if (path.includes(part.meter)) continue;
      const found = visit(part.meter, [...path, part.meter]);
      if (found !== null) return found;
    }
    return null;
  };
  const sums = visit(start, [start]);
  return sums === null ? null : { by: "sum", path: sums };
}
