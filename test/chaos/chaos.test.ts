import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { DeadLetter, ReadingRow } from "../../store/telemetry.ts";
import { whyMissing } from "../kit/servers.ts";
import { check, differencesOf, type Evidence } from "./check.ts";
import { ProgramClock } from "./clock.ts";
import { NEMESES, NEMESIS_NAMES } from "./nemeses.ts";
import type { Picture } from "./picture.ts";
import { type RoundResult, runRound } from "./round.ts";
import { selfTest } from "./self-test.ts";
import { startServers } from "./stage.ts";
import { makeWorkload, SENDING_TROUBLES } from "./workload.ts";

const workload = makeWorkload({ park: "p", seed: 5, days: 2, publishMs: 100, troubles: SENDING_TROUBLES });
const { messages } = workload;

const rowOf = (reading: (typeof messages)[number]["readings"][number]): ReadingRow => ({
  ...reading,
  superseded: {},
  simulated: false,
});

/** A store that holds all of the workload. */
function whole(): { readings: ReadingRow[]; letters: DeadLetter[] } {
  return {
    readings: messages.flatMap((m) => m.readings.map(rowOf)),
    letters: messages
      .filter((m) => m.isLetter)
      .map((m, i) => ({
        timeMs: i,
        topic: m.topic,
        payload: m.payload,
        encoding: "utf8",
        bytes: m.payload.length,
        reason: "unknown-meter",
        detail: "",
      })),
  };
}

function evidence(found: Pick<Picture, "readings" | "letters">, more: Partial<Evidence> = {}): Evidence {
  return {
    messages,
    history: {
      sent: new Set(messages.keys()),
      acked: new Map([...messages.keys()].map((n) => [n, 1_000 + n])),
    },
    found: { ...found, dirty: [], energy: [] },
    takenByIngest: null,
    brokerKillsMs: [],
    ...more,
  };
}

const NONE = { lost: [], lostInBroker: [], phantoms: [] };

describe("the check of chaos", () => {
  it("E13 finds nothing where all is there, dead letters more than once included", () => {
    const { readings, letters } = whole();
    expect(letters.length).toBeGreaterThan(1);
    expect(check(evidence({ readings, letters: [...letters, ...letters] }))).toEqual(NONE);
  });

  it("E13 finds a lost reading, a lost part of a message, a changed value and a lost dead letter", () => {
    const { readings, letters } = whole();
    const long = messages.findIndex((m) => m.readings.length > 1);
    const bad = messages.findIndex((m) => m.isLetter);
    const lost = messages[long]?.readings[7];
    expect(long).toBeGreaterThan(0);
    const found = {
      readings: readings.slice(1).filter((r) => r.meter !== lost?.meter || r.timeMs !== lost.timeMs),
      letters: letters.slice(1),
    };
    expect([...check(evidence(found)).lost].sort((a, b) => a - b)).toEqual(
      [0, bad, long].sort((a, b) => a - b),
    );
    const values = { energyImportKwh: 1, energyExportKwh: 1 };
    const changed = readings.map((row, i) => (i === 0 ? { ...row, values } : row));
    const verdict = check(evidence({ readings: changed, letters }));
    expect(verdict.lost).toEqual([0]);
    expect(verdict.phantoms.length).toBe(1);
  });

  it("finds readings and dead letters that nobody published", () => {
    const { readings, letters } = whole();
    const sent = new Set([...messages.keys()].slice(1));
    const verdict = check(evidence({ readings, letters }, { history: { sent, acked: new Map() } }));
    expect(verdict.phantoms).toEqual([expect.stringContaining("for null")]);
    const [letter] = letters;
    if (letter === undefined) throw new Error("no letter");
    const strange = { ...letter, payload: "strange" };
    expect(check(evidence({ readings, letters: [...letters, strange] })).phantoms.length).toBe(1);
  });

  it("lays on the broker only what it acknowledged, was killed after, and never got acknowledged by ingest", () => {
    const { readings, letters } = whole();
    const found = { readings: readings.slice(1), letters };
    const withBroker = (taken: number[], brokerKillsMs: number[]) =>
      check(evidence(found, { takenByIngest: new Set(taken), brokerKillsMs }));
    expect(withBroker([], [1_000])).toEqual({ ...NONE, lostInBroker: [0] });
    expect(withBroker([0], [1_000])).toEqual({ ...NONE, lost: [0] });
    expect(withBroker([], [])).toEqual({ ...NONE, lost: [0] });
    expect(withBroker([], [999])).toEqual({ ...NONE, lost: [0] });
  });

  it("names every line of energy that differs", () => {
    expect(differencesOf(["a", "b"], ["a", "b"])).toEqual([]);
    expect(differencesOf(["a", "c"], ["a", "b"])).toEqual(["found       c", "undisturbed b"]);
  });
});

