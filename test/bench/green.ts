import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pino } from "pino";
import { EnergyReader } from "../../api/energy/reader.ts";
import { DayFile } from "../../api/standards/day-file.ts";
import { ledgerTrades } from "../../api/standards/interval-trades.ts";
import { ParkMatching } from "../../api/standards/matching.ts";
import { RecordBook } from "../../api/standards/record-book.ts";
import { dayRowsFrom } from "../../api/standards/revisions.ts";
import { parseSettings } from "../../main/settings.ts";
import { makeStores, type Stores } from "../../main/stores.ts";
import { DAY_MS, QUARTER_MS } from "../../park/calendar.ts";
import { parsePark } from "../../park/load.ts";
import type { Park } from "../../park/park.ts";
import type { RegisterChannel } from "../../park/quantities.ts";
import type { EnergyQuery, EnergyRow, EnergySeries, Settlement, Telemetry } from "../../store/telemetry.ts";
import { type Lingtan, makeToken, startLingtan } from "../kit/lingtan.ts";
import { mulberry32 } from "../kit/replay.ts";
import { ALL_SHARP } from "../kit/settled.ts";
import { ENTERPRISES, METERS } from "./engine-park.ts";
import type { Figure } from "./figures.ts";
import { type BenchOptions, withEnds } from "./stage.ts";
import { percentile } from "./stats.ts";

/**
 * How long /green-power takes over a year of fifty enterprises and 500 meters, from a process that was just started with
 * matched days on disk, then warm. Day rows and the last days' quarter-hours are in the store; the older days were
 * matched before the start from quarter-hours made up on the way, as they are not read again.
 */

const DAYS = 365;
const FINE_DAYS = 2;
const QUESTIONS = 100;
const COLD_STARTS = 3;
const ROWS_A_WRITE = 30_000;
const NETWORK_OF = 10;

const sun = (q: number) => Math.max(0, Math.sin(((q - 24) / 48) * Math.PI));

interface Register {
  readonly meter: string;
  readonly channel: RegisterChannel;
  /** kWh by quarter-hour of the day. */
  readonly profile: (q: number) => number;
}

/** Of each enterprise a gate, PV, a storage and seven loads. */
function parkOf(): { readonly yaml: string; readonly park: Park; readonly registers: readonly Register[] } {
  const [enterprises, meters, assets, registers]: [string[], string[], string[], Register[]] = [
    [],
    [],
    [],
    [],
  ];
  const id = (e: number) => `works-${String(e).padStart(2, "0")}`;
  const both = "registers: { energyImportKwh: {}, energyExportKwh: {} }";
  for (let e = 0; e < ENTERPRISES; e++) {
    const works = id(e);
    const meter = (name: string, role: string, more = "") =>
      meters.push(
        `  - { id: ${works}-${name}, role: ${role}, enterprise: ${works}${name === "gate" ? "" : `, parent: ${works}-gate`}, maxPowerKw: 2000, reportsEvery: 1m${more} }`,
      );
    const register = (name: string, channel: RegisterChannel, profile: Register["profile"]) =>
      registers.push({ meter: `${works}-${name}`, channel, profile });
    enterprises.push(`  - { id: ${works}, name: { zh: ${works}, en: ${works} }, sector: steel }`);
    meter("gate", "grid", `, ${both}`);
    meter("pv", "pv");
    meter("pack", "storage", `, ${both}`);
    assets.push(
      `  - { id: ${works}-pack, kind: storage, name: { zh: 储能, en: Storage }, enterprise: ${works}, meters: [${works}-pack], capacityKwh: 400, maxChargeKw: 100, maxDischargeKw: 100, chargeEfficiency: 0.95, dischargeEfficiency: 0.95, minStateOfCharge: 0.1, maxStateOfCharge: 0.9 }`,
    );
    const pvKwh = 150 + 60 * (e % 5);
    register("gate", "energyImportKwh", (q) => 140 - 60 * sun(q));
    register("gate", "energyExportKwh", (q) => (e % 2 === 0 ? 60 * sun(q) : 0));
    register("pv", "energyExportKwh", (q) => pvKwh * sun(q));
    register("pack", "energyImportKwh", (q) => (q >= 44 && q < 56 ? 25 : 0));
    register("pack", "energyExportKwh", (q) => (q >= 72 && q < 88 ? 17 : 0));
    for (let l = 0; l < METERS / ENTERPRISES - 3; l++) {
      meter(`load-${l}`, "load");
      register(`load-${l}`, "energyImportKwh", () => 14 + (e % 7) + l);
    }
  }
  const networks = Array.from(
    { length: ENTERPRISES / NETWORK_OF },
    (_, n) =>
      `  - { id: street-${n}, kind: private, members: [${Array.from({ length: NETWORK_OF }, (__, m) => id(n * NETWORK_OF + m)).join(", ")}] }`,
  );
  const yaml = [
    "park: { id: bench, name: { zh: 量测, en: Bench }, timeZone: Asia/Shanghai }",
    "networks:",
    ...networks,
    "enterprises:",
    ...enterprises,
    "meters:",
    ...meters,
    "assets:",
    ...assets,
    "",
  ].join("\n");
  return { yaml, park: parsePark(yaml), registers };
}

