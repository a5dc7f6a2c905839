import type { Calendar } from "../../park/calendar.ts";
import { valueAt } from "../../park/dated.ts";
import type { Meter, Park, RegisterDeclaration } from "../../park/park.ts";
import { type Problem, show } from "../../park/problems.ts";
import type { RegisterChannel } from "../../park/quantities.ts";
import { decidedDeclaration, parseAction, type RepairAction, standing } from "../../park/repair.ts";
import type { Ledger, Repair } from "../../store/ledger.ts";
import type { Telemetry } from "../../store/telemetry.ts";
import { badRequest } from "../errors.ts";
import type { DecisionBody, HandReadRow } from "./asked.ts";
import { readEvents } from "./events.ts";

interface DecideDeps {
  readonly park: Park;
  readonly telemetry: Pick<Telemetry, "readJudgements" | "readReadings">;
  readonly ledger: Pick<Ledger, "listRepairs">;
  readonly nowMs: number;
}

/** What is written: the action, and what it changes as it stood before and as it stands after. */
export interface Decided {
  readonly action: RepairAction;
  readonly before: unknown;
  readonly after: unknown;
}

const MOST_READINGS = 500;
/** More than this nobody reads at once. */
const MOST_PROBLEMS = 200;

/** A decision as asked, checked wholly against the park, the readings and what stands. @throws ApiError, StoreError */
export async function decide(deps: DecideDeps, asked: DecisionBody): Promise<Decided> {
  const { park, ledger, nowMs } = deps;
  const issues: Problem[] = [];
  const meter = realMeter(park, asked.meter, "meter", issues);
  const declared = meter === null ? [] : registersOf(meter, asked.channel, "channel", issues);
  const times = Object.entries(asked).filter(([name]) => ["at", "from", "until"].includes(name));
  for (const [name, text] of times) {
    if (typeof text === "string" && Date.parse(text) > nowMs)
      issues.push({ path: name, expected: "no later than now", found: text });
  }
  const [first] = declared;
  if (issues.length > 0 || meter === null || first === undefined) throw badRequest(issues);
  const actions = standingOf(await ledger.listRepairs());
  switch (asked.kind) {
    case "accept-step":
      return await acceptStep(deps, asked, meter);
    case "reject-reading":
    case "restore-reading":
      return await readingsDecided(deps, asked, decidedDeclaration(meter.id, first, actions));
    default: {
      const action = declarationAction(asked);
      const shown = (list: readonly RepairAction[]) =>
        declared.map((r) => shownDeclaration(park.calendar, decidedDeclaration(meter.id, r, list)));
      if (asked.kind === "declare-exchange")
        checkExchange(park, asked, decidedDeclaration(meter.id, first, actions));
      return { action, before: shown(actions), after: shown([...actions, action]) };
    }
  }
}

/**
 * Registers read by hand, every row checked before anything is said or written.
 * @param name how a row is called
 * @param problems found before: told together with all others
 * @throws ApiError, StoreError
 */
export async function decideHandRead(
  { park, ledger, nowMs }: DecideDeps,
  rows: readonly HandReadRow[],
  name: (index: number) => string,
  problems: readonly Problem[] = [],
): Promise<Decided> {
  const issues: Problem[] = [...problems];
  const actions = standingOf(await ledger.listRepairs());
  const seen = new Map<string, number>();
  const entered = rows.map((row, i) => {
    const timeMs = Date.parse(row.time);
    const meter = realMeter(park, row.meter, `${name(i)}meter`, issues);
    const [declared] = meter === null ? [] : registersOf(meter, row.channel, `${name(i)}channel`, issues);
    const register = declared === undefined ? null : decidedDeclaration(row.meter, declared, actions);
    const digits = register === null ? null : valueAt(register.digits, timeMs);
    if (digits !== null && row.display >= 10 ** digits)
      issues.push({
        path: `${name(i)}display`,
        expected: `a display of ${digits} digits`,
        found: String(row.display),
      });
    if (timeMs > nowMs)
      issues.push({ path: `${name(i)}time`, expected: "no later than now", found: row.time });
    const key = `${row.meter} ${row.channel} ${timeMs}`;
    const before = seen.get(key);
    if (before !== undefined)
      issues.push({
        path: `${name(i)}time`,
        expected: `another instant than ${name(before)}`.trim(),
        found: row.time,
      });
    seen.set(key, i);
    const standingRead = register?.decided?.handRead.find((r) => r.timeMs === timeMs);
    return {
      meter: row.meter,
      channel: row.channel,
      timeMs,
      display: row.display,
      was: standingRead?.display ?? null,
    };
  });
  if (issues.length > 0) throw badRequest(issues.slice(0, MOST_PROBLEMS));
  const shown = (display: (row: (typeof entered)[number]) => number | null) =>
    entered.map((row) => ({
      meter: row.meter,
      channel: row.channel,
      time: park.calendar.iso(row.timeMs),
      handRead: display(row),
    }));
  return {
    action: { kind: "enter-readings", rows: entered.map(({ was: _, ...row }) => row) },
    before: shown((row) => row.was),
    after: shown((row) => row.display),
  };
}

/** What stands of everything decided so far. */
function standingOf(repairs: readonly Repair[]): RepairAction[] {
  return standing(
    repairs.flatMap(({ id, action: text }) => {
      const action = parseAction(text);
      return action === null ? [] : [{ id, action }];
    }),
  );
}

