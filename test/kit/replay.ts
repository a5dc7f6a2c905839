import { setTimeout as delay } from "node:timers/promises";
import mqtt from "mqtt";
import type { EnergyAnswer } from "../../api/answers/energy.ts";
import { DAY_MS, QUARTER_MS } from "../../park/calendar.ts";
import type { Lingtan } from "./lingtan.ts";

/** Metered series of our own making, published by an independent client and asked for over HTTP. */

interface Series {
  readonly meter: string;
  readonly channel: "energyImportKwh" | "energyExportKwh";
  readonly readings: readonly { readonly timeMs: number; readonly display: number }[];
}

/** A seeded generator in [0, 1). */
export function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export const REPLAY_PARK = `
park: { id: replay, name: { zh: 回放, en: Replay }, timeZone: Asia/Shanghai }
enterprises:
  - { id: works, name: { zh: 工厂, en: Works }, sector: steel }
meters:
  - { id: feeder, role: load, enterprise: works, maxPowerKw: 1000, reportsEvery: 15m }
  - { id: inverter-1, role: pv, enterprise: works, maxPowerKw: 500, reportsEvery: 15m,
      registers: { energyExportKwh: { resolution: 0.001 } } }
  - { id: inverter-2, role: pv, enterprise: works, maxPowerKw: 500, reportsEvery: 15m,
      registers: { energyExportKwh: { resolution: 0.001 } } }
`;

const REPLAY_FROM_MS = Date.parse("2026-05-01T00:00:00+08:00");

/** Registers every quarter-hour for some days, with outages of up to nine hours. */
export function makeSeries(seed: number, days: number): Series[] {
  const random = mulberry32(seed);
  const make = (meter: string, channel: Series["channel"], most: number, decimals: number): Series => {
    const readings: { timeMs: number; display: number }[] = [];
    let micro = Math.round(random() * 9e6) * 1000;
    let outage = 0;
    for (let i = 0; i <= days * 96; i++) {
      const timeMs = REPLAY_FROM_MS + i * QUARTER_MS;
      const daytime = channel === "energyImportKwh" || (i % 96 > 26 && i % 96 < 74);
      const step = daytime ? Math.round(random() * most * 10 ** decimals) : 0;
      micro += step * 10 ** (6 - decimals);
      if (outage > 0) outage--;
      else if (i > 4 && i < days * 96 - 40 && random() < 0.01) outage = Math.ceil(random() * 36);
      if (outage === 0) readings.push({ timeMs, display: Number((micro / 1e6).toFixed(decimals)) });
    }
    return { meter, channel, readings };
  };
  return [
    make("feeder", "energyImportKwh", 200, 2),
    make("inverter-1", "energyExportKwh", 100, 3),
    make("inverter-2", "energyExportKwh", 100, 3),
  ];
}

export interface Outgoing {
  readonly meter: string;
  readonly payload: string;
}

/** One message a reading, as a gateway sends them. */
export function messagesOf(series: readonly Series[]): Outgoing[] {
  return series.flatMap((s) =>
    s.readings.map((r) => ({
      meter: s.meter,
      payload: JSON.stringify({ time: new Date(r.timeMs).toISOString(), [s.channel]: r.display }),
    })),
  );
}

export function shuffled<T>(items: readonly T[], seed: number): T[] {
  const random = mulberry32(seed);
  const list = [...items];
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const [a, b] = [list[i], list[j]];
    if (a !== undefined && b !== undefined) {
      list[i] = b;
      list[j] = a;
    }
  }
  return list;
}

/** Publishes at QoS 1 with a bounded number in flight; resolves when all are acknowledged. Those already in `done` are left out, and it grows as acknowledgements come. */
export async function publishAll(
  mqttUrl: string,
  messages: readonly Outgoing[],
  done: Set<number> = new Set(),
  options: { readonly park?: string; readonly version?: 4 | 5; readonly reconnect?: boolean } = {},
): Promise<void> {
  const client = await mqtt.connectAsync(mqttUrl, {
    protocolVersion: options.version ?? 4,
    reconnectPeriod: options.reconnect === false ? 0 : 200,
  });
  client.on("error", () => undefined);
  try {
    let next = 0;
    const worker = async () => {
      while (next < messages.length) {
        const i = next++;
        const message = messages[i];
        if (message === undefined || done.has(i)) continue;
        await client.publishAsync(
          `parks/${options.park ?? "replay"}/meters/${message.meter}/readings`,
          message.payload,
          { qos: 1 },
        );
        done.add(i);
      }
    };
    await Promise.all(Array.from({ length: 50 }, worker));
  } finally {
    await client.endAsync(true);
  }
}

/** Every answer about the series at a resolution, once all readings have been worked in. */
export async function energyOf(
  lingtan: Pick<Lingtan, "get">,
  series: readonly Series[],
  resolution: "15m" | "1d",
  days: number,
): Promise<Map<string, EnergyAnswer>> {
  const from = encodeURIComponent(new Date(REPLAY_FROM_MS).toISOString());
  const to = encodeURIComponent(new Date(REPLAY_FROM_MS + days * DAY_MS).toISOString());
  const found = new Map<string, EnergyAnswer>();
  for (const s of series) {
    for (let tries = 0; ; tries++) {
      const answer = await lingtan.get(
        `/api/v1/energy?scope=meter:${s.meter}&from=${from}&to=${to}&resolution=${resolution}`,
      );
      if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
      const body = (await answer.json()) as EnergyAnswer; // its figures are what the caller checks
      if (body.settled) {
        found.set(s.meter, body);
        break;
      }
      if (tries > 300) throw new Error(`${s.meter} does not settle`);
      await delay(100);
    }
  }
  return found;
}

/** What is wrong with quarter-hours whose readings lie on their ends; empty when all is right. */
export function faultsOf(series: readonly Series[], answers: ReadonlyMap<string, EnergyAnswer>): string[] {
  const faults: string[] = [];
  for (const s of series) {
    const answer = answers.get(s.meter);
    const values = s.channel === "energyImportKwh" ? answer?.importKwh : answer?.exportKwh;
    if (answer === undefined || values === undefined) {
      faults.push(`${s.meter}: no answer`);
      continue;
    }
    const at = new Map(s.readings.map((r) => [r.timeMs, r.display]));
    answer.time.forEach((time, i) => {
      const startMs = Date.parse(time);
      const before = at.get(startMs);
      const after = at.get(startMs + QUARTER_MS);
      const value = values[i] ?? null;
      if (value === null) faults.push(`${s.meter} ${time}: nothing`);
      else if (before !== undefined && after !== undefined) {
        if (Math.abs(value - (after - before)) > 1e-6)
          faults.push(`${s.meter} ${time}: ${value} for ${after - before}`);
        if (answer.quality[i] !== "measured") faults.push(`${s.meter} ${time}: ${answer.quality[i]}`);
      } else if (answer.quality[i] !== "estimated")
        faults.push(`${s.meter} ${time}: ${answer.quality[i]} in a gap`);
    });
    const first = s.readings[0]?.display ?? 0;
    const last = s.readings.at(-1)?.display ?? 0;
    const total = answer.total.importKwh ?? answer.total.exportKwh ?? Number.NaN;
    if (Math.abs(total - (last - first)) > 1e-6)
      faults.push(`${s.meter}: total ${total} for ${last - first}`);
  }
  return faults;
}

/** The answers without what may differ between runs: nothing but figures and their qualities. */
export function figuresOf(answers: ReadonlyMap<string, EnergyAnswer>): string {
  return JSON.stringify([...answers].sort(([a], [b]) => (a < b ? -1 : 1)));
}
