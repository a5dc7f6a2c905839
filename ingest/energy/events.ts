import type { Calendar } from "../../park/calendar.ts";
import type { RegisterEvent } from "./engine.ts";

/** The list of what judging found, in order, kept while a later reading can still change it. Lists are never changed in place. */
export type Events = readonly RegisterEvent[];

/** Beyond this many events of a day, one that follows another of its kind joins it: a broken meter must not fill the store. */
const MOST_A_DAY = 400;

/** Adds an event. */
export function listed(events: Events, event: RegisterEvent, calendar: Calendar): Events {
  if (events.length >= MOST_A_DAY) {
    const day = calendar.floor(event.timeMs, "1d");
    const index = events.findLastIndex((e) => e.kind === event.kind && e.timeMs >= day);
    const joined = events[index];
    if (joined !== undefined && countFrom(events, day) >= MOST_A_DAY) {
      return events.with(index, {
        ...joined,
        untilMs: Math.max(joined.untilMs, event.untilMs),
        count: joined.count + event.count,
        micro: joined.micro === null || event.micro === null ? null : joined.micro + event.micro,
      });
    }
  }
  return ordered([...events, event]);
}

/** Adds a reading set aside; consecutive ones (none trusted between: all after `trustedMs`) are one span. */
export function listedAside(
  events: Events,
  span: { readonly timeMs: number; readonly untilMs: number; readonly count: number },
  trustedMs: number,
  calendar: Calendar,
): Events {
  let { timeMs, untilMs, count } = span;
  const others = events.filter((e) => {
    if (e.kind !== "set-aside" || e.timeMs <= trustedMs) return true;
    timeMs = Math.min(timeMs, e.timeMs);
    untilMs = Math.max(untilMs, e.untilMs);
    count += e.count;
    return false;
  });
  return listed(others, { kind: "set-aside", timeMs, untilMs, count, micro: null, detail: "" }, calendar);
}

/** Adds a reading a tick below the one before it; consecutive ones that begin on one day are one span. */
export function listedTickBack(
  events: Events,
  link: { readonly fromMs: number; readonly toMs: number; readonly detail: string },
  calendar: Calendar,
): Events {
  const dayMs = calendar.floor(link.fromMs, "1d");
  const index = events.findLastIndex(
    (e) => e.kind === "one-tick-back" && e.untilMs === link.fromMs && e.timeMs >= dayMs,
  );
  const before = events[index];
  if (before !== undefined) {
    return ordered(events.with(index, { ...before, untilMs: link.toMs, count: before.count + 1 }));
  }
  const { fromMs: timeMs, toMs: untilMs, detail } = link;
  return listed(events, { kind: "one-tick-back", timeMs, untilMs, count: 1, micro: null, detail }, calendar);
}

/** Takes away what the link from one trusted reading to the next had found, as the later one does not count. */
export function unlisted(events: Events, link: { readonly fromMs: number; readonly toMs: number }): Events {
  const kept = events.flatMap((event): RegisterEvent[] => {
    if (event.untilMs !== link.toMs) return [event];
    if (event.kind === "rollover" || event.kind === "unknown-rollovers") return [];
    if (event.kind !== "one-tick-back") return [event];
    return event.count > 1 ? [{ ...event, untilMs: link.fromMs, count: event.count - 1 }] : [];
  });
  return ordered(kept);
}

/** Events in the order of the list: by time, then kind. */
export function ordered(events: Events): RegisterEvent[] {
  return events.toSorted(
    (a, b) =>
      a.timeMs - b.timeMs ||
      a.untilMs - b.untilMs ||
      (a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : 0) ||
      (a.detail < b.detail ? -1 : a.detail > b.detail ? 1 : 0),
  );
}

function countFrom(events: Events, dayMs: number): number {
  return events.reduce((n, e) => (e.timeMs >= dayMs ? n + 1 : n), 0);
}
