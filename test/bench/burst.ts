import { setTimeout as delay } from "node:timers/promises";
import mqtt from "mqtt";
import type { BalanceAnswer } from "../../api/answers/energy.ts";
import { DAY_MS, HOUR_MS, QUARTER_MS } from "../../park/calendar.ts";
import { freePort, makeToken, type Run, runMain, startLingtan } from "../kit/lingtan.ts";
import type { Figure } from "./figures.ts";
import { untilHealth } from "./health.ts";
import { ProcessMeter } from "./process-meter.ts";
import { type BenchOptions, type Ground, prepareGround, type Shape, withEnds } from "./stage.ts";

/**
 * A gateway that was cut off for a day sends what it has kept: all meters' quarter-hourly readings of a day that was
 * estimated until then. From the first of them on it is asked for the year until the answer holds that day as measured.
 */

/** The burst's day began so long ago; readings have come every hour since. */
const DAYS_AGO = 5;
const READINGS_A_MESSAGE = 96;
const PATIENCE_MS = 120_000;
const START_PATIENCE_MS = 90_000;
/** A question costs processor time, too. */
const POLL_MS = 500;
/** A meter takes this much more in every quarter-hour of the second half of the day. */
const CENTI_A_QUARTER = 500;

interface Place {
  readonly url: string;
  readonly mqttUrl: string;
  readonly token: string;
  /** The processes whose time it takes, by name. */
  readonly pids: Readonly<Record<string, number>>;
  /** Ends ingest in order and starts it again. */
  restart(): Promise<Pick<Place, "url" | "mqttUrl">>;
}

export async function benchBurst(shape: Shape, options: BenchOptions): Promise<Figure[]> {
  return await withEnds(async (atEnd) => {
    const ground = await prepareGround(shape, options, atEnd);
    const { calendar } = ground.bench.park;
    const { say } = options;
    const now = Date.now();
    const dayMs = calendar.floor(now - DAYS_AGO * DAY_MS, "1d");
    const nextMs = calendar.next(dayMs, "1d");
    const place = shape === "embedded" ? await startWhole(ground, atEnd) : await startApart(ground, atEnd);
    const connect = async (mqttUrl: string) => {
      const client = await mqtt.connectAsync(mqttUrl, { reconnectPeriod: 0 });
      atEnd(async () => await client.endAsync(true));
      return client;
    };
    let client = await connect(place.mqttUrl);

    // The displays stand still before the day and after it; inside they rise in the second half only.
    const riseAt = (timeMs: number) =>
      CENTI_A_QUARTER * Math.max(0, (Math.min(timeMs, nextMs) - (dayMs + DAY_MS / 2)) / QUARTER_MS);
    const send = async (times: readonly number[]) => {
      const sent = { readings: 0, messages: 0 };
      for (let i = 0; i < times.length; i += READINGS_A_MESSAGE) {
        const some = times.slice(i, i + READINGS_A_MESSAGE);
        await Promise.all(
          ground.bench.meters.map(async ({ id, channel }, m) => {
            const readings = some.map((t) => ({
              time: new Date(t).toISOString(),
              [channel]: (100_000 + m + riseAt(t)) / 100,
            }));
            await client.publishAsync(`parks/bench/meters/${id}/readings`, JSON.stringify(readings), {
              qos: 1,
            });
          }),
        );
        sent.readings += some.length * ground.bench.meters.length;
        sent.messages += ground.bench.meters.length;
      }
      return sent;
    };
    const settled = async (url: string, messages: number) =>
      await untilHealth(
        url,
        PATIENCE_MS,
        (h) => h.messages >= messages && h.waiting === 0 && h.dirtyMeters === 0,
      );

    const before = [4, 3, 2, 1].map((h) => dayMs - h * HOUR_MS);
    const after: number[] = [];
    for (let t = nextMs + HOUR_MS; t <= now; t += HOUR_MS) after.push(t);
    const sent = await send([...before, ...after]);
    say(`${sent.readings} readings before and after the day`);
    const ask = async (): Promise<BalanceAnswer> => {
      const [from, to] = [
        calendar.floor(now - 365 * DAY_MS, "1d"),
        calendar.next(calendar.floor(now, "1d"), "1d"),
      ];
      const span = { from: calendar.iso(from), to: calendar.iso(to), resolution: "1d" };
      const answer = await fetch(`${place.url}/api/v1/balance?${new URLSearchParams(span)}`, {
        headers: { authorization: `Bearer ${place.token}` },
      });
      if (!answer.ok) throw new Error(`/balance: ${answer.status} ${await answer.text()}`);
      return (await answer.json()) as BalanceAnswer; // our own product's answer
    };
    await settled(place.url, sent.messages);
    const row = (await ask()).time.indexOf(calendar.iso(dayMs));
    const takes = ground.bench.meters.filter(
      ({ id, channel }) => /-load-/.test(id) && channel === "energyImportKwh",
    );
    const dueKwh = (takes.length * riseAt(nextMs)) / 100;
    const isCorrected = ({ useKwh, flowQuality, settled: isSettled }: BalanceAnswer) =>
      isSettled && Math.abs((useKwh[row] ?? 0) - dueKwh) < 1e-6 && flowQuality?.use?.[row] === "measured";
    if (isCorrected(await ask())) throw new Error("the day was right before the burst");

    const times: number[] = [];
    for (let t = dayMs; t <= nextMs; t += QUARTER_MS) times.push(t);
    const meters = Object.entries(place.pids).map(([name, pid]) => ({ name, meter: new ProcessMeter(pid) }));
    const startMs = performance.now();
    let sentMs = 0;
    const sending = send(times).then(({ readings }) => {
      sentMs = performance.now() - startMs;
      return readings;
    });
    let last = await ask();
    for (let toldMs = startMs; sentMs === 0 || !isCorrected(last); last = await ask()) {
      if (performance.now() - startMs > PATIENCE_MS)
        throw new Error(`the day does not become right: ${last.useKwh[row]} instead of ${dueKwh} kWh`);
      if (performance.now() - toldMs > 2_000) {
        toldMs = performance.now();
        say(`  the day is ${last.useKwh[row]} of ${dueKwh} kWh, ${last.settled ? "" : "not "}settled`);
      }
      await delay(POLL_MS);
    }
    const correctedMs = performance.now() - startMs;
    const count = await sending;
    say(
      `${count} late readings: taken after ${(sentMs / 1000).toFixed(2)} s, corrected after ${(correctedMs / 1000).toFixed(2)} s`,
    );
    const burst = meters.map(({ name, meter }) => ({ name, seconds: meter.end().cpuSeconds }));

    await client.endAsync();
    const again = await place.restart();
    client = await connect(again.mqttUrl);
    const againMs = performance.now();
    const { messages } = await send([Date.now()]);
    await settled(again.url, messages);
    const loadedMs = performance.now() - againMs;
    say(`after a restart a reading of every meter is settled after ${(loadedMs / 1000).toFixed(2)} s`);
    const subject = `late burst, ${shape}`;
    const figure = (what: string, value: number | null, unit: string, bar: Figure["bar"] = null): Figure => ({
      subject,
      what,
      value,
      unit,
      bar,
    });
    return [
      figure("late readings of one day", count, ""),
      figure("from the first to the last acknowledged", sentMs / 1000, "s"),
      figure("from the first to the corrected year", correctedMs / 1000, "s", { at: "most", value: 10 }),
      ...burst.map(({ name, seconds }) => figure(`processor time of ${name}`, seconds, "s")),
      figure("after a restart, until a reading of every meter is settled", loadedMs / 1000, "s"),
    ];
  });
}

