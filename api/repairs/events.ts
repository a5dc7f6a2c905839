import { z } from "@hono/zod-openapi";
import { DAY_MS } from "../../park/calendar.ts";
import { valueAt } from "../../park/dated.ts";
import type { Meter, Park } from "../../park/park.ts";
import { CHANNELS, fromMicro } from "../../park/quantities.ts";
import { enterprisesOf, type Scope, scopeText } from "../../park/topology.ts";
import { type JudgementRow, StoreError, type Telemetry } from "../../store/telemetry.ts";
import { EVENT_KINDS, type EventsAnswer } from "../answers/repairs.ts";

type Event = EventsAnswer["events"][number];
type EventKind = Event["kind"];

const METERS_AT_ONCE = 20;
const DAYS_AT_ONCE = 31;
const ROWS_AT_ONCE = 20_000;
const MOST_EVENTS = 5_000;

/** What belongs to the energy that is answered, and what does not. */
const COUNTED: Readonly<Partial<Record<EventKind, boolean>>> = {
  rollover: true,
  exchange: true,
  "step-accepted": true,
  step: false,
  "unknown-rollovers": false,
};

const storedEvents = z.array(
  z.object({
    kind: z.enum(EVENT_KINDS),
    timeMs: z.number(),
    untilMs: z.number(),
    count: z.number(),
    micro: z.number().nullable(),
    detail: z.string(),
  }),
);

/** Real meters of a scope at any time of a span. */
function metersIn(park: Park, scope: Scope, fromMs: number, toMs: number): Meter[] {
  const real = park.meters.filter((m) => m.sum === null);
  if (scope.kind === "meter") return real.filter((m) => m.id === scope.id);
  const enterprises = new Set([
    ...enterprisesOf(park, scope, fromMs),
    ...enterprisesOf(park, scope, Math.max(fromMs, toMs - 1)),
  ]);
  return real.filter((m) => m.enterprise.some((e) => enterprises.has(e.value)));
}

/** Events of registers that begin in a span, by time. @throws StoreError, too-much beyond what one page can show */
export async function readEvents(
  { park, telemetry }: { readonly park: Park; readonly telemetry: Pick<Telemetry, "readJudgements"> },
  asked: { readonly meters: readonly Meter[]; readonly fromMs: number; readonly toMs: number },
): Promise<Event[]> {
  const found: { readonly timeMs: number; readonly event: Event }[] = [];
  for (let m = 0; m < asked.meters.length; m += METERS_AT_ONCE) {
    const meters = asked.meters.slice(m, m + METERS_AT_ONCE).map(({ id }) => id);
    for (
      let atMs = park.calendar.floor(asked.fromMs, "1d");
      atMs < asked.toMs;
      atMs += DAYS_AT_ONCE * DAY_MS
    ) {
      const toMs = Math.min(asked.toMs, atMs + DAYS_AT_ONCE * DAY_MS);
      const rows = await telemetry.readJudgements({ meters, fromMs: atMs, toMs, limit: ROWS_AT_ONCE });
      for (const row of rows) {
        for (const one of eventsOf(park, row)) {
          if (one.timeMs >= asked.fromMs && one.timeMs < asked.toMs) found.push(one);
        }
      }
      if (found.length > MOST_EVENTS) throw new StoreError("too-much", `more than ${MOST_EVENTS} events`);
    }
  }
  return found.sort((a, b) => a.timeMs - b.timeMs).map((f) => f.event);
}

/** The answer to GET /events. @throws StoreError */
export async function eventsAnswerOf(
  deps: { readonly park: Park; readonly telemetry: Pick<Telemetry, "readJudgements"> },
  asked: {
    readonly scope: Scope;
    readonly fromMs: number;
    readonly toMs: number;
    readonly kind: EventKind | undefined;
  },
): Promise<EventsAnswer> {
  const { calendar } = deps.park;
  const { scope, fromMs, toMs, kind } = asked;
  const meters = metersIn(deps.park, scope, fromMs, toMs);
  const events = await readEvents(deps, { meters, fromMs, toMs });
  return {
    scope: scopeText(scope),
    from: calendar.iso(fromMs),
    to: calendar.iso(toMs),
    events: events.filter((e) => (kind === undefined || e.kind === kind) && isOf(deps.park, scope, e)),
  };
}

/** Whether the meter was the scope's when the event began: what moved leaves what was before behind. */
function isOf(park: Park, scope: Scope, event: Event): boolean {
  if (scope.kind === "park" || scope.kind === "meter") return true;
  const timeMs = Date.parse(event.from);
  const enterprise = valueAt(park.meterById.get(event.meter)?.enterprise ?? [], timeMs);
  return enterprise !== null && enterprisesOf(park, scope, timeMs).has(enterprise);
}

function eventsOf(park: Park, row: JudgementRow): { timeMs: number; event: Event }[] {
  const register = park.meterById.get(row.meter)?.registers.find((r) => r.energyChannel === row.channel);
  if (register === undefined || row.events === "[]") return [];
  const { channel } = register;
  return storedEvents
    .parse(JSON.parse(row.events))
    .map(({ timeMs, untilMs, micro, kind, count, detail }) => ({
      timeMs,
      event: {
        meter: row.meter,
        channel,
        kind,
        from: park.calendar.iso(timeMs),
        until: park.calendar.iso(untilMs),
        count,
        amount: micro === null ? null : fromMicro(micro),
        unit: CHANNELS[channel].unit,
        counted: micro === null ? null : (COUNTED[kind] ?? null),
        figures: figuresOf(detail),
      },
    }));
}

/** `name=value` words by name. */
function figuresOf(detail: string): Record<string, string> {
  const words = detail.split(" ").filter((word) => word.includes("="));
  return Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf("=");
      return [word.slice(0, at), word.slice(at + 1)];
    }),
  );
}
