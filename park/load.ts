import { readFileSync } from "node:fs";
import { parseDocument } from "yaml";
import { Calendar } from "./calendar.ts";
import { always, type Dated, valueAt } from "./dated.ts";
import { datedDaysOf } from "./day-kinds.ts";
import { type GasConversion, type GasVolume, gasVolume } from "./gas-volume.ts";
import { resolveGateways } from "./load-gateways.ts";
import type { Exchange, Meter, Park, RegisterDeclaration } from "./park.ts";
import { type Problem, ProblemsError, show } from "./problems.ts";
import { CHANNELS, type RegisterChannel, ROLES } from "./quantities.ts";
import { type ParkFile, parkFileSchema, type RegisterEntry } from "./schema.ts";
import { shapeProblems } from "./shape-problems.ts";
import { tariffsOf } from "./tariff.ts";

const DEFAULT_REPORTS_EVERY_MS = 900_000;
const DEFAULT_RESOLUTION = 0.01;

/** Reads and checks a park file. @throws ProblemsError with every problem at once. */
export function loadParkFile(path: string): Park {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new ProblemsError(path, [
      { path, expected: "a readable park file", found: error instanceof Error ? error.message : show(error) },
    ]);
  }
  return parsePark(text, path);
}

/** Parses and checks the text of a park file. @throws ProblemsError with every problem at once. */
export function parsePark(text: string, subject = "park file"): Park {
  const document = parseDocument(text);
  if (document.errors.length > 0) {
    throw new ProblemsError(
      subject,
      document.errors.map((e) => ({
        path: subject,
        expected: "YAML",
        found: e.message.split("\n")[0] ?? "",
      })),
    );
  }
  let raw: unknown;
  try {
    raw = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw new ProblemsError(subject, [
      {
        path: subject,
        expected: "YAML with at most 100 aliases",
        found: error instanceof Error ? error.message : show(error),
      },
    ]);
  }
  const parsed = parkFileSchema.safeParse(raw);
  if (!parsed.success) {
    throw new ProblemsError(
      subject,
      parsed.error.issues.flatMap((issue) => shapeProblems(raw, issue)),
    );
  }
  return assemble(parsed.data, subject);
}