async function startWhole(ground: Ground, atEnd: (end: () => Promise<void>) => void): Promise<Place> {
  let lingtan = await startLingtan(ground.env, ["--no-simulate"]);
  atEnd(() => lingtan.stop());
  return {
    ...lingtan,
    pids: { "whole process": lingtan.child.pid ?? 0 },
    restart: async () => {
      await lingtan.stop();
      lingtan = await startLingtan(ground.env, ["--no-simulate"], lingtan.token);
      return lingtan;
    },
  };
}

async function startApart(ground: Ground, atEnd: (end: () => Promise<void>) => void): Promise<Place> {
  const { env, servers } = ground;
  if (servers === null) throw new Error("no servers");
  const token = await makeToken(env);
  const port = await freePort();
  const end = async (run: Run) => {
    run.child.kill("SIGTERM");
    await run.exit;
  };
  const begin = (command: string): Run => {
    const run = runMain([command], { ...env, PORT: String(port) });
    atEnd(async () => {
      await end(run);
      process.stderr.write(run.stderr());
    });
    return run;
  };
  const [api, ingest] = [begin("api"), begin("ingest")];
  const url = `http://127.0.0.1:${port}`;
  const mqttUrl = servers.mosquitto.now.url;
  await untilHealth(url, START_PATIENCE_MS, (health) => health.status === "ok");
  return {
    url,
    mqttUrl,
    token,
    pids: { ingest: ingest.child.pid ?? 0, api: api.child.pid ?? 0, influxd: servers.influx.now.pid },
    restart: async () => {
      await end(ingest);
      begin("ingest");
      // Its own count begins anew.
      await untilHealth(url, START_PATIENCE_MS, (health) => health.status === "ok" && health.messages === 0);
      return { url, mqttUrl };
    },
  };
}