async function acceptStep(
  deps: DecideDeps,
  asked: Extract<DecisionBody, { kind: "accept-step" }>,
  meter: Meter,
): Promise<Decided> {
  const fromMs = Date.parse(asked.from);
  const atMs = Date.parse(asked.until);
  const events = await readEvents(deps, { meters: [meter], fromMs, toMs: fromMs + 1 });
  const step = events.find(
    (e) => e.kind === "step" && e.channel === asked.channel && Date.parse(e.until) === atMs,
  );
  if (step === undefined || (step.amount ?? 0) < 0) {
    throw badRequest([
      {
        path: "from",
        expected: "`from` and `until` of an event of kind step, up",
        found:
          step === undefined
            ? `none from ${asked.from} to ${asked.until}`
            : "a step down: declare an exchange",
      },
    ]);
  }
  return {
    action: { kind: "accept-step", meter: meter.id, channel: asked.channel, atMs },
    before: step,
    after: { ...step, kind: "step-accepted", counted: true },
  };
}

async function readingsDecided(
  { park, telemetry }: DecideDeps,
  asked: Extract<DecisionBody, { kind: "reject-reading" | "restore-reading" }>,
  register: RegisterDeclaration,
): Promise<Decided> {
  const fromMs = Date.parse(asked.from);
  const untilMs = Date.parse(asked.until ?? asked.from);
  const rows = await telemetry.readReadings({
    meters: [asked.meter],
    fromMs,
    toMs: Math.max(fromMs, untilMs) + 1,
    limit: 20_000,
  });
  const displays = new Map<number, number>();
  for (const row of rows) {
    const display = row.values[asked.channel];
    if (display !== undefined) displays.set(row.timeMs, display);
  }
  for (const { timeMs, display } of register.decided?.handRead ?? [])
    if (timeMs >= fromMs && timeMs <= untilMs) displays.set(timeMs, display);
  if (displays.size === 0 || displays.size > MOST_READINGS) {
    const expected = `1 to ${MOST_READINGS} readings of ${asked.channel} in this span`;
    throw badRequest([{ path: "from", expected, found: String(displays.size) }]);
  }
  const timesMs = [...displays.keys()].sort((a, b) => a - b);
  const was = (timeMs: number) =>
    register.decided?.rejected.includes(timeMs)
      ? "rejected"
      : register.decided?.restored.includes(timeMs)
        ? "restored"
        : "as judged";
  const shown = (state: (timeMs: number) => string) =>
    timesMs.map((t) => ({ time: park.calendar.iso(t), display: displays.get(t) ?? null, state: state(t) }));
  return {
    action: { kind: asked.kind, meter: asked.meter, channel: asked.channel, timesMs },
    before: shown(was),
    after: shown(() => (asked.kind === "reject-reading" ? "rejected" : "restored")),
  };
}

function declarationAction(
  asked: Extract<DecisionBody, { kind: "declare-exchange" | "change-multiplier" }>,
): RepairAction {
  if (asked.kind === "change-multiplier") {
    const { reason: _, from, ...rest } = asked;
    return { ...rest, fromMs: Date.parse(from) };
  }
  const { reason: _, at, ...rest } = asked;
  return { ...rest, atMs: Date.parse(at) };
}

function checkExchange(
  park: Park,
  asked: Extract<DecisionBody, { kind: "declare-exchange" }>,
  register: RegisterDeclaration,
): void {
  const atMs = Date.parse(asked.at);
  const issues: Problem[] = [];
  const same = register.exchanges.find((x) => x.atMs === atMs);
  if (same !== undefined) {
    const found = `one of ${park.calendar.iso(atMs)}, final ${same.final}, initial ${same.initial}`;
    issues.push({ path: "at", expected: "an instant at which no exchange is declared", found });
  }
  const check = (path: string, display: number, digits: number | null) => {
    if (digits !== null && display >= 10 ** digits)
      issues.push({ path, expected: `a display of ${digits} digits`, found: String(display) });
  };
  check("final", asked.final, valueAt(register.digits, atMs - 1));
  check("initial", asked.initial, asked.digits ?? valueAt(register.digits, atMs));
  if (issues.length > 0) throw badRequest(issues);
}

function realMeter(park: Park, id: string, path: string, issues: Problem[]): Meter | null {
  const meter = park.meterById.get(id);
  if (meter === undefined) issues.push({ path, expected: "a meter of this park", found: show(id) });
  else if (meter.sum !== null)
    issues.push({ path, expected: "a meter with registers of its own", found: `${id}, a virtual one` });
  else return meter;
  return null;
}

function registersOf(
  meter: Meter,
  channel: RegisterChannel | undefined,
  path: string,
  issues: Problem[],
): readonly RegisterDeclaration[] {
  if (channel === undefined) return meter.registers;
  const found = meter.registers.filter((r) => r.channel === channel);
  if (found.length === 0) {
    const expected = `one of ${meter.id}: ${meter.registers.map((r) => r.channel).join(", ")}`;
    issues.push({ path, expected, found: channel });
  }
  return found;
}

/** What a person can read of a register's declaration; null for "always". */
function shownDeclaration(calendar: Calendar, register: RegisterDeclaration) {
  const iso = (timeMs: number) => (Number.isFinite(timeMs) ? calendar.iso(timeMs) : null);
  const dated = (list: readonly { readonly fromMs: number; readonly value: number | null }[]) =>
    list.map(({ fromMs, value }) => ({ from: iso(fromMs), value }));
  return {
    channel: register.channel,
    exchanges: register.exchanges.map(({ atMs, final, initial }) => ({ at: iso(atMs), final, initial })),
    multiplier: dated(register.multiplier),
    digits: dated(register.digits),
    resolution: dated(register.resolution),
  };
}
