import { DAY_MS, QUARTER_MS } from "../../park/calendar.ts";
import { mulberry32, shuffled } from "../kit/replay.ts";

/** What a round publishes: readings that can be told apart, and a few messages that belong in the dead letters. */

/** Troubles that lie in what is sent, and when. */
export const SENDING_TROUBLES = ["duplicates", "shuffle", "late-burst", "clock-jump"] as const;
export type SendingTrouble = (typeof SENDING_TROUBLES)[number];

export interface NumberedReading {
  readonly meter: string;
  readonly timeMs: number;
  readonly values: Readonly<Record<string, number>>;
}

/** One publish. Its number is its place in the list; topic and payload together occur once. */
export interface NumberedMessage {
  readonly topic: string;
  readonly payload: string;
  /** What the store must hold once it is acknowledged. */
  readonly readings: readonly NumberedReading[];
  /** True when the dead letters must hold it (also beside good readings of the same message). */
  readonly isLetter: boolean;
}

export interface Workload {
  readonly park: string;
  readonly parkYaml: string;
  readonly messages: readonly NumberedMessage[];
  /** In the order of publishing, each due so long after the beginning; a number may come twice. */
  readonly sending: readonly { readonly n: number; readonly atMs: number }[];
  /** The span that holds all energy. */
  readonly fromMs: number;
  readonly toMs: number;
}

export const FROM_MS = Date.parse("2025-03-01T00:00:00+08:00");
/** Of these and `closing`, which a round publishes last of all to see that everything before it has come through. */
export const METERS = ["gate", "feeder", "inverter", "closing"] as const;

export function parkYaml(park: string): string {
  return `
park: { id: ${park}, name: { zh: 混沌, en: Chaos }, timeZone: Asia/Shanghai }
enterprises:
  - { id: works, name: { zh: 工厂, en: Works }, sector: steel }
meters:
  - { id: gate, role: grid, enterprise: works, maxPowerKw: 2000, reportsEvery: 15m }
  - { id: feeder, role: load, enterprise: works, maxPowerKw: 1000, reportsEvery: 15m }
  - { id: inverter, role: pv, enterprise: works, maxPowerKw: 500, reportsEvery: 15m,
      registers: { energyExportKwh: { resolution: 0.001 } } }
  - { id: closing, role: load, enterprise: works, maxPowerKw: 500, reportsEvery: 15m }
`;
}

/** The message that closes a round; numbered behind all others. */
export function closingMessage(park: string): NumberedMessage {
  return messageOf(park, "closing", [{ meter: "closing", timeMs: FROM_MS, values: { energyImportKwh: 1 } }]);
}

/** Four days of quarter-hours of three meters with outages and a spike, and what is wrong with some of it. */
export function makeWorkload(options: {
  readonly park: string;
  readonly seed: number;
  readonly days: number;
  readonly publishMs: number;
  readonly troubles: readonly SendingTrouble[];
}): Workload {
  const { park, days, publishMs, troubles } = options;
  const random = mulberry32(options.seed);
  const series = [
    makeSeries("gate", ["energyImportKwh", "energyExportKwh"], 2, days, random),
    makeSeries("feeder", ["energyImportKwh"], 2, days, random),
    makeSeries("inverter", ["energyExportKwh"], 3, days, random),
  ];
  if (troubles.includes("clock-jump")) jumpClock(series[1] ?? [], random);
  const messages: NumberedMessage[] = [];
  let order: number[] = [];
  const add = (message: NumberedMessage) => messages.push(message) - 1;
  const late = troubles.includes("late-burst") ? pickSpan(series[0] ?? [], days, random) : new Set();
  const burst: NumberedReading[] = [];
  for (let i = 0; i <= days * 96; i++) {
    for (const readings of series) {
      const reading = readings[i];
      if (reading === undefined || reading === null) continue;
      if (late.has(reading)) burst.push(reading);
      else order.push(add(messageOf(park, reading.meter, [reading])));
    }
    if (random() < 0.03) order.push(add(badMessage(park, messages.length, random)));
  }
  if (troubles.includes("shuffle")) order = shuffled(order, options.seed + 1);
  if (troubles.includes("duplicates")) order = withRepetitions(order, random);
  // A gateway that was cut off sends what it kept in a few long messages, all at once.
  const bursts: number[] = [];
  for (let i = 0; i < burst.length; i += 40)
    bursts.push(add(messageOf(park, "gate", burst.slice(i, i + 40))));
  const sending = order.map((n, i) => ({ n, atMs: Math.round((i / order.length) * publishMs) }));
  const burstMs = Math.round(publishMs * (0.5 + random() * 0.5));
  return {
    park,
    parkYaml: parkYaml(park),
    messages,
    sending: [...sending, ...bursts.map((n) => ({ n, atMs: burstMs }))].sort((a, b) => a.atMs - b.atMs),
    fromMs: FROM_MS - DAY_MS,
    toMs: FROM_MS + (days + 2) * DAY_MS,
  };
}

