import type { EventsAnswer } from "../../../api/answers/repairs.ts";

/** What can be decided about an event, and what the API is then sent. */

export type Event = EventsAnswer["events"][number];
export type Act = "accept-step" | "declare-exchange" | "restore-reading" | "reject-reading";

/** The decisions that fit an event, the likeliest first; none where nothing is to be decided. */
export function actsOf(event: Event): readonly Act[] {
  switch (event.kind) {
    case "step":
      return (event.amount ?? 0) >= 0 ? ["accept-step", "declare-exchange"] : ["declare-exchange"];
    case "set-aside":
      return event.figures["decided"] === undefined ? ["restore-reading"] : [];
    case "conflict":
    case "suspect":
      return ["reject-reading"];
    case "exchange-refused":
      return ["declare-exchange"];
    default:
      return [];
  }
}

/** Newest first; a tick back is the display's, and nothing for a person. */
export function shownEvents(events: readonly Event[]): Event[] {
  return events
    .filter((event) => event.kind !== "one-tick-back")
    .toSorted((a, b) => Date.parse(b.from) - Date.parse(a.from));
}

/** The body of POST /decisions, from an event and a filled form. */
export function bodyOf(event: Event, act: Act, form: FormData): Record<string, unknown> {
  const { meter, channel, from, until } = event;
  const reason = String(form.get("reason") ?? "").trim();
  if (act !== "declare-exchange") return { kind: act, meter, channel, from, until, reason };
  // the field has no offset of its own: it is filled in the park's time, as the event is told
  const at = `${String(form.get("at") ?? "").padEnd(19, ":00")}${event.from.slice(19)}`;
  const figure = (name: string): number => Number(form.get(name));
  return { kind: act, meter, channel, at, final: figure("final"), initial: figure("initial"), reason };
}

/** An instant as people write it, in the park's time: the API tells it with the park's offset. */
export function when(instant: string): string {
  return instant.slice(0, 16).replace("T", " ");
}
