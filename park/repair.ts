import { z } from "zod";
import type { Dated } from "./dated.ts";
import type { Decided, Exchange, Meter, Park, RegisterDeclaration } from "./park.ts";
import { REGISTER_CHANNELS } from "./quantities.ts";

/**
 * What people decide about a register (E6, E7, E8, E11), and the declaration that follows from the park file and the
 * decisions that stand. A decision is never changed: one that was wrong is undone by another.
 */

const register = { meter: z.string(), channel: z.enum(REGISTER_CHANNELS) };
const instant = z.int();

const repairAction = z.discriminatedUnion("kind", [
  /** A step up whose energy is the gap's; `atMs` is the first reading after it. */
  z.strictObject({ kind: z.literal("accept-step"), ...register, atMs: instant }),
  z.strictObject({ kind: z.literal("reject-reading"), ...register, timesMs: z.array(instant).min(1) }),
  z.strictObject({ kind: z.literal("restore-reading"), ...register, timesMs: z.array(instant).min(1) }),
  z.strictObject({
    kind: z.literal("declare-exchange"),
    ...register,
    atMs: instant,
    final: z.number(),
    initial: z.number(),
    digits: z.int().optional(),
    resolution: z.number().optional(),
    multiplier: z.number().optional(),
  }),
  z.strictObject({
    kind: z.literal("enter-readings"),
    rows: z.array(z.strictObject({ ...register, timeMs: instant, display: z.number() })).min(1),
  }),
  /** Without a channel: of all registers of the meter. */
  z.strictObject({
    kind: z.literal("change-multiplier"),
    meter: z.string(),
    channel: z.enum(REGISTER_CHANNELS).optional(),
    fromMs: instant,
    multiplier: z.number(),
  }),
  z.strictObject({ kind: z.literal("undo"), of: z.int() }),
]);

export type RepairAction = z.infer<typeof repairAction>;
export const REPAIR_KINDS = [
  "accept-step",
  "reject-reading",
  "restore-reading",
  "declare-exchange",
  "enter-readings",
  "change-multiplier",
  "undo",
] as const satisfies readonly RepairAction["kind"][];

export interface NumberedAction {
  readonly id: number;
  readonly action: RepairAction;
}