const row = (startMs: number, kwh: number, knownMs: number): EnergyRow => ({
  startMs,
  micro: Math.round(kwh * 1e6),
  knownMs,
  flags: ALL_SHARP,
});

async function fill(
  stores: Stores,
  registers: readonly Register[],
  days: readonly number[],
  todayMs: number,
): Promise<void> {
  let waiting: Settlement[] = [];
  let rows = 0;
  for (const { meter, channel, profile } of registers) {
    let dayKwh = 0;
    for (let q = 0; q < 96; q++) dayKwh += Math.round(profile(q) * 1e6) / 1e6;
    const intervals: EnergyRow[] = [];
    for (let t = todayMs - FINE_DAYS * DAY_MS; t < todayMs; t += QUARTER_MS)
      intervals.push(
        row(t, profile(Math.round((t - todayMs) / QUARTER_MS + 96 * FINE_DAYS) % 96), QUARTER_MS),
      );
    waiting.push({
      meter,
      channel,
      rev: 1,
      intervals,
      days: days.map((start) => row(start, dayKwh, DAY_MS)),
      judgements: [],
    });
    rows += intervals.length + days.length;
    if (rows < ROWS_A_WRITE) continue;
    await stores.telemetry.writeSettlements(waiting);
    waiting = [];
    rows = 0;
  }
  await stores.telemetry.writeSettlements(waiting);
}

/** Quarter-hours made up as they are asked for. */
function madeUp(telemetry: Telemetry, registers: readonly Register[]): Pick<Telemetry, "readEnergy"> {
  const byKey = new Map(
    registers.map((r) => [
      `${r.meter}/${r.channel}`,
      Float64Array.from({ length: 96 }, (_, q) => Math.round(r.profile(q) * 1e6)),
    ]),
  );
  return {
    async readEnergy(query: EnergyQuery): Promise<EnergySeries[]> {
      if (query.rows === "day") return await telemetry.readEnergy(query);
      const count = Math.round((query.toMs - query.fromMs) / QUARTER_MS);
      const startMs = Float64Array.from({ length: count }, (_, i) => query.fromMs + i * QUARTER_MS);
      const [knownMs, flags, revs] = [
        new Float64Array(count).fill(QUARTER_MS),
        new Uint16Array(count).fill(ALL_SHARP),
        new Float64Array(count).fill(1),
      ];
      return query.registers.flatMap(({ meter, channel }) => {
        const day = byKey.get(`${meter}/${channel}`);
        if (day === undefined) return [];
        const micro = Float64Array.from({ length: count }, (_, i) => day[i % 96] ?? 0);
        return [{ meter, channel, startMs, micro, knownMs, flags, revs, rev: 1 }];
      });
    },
  };
}