/** One reading a quarter-hour, null in an outage; one display shows zero for a moment. */
function makeSeries(
  meter: string,
  channels: readonly string[],
  decimals: number,
  days: number,
  random: () => number,
): (NumberedReading | null)[] {
  const ticks = channels.map(() => Math.floor(random() * 9e6));
  const spikeAt = Math.floor(random() * days * 96);
  let outage = 0;
  return Array.from({ length: days * 96 + 1 }, (_, i) => {
    for (const [k, tick] of ticks.entries()) ticks[k] = tick + Math.floor(random() * 100 * 10 ** decimals);
    if (outage > 0) outage--;
    else if (random() < 0.005) outage = Math.ceil(random() * 30);
    if (outage > 0) return null;
    const values = Object.fromEntries(
      channels.map((channel, k) => [
        channel,
        i === spikeAt ? 0 : Number(((ticks[k] ?? 0) / 10 ** decimals).toFixed(decimals)),
      ]),
    );
    return { meter, timeMs: FROM_MS + i * QUARTER_MS, values };
  });
}

/** A publisher's clock jumps: some hours ahead for a while, once to 2034 and once to 1970. */
function jumpClock(readings: (NumberedReading | null)[], random: () => number): void {
  const from = Math.floor(random() * (readings.length - 40));
  const moved = (i: number, timeMs: (old: number) => number) => {
    const old = readings[i];
    if (old !== undefined && old !== null) readings[i] = { ...old, timeMs: timeMs(old.timeMs) };
  };
  // Not a multiple of a quarter-hour: two values for one instant would be a conflict, and that is another subject.
  for (let i = from; i < from + 20; i++) moved(i, (old) => old + 3 * 3_600_000 + 431_000);
  moved(from + 25, () => Date.parse("2034-01-01T00:00:00Z"));
  moved(from + 30, () => 86_400_000);
}

function pickSpan(readings: readonly unknown[], days: number, random: () => number): Set<unknown> {
  const from = Math.floor(random() * (days - 1) * 96);
  return new Set(readings.slice(from, from + 60));
}

function withRepetitions(order: readonly number[], random: () => number): number[] {
  const result = [...order];
  for (const [i, n] of order.entries()) {
    if (random() < 0.2) result.splice(Math.min(result.length, i + Math.floor(random() * 200)), 0, n);
  }
  return result;
}

function messageOf(park: string, meter: string, readings: readonly NumberedReading[]): NumberedMessage {
  const objects = readings.map((r) => ({ time: new Date(r.timeMs).toISOString(), ...r.values }));
  return {
    topic: `parks/${park}/meters/${meter}/readings`,
    payload: JSON.stringify(objects.length === 1 ? objects[0] : objects),
    readings: readings.filter((r) => r.timeMs >= Date.UTC(2000)),
    isLetter: readings.some((r) => r.timeMs < Date.UTC(2000)),
  };
}

/** A message that cannot be used, with its number in it. */
function badMessage(park: string, n: number, random: () => number): NumberedMessage {
  const text = JSON.stringify({ time: FROM_MS, energyImportKwh: n });
  return random() < 0.5
    ? { topic: `parks/${park}/meters/ghost/readings`, payload: text, readings: [], isLetter: true }
    : {
        topic: `parks/${park}/meters/feeder/readings`,
        payload: text.slice(0, -1),
        readings: [],
        isLetter: true,
      };
}
