import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeProblems, ProblemsError } from "../../park/problems.ts";
import { progressBar } from "../../simulators/progress.ts";
import { checkCsv, sendCsv } from "../../simulators/replay.ts";
import { smallPark } from "../kit/small-park.ts";

const park = smallPark();
let folder: string;
let number = 0;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "replay-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function fileOf(text: string): string {
  const file = path.join(folder, `${number++}.csv`);
  writeFileSync(file, text);
  return file;
}

async function problemsOf(text: string): Promise<string[]> {
  const error: unknown = await checkCsv(fileOf(text), park).catch((e: unknown) => e);
  if (!(error instanceof ProblemsError)) throw new Error(`expected problems, got ${JSON.stringify(error)}`);
  expect(describeProblems(error)).toContain("expected");
  return error.problems.map((p) => `${p.path}: expected ${p.expected}, found ${p.found}`);
}

async function sent(text: string, speed: "max" | number = "max") {
  const list: { topic: string; payload: unknown; atMs: number }[] = [];
  const result = await sendCsv(
    {
      publish: async (topic, payload) => {
        list.push({ topic, payload: JSON.parse(payload), atMs: performance.now() });
      },
      flush: async () => undefined,
    },
    { park, file: fileOf(text), speed },
  );
  return { list, result };
}

describe("the replay of a CSV", () => {
  it("sends rows as readings that are not simulated; empty cells are no values", async () => {
    const { list, result } = await sent(
      "\uFEFFtime,meter,energyImportKwh,powerKw\n2018-01-01T00:15:00+09:00,gate,250003.17,12.68\n2018-01-01T00:30:00+09:00,gate,250007.17,\n1514736900000,roof,,-3\n",
    );
    expect(result).toEqual({ rows: 3, messages: 2 });
    expect(list[0]).toMatchObject({
      topic: "parks/small/meters/gate/readings",
      payload: [
        { time: "2017-12-31T23:15:00+08:00", energyImportKwh: 250003.17, powerKw: 12.68 },
        { time: "2017-12-31T23:30:00+08:00", energyImportKwh: 250007.17 },
      ],
    });
    expect(list[1]).toMatchObject({ topic: "parks/small/meters/roof/readings", payload: { powerKw: -3 } });
    expect(JSON.stringify(list)).not.toContain("simulated");
  });

  it("tells everything that is wrong, by line and column, and sends nothing", async () => {
    const problems = await problemsOf(
      [
        "time,meter,energyImportKwh,stateOfCharge",
        "2018-01-01T00:15:00+09:00,gate,1,0.5",
        "2018-01-01 00:15,gate,1,",
        "2018-01-01T00:15:00+09:00,gate,many,1.5",
        "2018-01-01T00:15:00+09:00,gate,-1,",
        "2018-01-01T00:15:00+09:00,gate,1",
        "2018-01-01T00:15:00+09:00,gate,,",
        "2018-01-01T00:15:00+09:00,nowhere,1,",
        "2018-01-01T00:30:00+09:00,nowhere,2,",
        "2018-01-01T00:15:00+09:00,NOT AN ID,2,",
      ].join("\n"),
    );
    expect(problems).toEqual([
      "line 3, time: expected ISO 8601 with an offset, or epoch milliseconds, found 2018-01-01 00:15",
      "line 4, energyImportKwh: expected a number, found many",
      "line 4, stateOfCharge: expected at most 1, found 1.5",
      "line 5, energyImportKwh: expected at least 0, found -1",
      "line 6: expected 4 cells, found 3",
      "line 7, time: expected a value in at least one channel, found nothing",
      "line 10, meter: expected a meter's id, found NOT AN ID",
      "line 8, meter: expected a meter of park small, found nowhere (in 2 rows)",
    ]);
  });

  it("tells a wrong header, an empty file and a missing one", async () => {
    expect(await problemsOf("when,meter,volts,volts\n1,2,3,4\n")).toEqual([
      "line 1: expected a column time, found when,meter,volts,volts",
      expect.stringContaining("line 1, when: expected a channel"),
      expect.stringContaining("line 1, volts: expected a channel"),
      "line 1, volts: expected each column once, found volts",
    ]);
    expect((await problemsOf(""))[0]).toContain("expected at least one row, found none");
    expect((await problemsOf("time,meter,powerKw\n"))[0]).toContain("expected at least one row, found none");
    const missing: unknown = await checkCsv(path.join(folder, "none.csv"), park).catch((e: unknown) => e);
    expect(missing instanceof ProblemsError && missing.problems[0]?.found).toContain("ENOENT");
  });

  it("lists a hundred problems and counts the rest", async () => {
    const rows = Array.from({ length: 350 }, () => "yesterday,gate,1").join("\n");
    const problems = await problemsOf(`time,meter,powerKw\n${rows}\n`);
    expect(problems.length).toBe(101);
    expect(problems.at(-1)).toContain("250 more problems");
  });

  it("keeps to a time scale when told", async () => {
    const startedMs = performance.now();
    const { list } = await sent(
      "time,meter,powerKw\n2018-01-01T00:00:00Z,gate,1\n2018-01-01T00:15:00Z,gate,2\n2018-01-01T00:30:00Z,gate,3\n",
      900_000 / 80,
    );
    expect(list.length).toBe(3);
    // None before its time; a busy machine may be late.
    list.forEach((m, i) => {
      expect(m.atMs - startedMs).toBeGreaterThan(i * 80 - 5);
    });
  });

  it("holds a long file in bounded memory", async () => {
    const start = Date.parse("2018-01-01T00:00:00Z");
    const rows: string[] = ["time,meter,energyImportKwh"];
    for (let i = 0; i < 120_000; i++) rows.push(`${start + i * 60_000},gate,${i}.25`);
    const file = fileOf(rows.join("\n"));
    rows.length = 0;
    let readings = 0;
    let largest = 0;
    await sendCsv(
      {
        publish: async (_topic, payload) => {
          const parsed: unknown = JSON.parse(payload);
          const count = Array.isArray(parsed) ? parsed.length : 1;
          readings += count;
          largest = Math.max(largest, count);
        },
        flush: async () => undefined,
      },
      { park, file, speed: "max" },
    );
    expect(readings).toBe(120_000);
    expect(largest).toBeLessThanOrEqual(96);
  });
});

describe("the progress bar", () => {
  it("draws over one line on a terminal and nothing elsewhere", () => {
    const written: string[] = [];
    let nowMs = 0;
    const bar = progressBar("历史", { isTTY: true, write: (text) => written.push(text) }, () => nowMs);
    bar({ done: 0, total: 10 });
    bar({ done: 1, total: 10 });
    nowMs = 200;
    bar({ done: 5, total: 10 });
    bar({ done: 10, total: 10 });
    expect(written.length).toBe(3);
    expect(written[1]).toContain("50 %");
    expect(written[2]).toMatch(/100 % \(10\/10\)\n$/);
    const silent = progressBar("x", { isTTY: false, write: (text) => written.push(text) });
    silent({ done: 10, total: 10 });
    expect(written.length).toBe(3);
  });
});