export async function benchGreen({ say }: Pick<BenchOptions, "say">): Promise<Figure[]> {
  return await withEnds(async (atEnd) => {
    const folder = await mkdtemp(path.join(tmpdir(), "lingtan-green-"));
    atEnd(() => rm(folder, { recursive: true, force: true }));
    const { yaml, park, registers } = parkOf();
    const env = {
      PARK_FILE: path.join(folder, "park.yaml"),
      DATA_DIR: path.join(folder, "data"),
      LOG_LEVEL: "warn",
    };
    await writeFile(env.PARK_FILE, yaml);
    const { calendar } = park;
    const todayMs = calendar.floor(Date.now(), "1d");
    const days = calendar.buckets(todayMs - DAYS * DAY_MS, todayMs, "1d");
    const stores = makeStores(parseSettings(env), park, pino({ level: "silent" }));
    await stores.lock();
    const matchedMs = await (async () => {
      try {
        await stores.start(AbortSignal.timeout(30_000));
        await fill(stores, registers, days, todayMs);
        say("filled with a year of day rows");
        const source = madeUp(stores.telemetry, registers);
        const rows = dayRowsFrom((of, fromMs, toMs, limit) =>
          stores.telemetry.readEnergy({ rows: "day", registers: of, fromMs, toMs, limit }),
        );
        const file = new DayFile(env.DATA_DIR, park.id, pino({ level: "silent" }));
        const reader = new EnergyReader(park, { ...stores.telemetry, readEnergy: source.readEnergy });
        const records = new RecordBook(stores.ledger, Date.now);
        const matching = new ParkMatching(park, reader, rows, { trades: ledgerTrades(park, records), file });
        const startMs = performance.now();
        const matched = await matching.days(days[0] ?? 0, todayMs, todayMs);
        if (matched.length !== DAYS) throw new Error(`${matched.length} days matched instead of ${DAYS}`);
        await file.flush();
        return performance.now() - startMs;
      } finally {
        await stores.stop();
      }
    })();
    say(`a year matched and written in ${Math.round(matchedMs)} ms`);
    const token = await makeToken(env);
    const ask = (fromMs: number, toMs: number, scope = "park") =>
      `/api/v1/green-power?${new URLSearchParams({ scope, from: calendar.iso(fromMs), to: calendar.iso(toMs) })}`;
    const year = ask(days[0] ?? 0, todayMs);
    const coldMs: number[] = [];
    let lingtan: Lingtan | null = null;
    atEnd(async () => await lingtan?.stop());
    for (let i = 0; i < COLD_STARTS; i++) {
      await lingtan?.stop();
      lingtan = await startLingtan(env, ["--no-simulate"], token);
      coldMs.push(await timed(lingtan, year));
      say(`cold: ${Math.round(coldMs.at(-1) ?? 0)} ms`);
    }
    if (lingtan === null) throw new Error("nothing was started");
    const random = mulberry32(5);
    const warmMs: number[] = [];
    for (let i = 0; i < QUESTIONS; i++) {
      const first = Math.floor(random() * (days.length - 8));
      const last = first + 7 + Math.floor(random() * (days.length - first - 7));
      warmMs.push(await timed(lingtan, ask(days[first] ?? 0, days[last] ?? todayMs)));
    }
    const subject = "green power, embedded";
    return [
      {
        subject,
        what: "a year matched with nothing on disk, without reading",
        value: matchedMs,
        unit: "ms",
        bar: null,
      },
      {
        subject,
        what: "a year of the park, cold",
        value: Math.max(...coldMs),
        unit: "ms",
        bar: { at: "most", value: 3_000 },
      },
      {
        subject,
        what: "random spans of the park, p50",
        value: percentile(warmMs, 0.5),
        unit: "ms",
        bar: null,
      },
      {
        subject,
        what: "random spans of the park, p95",
        value: percentile(warmMs, 0.95),
        unit: "ms",
        bar: { at: "most", value: 50 },
      },
    ];
  });
}

/** Until the whole answer is here. @throws when it is none, or does not know the use of all the span */
async function timed(lingtan: Lingtan, question: string): Promise<number> {
  const startMs = performance.now();
  const response = await lingtan.get(question);
  const text = await response.text();
  const ms = performance.now() - startMs;
  const answer: unknown = JSON.parse(text);
  const coverage =
    typeof answer === "object" && answer !== null && "coverage" in answer
      ? JSON.stringify(answer.coverage)
      : "";
  if (!response.ok || coverage !== '{"measured":1,"estimated":0,"missing":0}')
    throw new Error(`${question}: ${response.status} ${text.slice(0, 400)}`);
  return ms;
}
