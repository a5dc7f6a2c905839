import { readFileSync } from "node:fs";
import { parseDocument } from "yaml";
import { Calendar } from "./calendar.ts";
import { Checks } from "./checks.ts";
import { datedDaysOf } from "./day-kinds.ts";
import { checkAssets } from "./load-assets.ts";
import { checkMemberships } from "./load-boundaries.ts";
import { resolveGateways } from "./load-gateways.ts";
import { checkCircles, metersOf } from "./load-meters.ts";
import type { Park } from "./park.ts";
import { type Complain, type Problem, ProblemsError, show } from "./problems.ts";
import { type ParkFile, parkFileSchema } from "./schema.ts";
import { shapeProblems } from "./shape-problems.ts";
import { tariffsOf } from "./tariff.ts";

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
  const complain: Complain = (path, expected, found) =>
    problems.push({ path, expected, found: typeof found === "string" ? found : show(found) });

  let calendar = new Calendar("UTC");
  try {
    calendar = new Calendar(file.park.timeZone);
  } catch {
    complain("park.timeZone", "an IANA time zone, e.g. Asia/Shanghai", file.park.timeZone);
  }
  const checks = new Checks(calendar, complain);
  const enterprises = checks.unique(file.enterprises, "enterprises");
  const meterIds = checks.unique(file.meters, "meters");
  for (const key of ["boundaries", "networks", "assets", "contracts"] as const) checks.unique(file[key], key);
  checks.unique(
    file.assets.flatMap((a) =>
      a.kind === "pv" && a.certificateProject !== undefined ? [{ id: a.certificateProject }] : [],
    ),
    "assets' certificateProject",
  );
  checks.unique(
    file.gridCleanShares.map((g) => ({ id: g.month })),
    "gridCleanShares",
  );
  checks.unique(file.gateways, "gateways");
  checkMemberships(file, enterprises, checks);
  const tariffs = tariffsOf(file.tariffs, calendar, complain);
  const meters = metersOf(file, { enterprises, meters: meterIds }, datedDaysOf(tariffs, calendar), checks);
  const meterById = new Map(meters.map((m) => [m.id, m]));
  checkCircles(file, meterById, checks);
  checkAssets(file, enterprises, meterById, checks);
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
