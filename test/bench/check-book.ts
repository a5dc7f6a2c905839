import { pino } from "pino";
import { parseSettings } from "../../main/settings.ts";
import { makeStores } from "../../main/stores.ts";
import { DAY_MS } from "../../park/calendar.ts";
import type { Telemetry } from "../../store/telemetry.ts";
import { displayCenti } from "./readings.ts";
import type { Ground } from "./stage.ts";

/** Reads back what a run has stored and compares it with what was published. */
export interface Book {
  /** Published and acknowledged, but not stored (below 0: stored more often). */
  readonly lost: number;
  /** Meters whose energy is not exactly what their display rose. */
  readonly wrongMeters: number;
}

const METERS_A_QUESTION = 10;
const DAYS_A_QUESTION = 20;

export async function checkBook(
  { bench, env }: Ground,
  sent: { readonly messages: number; readonly perMessage: number },
  say: (progress: string) => void,
): Promise<Book> {
  const { park, meters } = bench;
  const published = sent.messages * sent.perMessage;
  const stores = makeStores(parseSettings(env), park, pino({ level: "silent" }));
  await stores.lock();
  try {
    await stores.start(AbortSignal.timeout(30_000));
    const { telemetry } = stores;
    const span = { fromMs: 0, toMs: Date.now() };
    let stored = 0;
    let wrongMeters = 0;
    for (let i = 0; i < meters.length; i += METERS_A_QUESTION) {
      const asked = meters.slice(i, i + METERS_A_QUESTION);
      const ids = asked.map((m) => m.id);
      for (const id of ids) stored += await countOf(telemetry, id, span.toMs);
      const registers = asked.map((m) => ({ meter: m.id, channel: m.channel }));
      const energy = await telemetry.readEnergy({ rows: "day", registers, ...span, limit: 1e6 });
      for (const [place, { id }] of asked.entries()) {
        const meter = i + place;
        const messages =
          Math.floor(sent.messages / meters.length) + (meter < sent.messages % meters.length ? 1 : 0);
        const readings = messages * sent.perMessage;
        const roseCenti = readings < 2 ? 0 : displayCenti(meter, readings - 1) - displayCenti(meter, 0);
        const micro = energy.find((s) => s.meter === id)?.micro.reduce((a, b) => a + b, 0) ?? 0;
        if (micro !== roseCenti * 10_000) wrongMeters++;
      }
    }
    say(`stored ${stored} of ${published} readings; energy of ${wrongMeters} meters wrong`);
    return { lost: published - stored, wrongMeters };
  } finally {
    await stores.stop();
  }
}

/** Stored readings of a meter, in parts, as ten minutes of a fast run are a meter's months. */
async function countOf(
  telemetry: Pick<Telemetry, "readReadings" | "readLastReadings">,
  meter: string,
  toMs: number,
): Promise<number> {
  let count = 0;
  for (let endMs = toMs; ; ) {
    const [last] = await telemetry.readLastReadings([meter], endMs);
    if (last === undefined) return count;
    const fromMs = last.timeMs - DAYS_A_QUESTION * DAY_MS;
    const rows = await telemetry.readReadings({ meters: [meter], fromMs, toMs: endMs, limit: 1e6 });
    count += rows.length;
    endMs = fromMs;
  }
}