describe("what chaos sends", () => {
  it("every message once at least, no two alike, no instant with two values", () => {
    expect(new Set(workload.sending.map((s) => s.n))).toEqual(new Set(messages.keys()));
    expect(workload.sending.length).toBeGreaterThan(messages.length);
    expect(new Set(messages.map((m) => `${m.topic} ${m.payload}`)).size).toBe(messages.length);
    const instants = messages.flatMap((m) => m.readings.map((r) => `${r.meter} ${r.timeMs}`));
    expect(new Set(instants).size).toBe(instants.length);
  });

  it("the same again from the same seed", () => {
    const again = makeWorkload({ park: "p", seed: 5, days: 2, publishMs: 100, troubles: SENDING_TROUBLES });
    expect(again).toEqual(workload);
  });

  it("every nemesis has a name of its own", () => {
    expect(new Set(NEMESIS_NAMES).size).toBe(NEMESIS_NAMES.length);
    expect(NEMESES.every((n) => n.shapes.length > 0)).toBe(true);
  });
});

describe("the clock that chaos sets", () => {
  it("is the program's wall clock, and nothing else changes", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "lingtan-clock-"));
    try {
      const clock = new ProgramClock(folder);
      clock.set(-3_600_000);
      const script =
        "console.log(JSON.stringify([Date.now(), new Date().getTime(), new Date(7).getTime(), new Date() instanceof Date]))";
      const imports = ["tsx", ...clock.preload].flatMap((module) => ["--import", module]);
      const { stdout } = await promisify(execFile)(process.execPath, [...imports, "-e", script], {
        env: { ...process.env, ...clock.env },
      });
      const told = z.tuple([z.number(), z.number(), z.number(), z.boolean()]);
      const [now, made, given, isDate] = told.parse(JSON.parse(stdout));
      for (const shown of [now, made]) {
        expect(shown).toBeGreaterThan(Date.now() - 3_660_000);
        expect(shown).toBeLessThanOrEqual(Date.now() - 3_600_000);
      }
      expect([given, isDate]).toEqual([7, true]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

const short = { days: 1, publishMs: 1_500 };

function expectClean(result: RoundResult): void {
  expect(result.fault, `history: ${result.evidence}`).toBeNull();
  expect(result.acknowledged).toBeGreaterThan(200);
}

describe("E9 E13 acknowledged and lost: none, and energy as if nothing had happened", () => {
  it("the embedded process killed −9 while it takes readings", async () => {
    expectClean(await runRound({ ...short, seed: 1, servers: null, only: "kill-ingest" }));
  }, 200_000);

  it("a publish acknowledged and thrown away is found out", async () => {
    const { isCaught, text } = await selfTest(null, 1);
    expect(isCaught, text).toBe(true);
  }, 200_000);

  const missing = whyMissing("mosquitto") ?? whyMissing("influx") ?? whyMissing("postgres");
  it.skipIf(missing !== null)(
    `on servers: the store breaks off its answers, and a write that it never saw is found out${missing === null ? "" : ` (${missing})`}`,
    async () => {
      const servers = await startServers();
      try {
        expectClean(await runRound({ ...short, seed: 2, servers, only: "store-half" }));
        const { isCaught, text } = await selfTest(servers, 2);
        expect(isCaught, text).toBe(true);
      } finally {
        await servers.close();
      }
    },
    400_000,
  );
});