function assemble(file: ParkFile, subject: string): Park {
  const problems: Problem[] = [];
  const complain = (path: string, expected: string, found: unknown) =>
    problems.push({ path, expected, found: typeof found === "string" ? found : show(found) });

  let calendar = new Calendar("UTC");
  try {
    calendar = new Calendar(file.park.timeZone);
  } catch {
    complain("park.timeZone", "an IANA time zone, e.g. Asia/Shanghai", file.park.timeZone);
  }

  const unique = (list: readonly { id: string }[], path: string) => {
    const seen = new Map<string, number>();
    list.forEach((entry, i) => {
      const first = seen.get(entry.id);
      if (first !== undefined)
        complain(`${path}[${i}] (${entry.id}).id`, "an id of its own", `the id of ${path}[${first}]`);
      else seen.set(entry.id, i);
    });
    return new Set(seen.keys());
  };
  const enterpriseIds = unique(file.enterprises, "enterprises");
  const meterIds = unique(file.meters, "meters");
  unique(file.boundaries, "boundaries");
  unique(file.networks, "networks");
  unique(file.assets, "assets");
  unique(file.contracts, "contracts");
  unique(
    file.assets.flatMap((a) =>
      a.kind === "pv" && a.certificateProject !== undefined ? [{ id: a.certificateProject }] : [],
    ),
    "assets' certificateProject",
  );
  unique(
    file.gridCleanShares.map((g) => ({ id: g.month })),
    "gridCleanShares",
  );
  unique(file.gateways, "gateways");
  const known = (ids: ReadonlySet<string>, id: string, path: string, what: string) => {
    if (!ids.has(id)) complain(path, `a declared ${what}`, id);
  };

  const ascending = (list: Dated<unknown>, path: string) => {
    list.forEach((entry, i) => {
      const before = list[i - 1];
      if (before !== undefined && before.fromMs >= entry.fromMs) {
        complain(
          `${path}[${i}].from`,
          "a date after the entry before it",
          calendarIso(calendar, entry.fromMs),
        );
      }
    });
  };

  file.boundaries.forEach((b, i) => {
    const path = `boundaries[${i}] (${b.id})`;
    b.members.forEach((m, j) => {
      known(enterpriseIds, m.enterprise, `${path}.members[${j}]`, "enterprise");
      const { from, to } = "from" in m || "to" in m ? m : {};
      if (from !== undefined && to !== undefined && from >= to) {
        complain(`${path}.members[${j}].to`, "an instant after from", calendarIso(calendar, to));
      }
    });
    for (const key of ["targets", "declared"] as const)
      b[key].forEach(({ year }, j) => {
        const before = b[key][j - 1];
        if (before !== undefined && before.year >= year)
          complain(`${path}.${key}[${j}].year`, "a year after the one before it", year);
      });
    b.electricityEquivalent?.forEach(({ from }, j) => {
      const before = b.electricityEquivalent?.[j - 1];
      if (before !== undefined && (before.from ?? "") >= (from ?? ""))
        complain(
          `${path}.electricityEquivalent[${j}].from`,
          "a date after the one before it",
          from ?? "none",
        );
    });
    unique(b.projects, `${path}.projects`);
  });
  file.networks.forEach((n, i) => {
    n.members.forEach((m, j) =>
      known(enterpriseIds, m, `networks[${i}] (${n.id}).members[${j}]`, "enterprise"),
    );
  });
  file.contracts.forEach((c, i) =>
    known(enterpriseIds, c.enterprise, `contracts[${i}] (${c.id}).enterprise`, "enterprise"),
  );

  const tariffs = tariffsOf(file.tariffs, calendar, complain);
  const datedDays = datedDaysOf(tariffs, calendar);

  const meters = file.meters.map((m, i): Meter => {
    const path = `meters[${i}] (${m.id})`;
    const enterprise: Dated<string> = m.enterprise ?? [];
    if (m.enterprise === undefined) complain(`${path}.enterprise`, "the enterprise it belongs to", undefined);
    for (const e of enterprise) known(enterpriseIds, e.value, `${path}.enterprise`, "enterprise");
    const parent: Dated<string | null> = m.parent ?? always(null);
    for (const p of parent) {
      if (p.value === null) continue;
      known(meterIds, p.value, `${path}.parent`, "meter");
      const above = file.meters.find((other) => other.id === p.value);
      if (above !== undefined && ROLES[above.role].medium !== ROLES[m.role].medium) {
        complain(
          `${path}.parent`,
          `a meter of ${ROLES[m.role].medium}`,
          `${p.value}, a meter of ${ROLES[above.role].medium}`,
        );
      }
    }
    const multiplier = m.multiplier ?? always(1);
    const maxPowerKw: Dated<number | null> = m.maxPowerKw ?? always(null);
    for (const [key, list] of Object.entries({
      enterprise,
      parent,
      multiplier,
      maxPowerKw,
      suppliedBy: m.suppliedBy ?? [],
    }))
      ascending(list, `${path}.${key}`);
    const role = ROLES[m.role];
    if (m.sum !== undefined) {
      m.sum.forEach((s, j) => {
        known(meterIds, s.meter, `${path}.sum[${j}].meter`, "meter");
        const part = file.meters.find((other) => other.id === s.meter);
        if (part !== undefined && ROLES[part.role].medium !== role.medium) {
          complain(
            `${path}.sum[${j}].meter`,
            `a meter of ${role.medium}`,
            `${s.meter}, a meter of ${ROLES[part.role].medium}`,
          );
        }
      });
      if (Object.keys(m.registers).length > 0)
        complain(`${path}.registers`, "none, as a virtual meter has no registers", Object.keys(m.registers));
    }
    // Wired the wrong way round, a one-way meter counts on the display's other register.
    const roleChannels: readonly RegisterChannel[] = m.invert ? role.registers.map(swap) : role.registers;
    const allowed = m.invert ? new Set([...roleChannels, ...role.registers]) : new Set(roleChannels);
    const declared = Object.keys(m.registers) as RegisterChannel[]; // keys were checked by the schema
    for (const c of declared) {
      const medium = CHANNELS[c].medium;
      if (medium !== null && !allowed.has(c)) {
        complain(`${path}.registers.${c}`, `a register of role ${m.role} (${[...allowed].join(", ")})`, c);
      }
    }
    const reportsEveryMs =
      m.reportsEvery === undefined
        ? DEFAULT_REPORTS_EVERY_MS
        : typeof m.reportsEvery === "number"
          ? m.reportsEvery
          : m.reportsEvery.heartbeat;
    const onChange = typeof m.reportsEvery === "object" ? m.reportsEvery.onChange : null;
    const channels = m.sum === undefined ? [...new Set([...roleChannels, ...declared])] : [];
    const registers = channels.map((channel): RegisterDeclaration => {
      const r = m.registers[channel];
      const at = `${path}.registers.${channel}`;
      if (r?.resolution === undefined && declared.includes(channel) && multiplier.some((e) => e.value > 1)) {
        complain(`${at}.resolution`, "a resolution, as the multiplier is above 1", undefined);
      }
      const exchanges = [...(r?.exchanges ?? [])];
      exchanges.forEach((x, j) => {
        const before = exchanges[j - 1];
        if (before !== undefined && before.at >= x.at) {
          complain(
            `${at}.exchanges[${j}].at`,
            "an instant after the exchange before it",
            calendarIso(calendar, x.at),
          );
        }
      });
      if (r?.gas !== undefined && m.role !== "gas")
        complain(`${at}.gas`, "none, as only a meter of role gas measures gas", r.gas);
      if (r?.gas?.basis === "operating") ascending(r.gas.conversion, `${at}.gas.conversion`);
      for (const key of ["digits", "resolution", "maxRatePerHour"] as const) {
        const list = r?.[key];
        if (list !== undefined) ascending(list, `${at}.${key}`);
      }
      const electric = CHANNELS[channel].medium === "electricity";
      return {
        channel,
        energyChannel: m.invert ? swap(channel) : channel,
        expected: declared.length > 0 ? declared.includes(channel) : channel === channels[0],
        multiplier: withExchanges(multiplier, exchanges, "multiplier"),
        digits: withExchanges<number | null>(r?.digits ?? always(null), exchanges, "digits"),
        resolution: withExchanges(r?.resolution ?? always(DEFAULT_RESOLUTION), exchanges, "resolution"),
        maxRatePerHour: r?.maxRatePerHour ?? (electric ? maxPowerKw : always(null)),
        exchanges: exchanges.map((x): Exchange => ({ atMs: x.at, final: x.final, initial: x.initial })),
        reportsEveryMs,
        onChange,
        ...(r?.gas === undefined ? {} : { gas: gasOf(r.gas) }),
        ...((m.sharing ?? file.park.sharing) === "typicalDay" ? { typicalDay: { datedDays } } : {}),
      };
    });
    if (m.sum === undefined && multiplier.some((e) => e.value > 1) && declared.length === 0) {
      complain(
        `${path}.registers`,
        "a resolution for each register, as the multiplier is above 1",
        undefined,
      );
    }
    if (m.limits !== undefined && m.role !== "grid")
      complain(`${path}.limits`, "none, as only a connection (role grid) has limits", m.limits);
    if (m.role === "gas" && m.fuel === undefined)
      complain(`${path}.fuel`, "the fuel measured, e.g. natural-gas", undefined);
    if (m.role === "heat" && m.heatSource === undefined)
      complain(`${path}.heatSource`, "fossil or non-fossil", undefined);
    if (m.suppliedBy !== undefined && m.role !== "heat")
      complain(`${path}.suppliedBy`, "none, as only heat names who made it", m.role);
    for (const s of m.suppliedBy ?? []) known(enterpriseIds, s.value, `${path}.suppliedBy`, "enterprise");
    if (m.activity !== undefined && m.role !== "gas" && m.role !== "fuel")
      complain(`${path}.activity`, "none, as only gas and fuel have a use", m.role);
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

  const meterById = new Map(meters.map((m) => [m.id, m]));
  file.meters.forEach((m, i) => {
    const cycle = findCycle(meterById, m.id);
    if (cycle !== null) complain(`meters[${i}] (${m.id}).${cycle.by}`, "no circle", cycle.path.join(" → "));
  });
  const taken = new Map<string, string>();
  file.assets.forEach((a, i) => {
    const path = `assets[${i}] (${a.id})`;
    known(enterpriseIds, a.enterprise, `${path}.enterprise`, "enterprise");
    a.meters.forEach((m, j) => known(meterIds, m, `${path}.meters[${j}]`, "meter"));
    if (a.kind === "data-hall")
      for (const key of ["itMeters", "waterMeters", "gasMeters"] as const)
        a[key]?.forEach((m, j) => known(meterIds, m, `${path}.${key}[${j}]`, "meter"));
    if (a.kind === "pv" || a.kind === "storage") {
      a.meters.forEach((m, j) => {
        const role = meterById.get(m)?.role;
        if (role !== undefined && role !== a.kind)
          complain(`${path}.meters[${j}]`, `a meter of role ${a.kind}`, `${m}, of role ${role}`);
        const other = taken.get(m);
        if (other !== undefined)
          complain(`${path}.meters[${j}]`, "a meter of no other asset", `${m}, of ${other}`);
        taken.set(m, a.id);
      });
    }
    if (a.kind === "storage" && a.minStateOfCharge >= a.maxStateOfCharge) {
      complain(
        `${path}.minStateOfCharge`,
        `less than maxStateOfCharge (${a.maxStateOfCharge})`,
        a.minStateOfCharge,
      );
    }
  });

  const gateways = resolveGateways(file.gateways, meterById, complain);

  if (problems.length > 0) throw new ProblemsError(subject, problems);
  return {
    id: file.park.id,
    name: file.park.name,
    calendar,
    location: file.park.location ?? null,
    province: file.park.province ?? null,
    figures: file.park.figures,
    boundaries: file.boundaries,
    networks: file.networks,
    enterprises: file.enterprises,
    meters,
    assets: file.assets,
    contracts: file.contracts,
    gridCleanShares: file.gridCleanShares,
    gateways,
    tariffs,
    subMeterTolerance: file.subMeterTolerance,
    meterById,
    enterpriseById: new Map(file.enterprises.map((e) => [e.id, e])),
  };
}

function gasOf(gas: NonNullable<RegisterEntry["gas"]>): GasVolume {
  if (gas.basis === "standard")
    return gasVolume(
      "standard",
      always<GasConversion>({ method: gas.temperatureC === 0 ? "normal" : "none" }),
    );
  const conversion = gas.conversion.map(({ fromMs, value }) => ({
    fromMs,
    value: {
      method: "factor" in value ? ("factor" as const) : ("pressure-temperature" as const),
      ...value,
    } as GasConversion, // the method names the other keys
  }));
  return gasVolume("operating", conversion);
}

function calendarIso(calendar: Calendar, timeMs: number): string {
  return Number.isFinite(timeMs) ? calendar.iso(timeMs) : "the beginning";
}

/** Import becomes export and the reverse; other registers have no direction. */
function swap(channel: RegisterChannel): RegisterChannel {
  switch (channel) {
    case "energyImportKwh":
      return "energyExportKwh";
    case "energyExportKwh":
      return "energyImportKwh";
    case "reactiveImportKvarh":
      return "reactiveExportKvarh";
    case "reactiveExportKvarh":
      return "reactiveImportKvarh";
    default:
      return channel;
  }
}

/** An exchange may bring new digits, resolution or multiplier from its instant on (E6). */
function withExchanges<T>(
  list: Dated<T>,
  exchanges: readonly {
    at: number;
    digits?: number | undefined;
    resolution?: number | undefined;
    multiplier?: number | undefined;
  }[],
  key: "digits" | "resolution" | "multiplier",
): Dated<T> {
  const added = exchanges.flatMap((x) => {
    const value = x[key];
    return value === undefined ? [] : [{ fromMs: x.at, value: value as T }]; // the key names a number in both
  });
  return [...list, ...added].sort((a, b) => a.fromMs - b.fromMs);
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