/** The action in a decision's text, null for a text that is none. */
export function parseAction(text: string): RepairAction | null {
  try {
    const parsed = repairAction.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** Those that stand, in the order in which they were decided: neither undone nor an undoing. */
export function standing(decisions: readonly NumberedAction[]): RepairAction[] {
  const undone = new Set(decisions.flatMap(({ action }) => (action.kind === "undo" ? [action.of] : [])));
  return decisions
    .filter(({ id, action }) => action.kind !== "undo" && !undone.has(id))
    .toSorted((a, b) => a.id - b.id)
    .map(({ action }) => action);
}

/** Ids of the meters an action is about; none for an undoing. */
export function metersOf(action: RepairAction): string[] {
  if (action.kind === "undo") return [];
  if (action.kind === "enter-readings") return [...new Set(action.rows.map((row) => row.meter))];
  return [action.meter];
}

/** The earliest instant that an action names; Infinity for an undoing. */
export function earliestMs(action: RepairAction): number {
  switch (action.kind) {
    case "undo":
      return Number.POSITIVE_INFINITY;
    case "enter-readings":
      return action.rows.reduce((least, row) => Math.min(least, row.timeMs), Number.POSITIVE_INFINITY);
    case "reject-reading":
    case "restore-reading":
      return action.timesMs.reduce((least, timeMs) => Math.min(least, timeMs), Number.POSITIVE_INFINITY);
    case "change-multiplier":
      return action.fromMs;
    default:
      return action.atMs;
  }
}

/** The declaration of a meter's register with what was decided about it; the same object where nothing was. */
export function decidedDeclaration(
  meter: string,
  declared: RegisterDeclaration,
  actions: readonly RepairAction[],
): RegisterDeclaration {
  const draft = new Draft(declared);
  for (const action of actions) draft.take(meter, action);
  return draft.declaration();
}

/** The meter with what was decided about its registers; a virtual meter has none of its own. */
export function decidedMeter(meter: Meter, actions: readonly RepairAction[]): Meter {
  const mine = actions.filter((action) => metersOf(action).includes(meter.id));
  if (mine.length === 0 || meter.sum !== null) return meter;
  return { ...meter, registers: meter.registers.map((r) => decidedDeclaration(meter.id, r, mine)) };
}

/** The park with what was decided about its registers. */
export function decidedPark(park: Park, actions: readonly RepairAction[]): Park {
  if (actions.length === 0) return park;
  const meters = park.meters.map((meter) => decidedMeter(meter, actions));
  return { ...park, meters, meterById: new Map(meters.map((m) => [m.id, m])) };
}

class Draft {
  readonly #declared: RegisterDeclaration;
  #exchanges: readonly Exchange[];
  #multiplier: Dated<number>;
  #digits: Dated<number | null>;
  #resolution: Dated<number>;
  readonly #accepted = new Set<number>();
  readonly #rejected = new Set<number>();
  readonly #restored = new Set<number>();
  readonly #handRead = new Map<number, number>();
  #isTouched = false;

  constructor(declared: RegisterDeclaration) {
    this.#declared = declared;
    this.#exchanges = declared.exchanges;
    this.#multiplier = declared.multiplier;
    this.#digits = declared.digits;
    this.#resolution = declared.resolution;
  }

  take(meter: string, action: RepairAction): void {
    if (action.kind === "undo") return;
    if (action.kind === "enter-readings") {
      for (const row of action.rows) {
        if (row.meter !== meter || row.channel !== this.#declared.channel) continue;
        this.#isTouched = true;
        this.#handRead.set(row.timeMs, row.display);
        this.#rejected.delete(row.timeMs);
      }
      return;
    }
    if (action.meter !== meter || (action.channel ?? this.#declared.channel) !== this.#declared.channel)
      return;
    this.#isTouched = true;
    switch (action.kind) {
      case "accept-step":
        this.#accepted.add(action.atMs);
        break;
      case "reject-reading":
        for (const timeMs of action.timesMs) {
          this.#rejected.add(timeMs);
          this.#restored.delete(timeMs);
        }
        break;
      case "restore-reading":
        for (const timeMs of action.timesMs) {
          this.#restored.add(timeMs);
          this.#rejected.delete(timeMs);
        }
        break;
      case "change-multiplier":
        this.#multiplier = withValue(this.#multiplier, action.fromMs, action.multiplier);
        break;
      case "declare-exchange": {
        const { atMs, final, initial, digits, resolution, multiplier } = action;
        const others = this.#exchanges.filter((x) => x.atMs !== atMs);
        this.#exchanges = [...others, { atMs, final, initial }].sort((a, b) => a.atMs - b.atMs);
        if (digits !== undefined) this.#digits = withValue(this.#digits, atMs, digits);
        if (resolution !== undefined) this.#resolution = withValue(this.#resolution, atMs, resolution);
        if (multiplier !== undefined) this.#multiplier = withValue(this.#multiplier, atMs, multiplier);
        break;
      }
    }
  }

  declaration(): RegisterDeclaration {
    if (!this.#isTouched) return this.#declared;
    const decided: Decided = {
      acceptedSteps: ascending(this.#accepted),
      rejected: ascending(this.#rejected),
      restored: ascending(this.#restored),
      handRead: [...this.#handRead]
        .map(([timeMs, display]) => ({ timeMs, display }))
        .sort((a, b) => a.timeMs - b.timeMs),
    };
    const { decided: _, ...declared } = this.#declared;
    return {
      ...declared,
      exchanges: this.#exchanges,
      multiplier: this.#multiplier,
      digits: this.#digits,
      resolution: this.#resolution,
      // Absent where empty: a declaration that is as it was has the name that it had.
      ...(Object.values(decided).some((list) => list.length > 0) ? { decided } : {}),
    };
  }
}

/** E6 looks for an exchange's split this far before its instant. */
const AROUND_EXCHANGE_MS = 3_600_000;

/**
 * The earliest instant from which readings are judged differently under two declarations of one register: everything
 * that judging knows before it is the same. Infinity when they say the same; −Infinity when that cannot be told.
 */
export function firstDifferenceMs(a: RegisterDeclaration, b: RegisterDeclaration): number {
  const rest = ({ exchanges, multiplier, digits, resolution, decided, ...others }: RegisterDeclaration) =>
    JSON.stringify(others);
  if (rest(a) !== rest(b)) return Number.NEGATIVE_INFINITY;
  const changed: number[] = [
    ...different(a.exchanges, b.exchanges, (x) => x.atMs).map((t) => t - AROUND_EXCHANGE_MS),
    ...different(a.decided?.handRead ?? [], b.decided?.handRead ?? [], (x) => x.timeMs),
  ];
  for (const name of ["acceptedSteps", "rejected", "restored"] as const)
    changed.push(...different(a.decided?.[name] ?? [], b.decided?.[name] ?? [], (timeMs) => timeMs));
  for (const name of ["multiplier", "digits", "resolution"] as const) {
    const dates = different<Dated<number | null>[number]>(a[name], b[name], (entry) => entry.fromMs);
    // A list's first value holds before its date, too.
    const first = Math.max(a[name][0]?.fromMs ?? 0, b[name][0]?.fromMs ?? 0);
    changed.push(...dates.map((fromMs) => (fromMs <= first ? Number.NEGATIVE_INFINITY : fromMs)));
  }
  return changed.reduce((least, timeMs) => Math.min(least, timeMs), Number.POSITIVE_INFINITY);
}

/** Instants of the entries that only one of the lists has. */
function different<T>(a: readonly T[], b: readonly T[], timeOf: (entry: T) => number): number[] {
  const text = (entry: T) => JSON.stringify([timeOf(entry) === Number.NEGATIVE_INFINITY, entry]);
  const inA = new Set(a.map(text));
  const inB = new Set(b.map(text));
  return [...a.filter((entry) => !inB.has(text(entry))), ...b.filter((entry) => !inA.has(text(entry)))].map(
    timeOf,
  );
}

function withValue<T>(list: Dated<T>, fromMs: number, value: T): Dated<T> {
  return [...list.filter((entry) => entry.fromMs !== fromMs), { fromMs, value }].sort(
    (a, b) => a.fromMs - b.fromMs,
  );
}

function ascending(times: ReadonlySet<number>): number[] {
  return [...times].sort((a, b) => a - b);
}
