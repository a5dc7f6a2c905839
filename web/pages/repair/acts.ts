import type { EventsAnswer } from "../../../api/answers/repairs.ts";
import { zonedInstant } from "../../time.ts";

/** What can be decided, and what the API is then sent. */

export type Event = EventsAnswer["events"][number];
export type Act = "accept-step" | "declare-exchange" | "restore-reading" | "reject-reading";
/** What people begin with themselves, without an event. */
export const TOOLS = ["enter-readings", "import-readings", "change-multiplier", "declare-exchange"] as const;
export type Tool = (typeof TOOLS)[number];

/** A request of the API: JSON, or a file with its type. */
export interface Sent {
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>> | File;
}

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

const text = (form: FormData, name: string): string => String(form.get(name) ?? "").trim();

/** The body of POST /decisions, from an event and a filled form; instants in the form are in the park's zone. */
export function bodyOf(event: Event, act: Act, form: FormData, timeZone: string): Record<string, unknown> {
  const { meter, channel, from, until } = event;
  if (act === "declare-exchange") return exchangeOf(meter, channel, form, timeZone);
  return { kind: act, meter, channel, from, until, reason: text(form, "reason") };
}

function exchangeOf(
  meter: string,
  channel: string,
  form: FormData,
  timeZone: string,
): Record<string, unknown> {
  return {
    kind: "declare-exchange",
    meter,
    channel,
    at: zonedInstant(text(form, "at"), timeZone),
    final: Number(form.get("final")),
    initial: Number(form.get("initial")),
    reason: text(form, "reason"),
  };
}

/** What a tool's filled form is sent as. */
export function sentOf(tool: Tool, form: FormData, timeZone: string): Sent {
  const [meter, channel, reason] = [text(form, "meter"), text(form, "channel"), text(form, "reason")];
  const at = (): string => zonedInstant(text(form, "at"), timeZone);
  switch (tool) {
    case "enter-readings": {
      const row = { meter, channel, time: at(), display: Number(form.get("display")) };
      return { path: "/decisions/readings", body: { reason, rows: [row] } };
    }
    case "import-readings": {
      const file = form.get("file");
      const body = file instanceof File ? file : new File([], "");
      return { path: "/decisions/readings", query: { reason }, body };
    }
    case "change-multiplier": {
      const register = channel === "" ? { meter } : { meter, channel };
      const multiplier = Number(form.get("multiplier"));
      return { path: "/decisions", body: { kind: tool, ...register, from: at(), multiplier, reason } };
    }
    case "declare-exchange":
      return { path: "/decisions", body: exchangeOf(meter, channel, form, timeZone) };
  }
}

/** The type by which the API takes a file: some systems know none for CSV. */
export function fileType(file: File): string {
  return file.name.toLowerCase().endsWith(".xlsx")
    ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    : "text/csv";
}

/** An instant as people write it, in the park's time: the API tells it with the park's offset. */
export function when(instant: string): string {
  return instant.slice(0, 16).replace("T", " ");
}
