import type { GreenPowerAnswer } from "../../../api/answers/green.ts";

/** Lower ends of the seven fixed steps of the heat map, as shares of 1; the last one ends at 1. */
export const HEAT_STEPS = [0, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95] as const;

/** The step (0…6) of a share; shares past either end count as the end. */
export function heatStep(share: number): number {
  const step = HEAT_STEPS.findLastIndex((from) => share >= from);
  return Math.max(0, step);
}

export type HeatCell = {
  day: string;
  hour: number;
  state: "known" | "missing" | "future";
  share: number | null;
  step: number | null;
};

/** Calendar days [from, to) between two local dates, as YYYY-MM-DD. */
export function daysBetween(from: string, to: string): string[] {
  const days: string[] = [];
  for (let at = Date.parse(`${from}T00:00:00Z`); at < Date.parse(`${to}T00:00:00Z`); at += 86_400_000)
    days.push(new Date(at).toISOString().slice(0, 10));
  return days;
}

/**
 * Columns (days) of 24 cells. `asOf` is the park's local time of asking, YYYY-MM-DDTHH:mm: an hour without a value that
 * has ended by then is missing, one that has not is future. Days of the span the answer does not list are drawn too.
 */
export function heatColumns(
  answer: Pick<GreenPowerAnswer, "heatMap" | "from" | "to">,
  asOf: string,
): { day: string; cells: HeatCell[] }[] {
  const rows = new Map(answer.heatMap.days.map((day, at) => [day, answer.heatMap.share[at] ?? []]));
  const until =
    answer.to.slice(11, 16) === "00:00" ? answer.to.slice(0, 10) : nextDay(answer.to.slice(0, 10));
  return daysBetween(answer.from.slice(0, 10), until).map((day) => ({
    day,
    cells: Array.from({ length: 24 }, (_, hour) => {
      const share = rows.get(day)?.[hour] ?? null;
      const end = `${day}T${String(hour + 1).padStart(2, "0")}:00`;
      const state = share !== null ? "known" : end <= asOf ? "missing" : "future";
      return { day, hour, state, share, step: share === null ? null : heatStep(share) };
    }),
  }));
}

function nextDay(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}

/** What a reader who does not see the map should know first. */
export function heatSummary(columns: readonly { cells: readonly HeatCell[] }[]): {
  known: number;
  missing: number;
  lowest: HeatCell | null;
  highest: HeatCell | null;
} {
  let known = 0;
  let missing = 0;
  let lowest: HeatCell | null = null;
  let highest: HeatCell | null = null;
  for (const cell of columns.flatMap((column) => column.cells)) {
    if (cell.state === "missing") missing++;
    if (cell.share === null) continue;
    known++;
    if (lowest?.share == null || cell.share < lowest.share) lowest = cell;
    if (highest?.share == null || cell.share > highest.share) highest = cell;
  }
  return { known, missing, lowest, highest };
}

/** The cell that is open without being asked for: of the last day with known hours 13:00, or else its last known one. */
export function firstOpen(
  columns: readonly { readonly cells: readonly HeatCell[] }[],
): { readonly day: string; readonly hour: number } | null {
  const known = columns.findLast((column) => column.cells.some((cell) => cell.state === "known"));
  if (known === undefined) return null;
  const noon = known.cells[13];
  return noon?.state === "known" ? noon : (known.cells.findLast((cell) => cell.state === "known") ?? null);
}

/** The cell an arrow key moves to; the edges hold. */
export function moveCell(
  at: { column: number; hour: number },
  key: string,
  columns: number,
): { column: number; hour: number } | null {
  const move: Record<string, readonly [number, number]> = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, -1],
    ArrowDown: [0, 1],
  };
  if (key === "Home") return { column: 0, hour: at.hour };
  if (key === "End") return { column: columns - 1, hour: at.hour };
  const by = move[key];
  if (by === undefined) return null;
  return {
    column: Math.min(columns - 1, Math.max(0, at.column + by[0])),
    hour: Math.min(23, Math.max(0, at.hour + by[1])),
  };
}
