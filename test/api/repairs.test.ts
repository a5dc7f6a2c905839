import { afterEach, beforeEach, describe, expect, it } from "vitest";
import writeXlsxFile from "write-excel-file/node";
import { errorAnswer } from "../../api/answers/common.ts";
import {
  type DecisionsAnswer,
  decidedAnswer,
  decisionsAnswer,
  eventsAnswer,
} from "../../api/answers/repairs.ts";
import { parseHandRead } from "../../api/repairs/csv.ts";
import { type TestApi, testApi } from "../kit/api.ts";
import { smallPark } from "../kit/small-park.ts";

const NOW = Date.parse("2026-11-20T12:00:00+08:00");
const DAY = Date.parse("2026-11-19T00:00:00+08:00");
const HOUR = 3_600_000;
const iso = (timeMs: number) => smallPark().calendar.iso(timeMs);
const meter = smallPark().meters.find((m) => m.sum === null && m.role === "grid")?.id ?? "";
const virtual = smallPark().meters.find((m) => m.sum !== null)?.id ?? "";
const REGISTER = { meter, channel: "energyImportKwh" };
let api: TestApi;
let office = "";

beforeEach(async () => {
  api = await testApi(smallPark(), NOW);
  office = await api.token("office");
});
afterEach(async () => {
  await api.close();
});

async function send(path: string, body: unknown, token = office): Promise<Response> {
  const init = {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json" },
  };
  return await api.ask(`/api/v1/${path}`, token, init);
}

async function sendCsv(text: string, reason: string | null = "抄表"): Promise<Response> {
  const query = reason === null ? "" : `?reason=${encodeURIComponent(reason)}`;
  const init = { method: "POST", body: text, headers: { "content-type": "text/csv; charset=utf-8" } };
  return await api.ask(`/api/v1/decisions/readings${query}`, office, init);
}

const parsed = (text: string) => parseHandRead(new TextEncoder().encode(text));

async function issuesOf(answer: Response): Promise<string[]> {
  const body = errorAnswer.parse(await answer.json());
  expect(answer.status, JSON.stringify(body)).toBe(400);
  return (body.issues ?? []).map((i) => i.path);
}

async function decisions(query = ""): Promise<DecisionsAnswer> {
  const answer = await api.ask(`/api/v1/decisions${query}`, office);
  expect(answer.status).toBe(200);
  return decisionsAnswer.parse(await answer.json());
}

async function idOf(answer: Response): Promise<number> {
  expect(answer.status).toBe(202);
  return decidedAnswer.parse(await answer.json()).id;
}

/** As ingest stores them: under the day on which they begin. */
async function listed(events: readonly object[]): Promise<void> {
  const judgements = [{ dayStartMs: DAY, state: "x", events: JSON.stringify(events) }];
  const none = { intervals: [], days: [] };
  await api.telemetry.writeSettlements([{ meter, channel: "energyImportKwh", rev: 1, ...none, judgements }]);
}

const STEP = {
  kind: "step",
  timeMs: DAY + HOUR,
  untilMs: DAY + 2 * HOUR,
  count: 1,
  micro: 5_000_000_000,
  detail: "from=10 to=5010",
};
const SPAN = `from=${encodeURIComponent(iso(DAY))}&to=${encodeURIComponent(iso(DAY + 24 * HOUR))}`;

describe("GET /events", () => {
  it("answers what judging found, in kWh, with whether it counts", async () => {
    const aside = { ...STEP, kind: "set-aside", timeMs: DAY + 3 * HOUR, micro: null, detail: "" };
    await listed([STEP, { ...STEP, kind: "rollover", timeMs: DAY + 2 * HOUR }, aside]);
    const answer = await api.ask(`/api/v1/events?scope=meter:${meter}&${SPAN}`, office);
    const { events } = eventsAnswer.parse(await answer.json());
    expect(events.map((e) => [e.kind, e.amount, e.counted])).toEqual([
      ["step", 5_000, false],
      ["rollover", 5_000, true],
      ["set-aside", null, null],
    ]);
    expect(events[0]).toMatchObject({
      ...REGISTER,
      from: iso(DAY + HOUR),
      until: iso(DAY + 2 * HOUR),
      unit: "kWh",
      figures: { from: "10", to: "5010" },
    });
    const steps = await api.ask(`/api/v1/events?scope=park&${SPAN}&kind=step`, office);
    expect(eventsAnswer.parse(await steps.json()).events).toHaveLength(1);
  });

  it("an enterprise sees its own, the operator none", async () => {
    await listed([STEP]);
    const other = smallPark().enterprises[0]?.id ?? "";
    const theirs = await api.token("enterprise", other);
    expect((await api.ask(`/api/v1/events?scope=enterprise:${other}&${SPAN}`, theirs)).status).toBe(200);
    expect((await api.ask(`/api/v1/events?scope=park&${SPAN}`, theirs)).status).toBe(403);
    expect((await api.ask(`/api/v1/events?scope=park&${SPAN}`, await api.token("vpp"))).status).toBe(403);
    expect((await api.ask(`/api/v1/events?scope=park&${SPAN}`)).status).toBe(401);
    expect((await api.ask("/api/v1/decisions")).status).toBe(401);
  });
});

describe("POST /decisions", () => {
  it("is the office's alone, as is reading and undoing them", async () => {
    const body = { kind: "declare-exchange", ...REGISTER, at: iso(DAY), final: 1, initial: 0, reason: "why" };
    for (const token of [
      await api.token("vpp"),
      await api.token("enterprise", smallPark().enterprises[0]?.id),
    ]) {
      expect((await send("decisions", body, token)).status).toBe(403);
      expect(
        (
          await send(
            "decisions/readings",
            { reason: "why", rows: [{ ...REGISTER, time: iso(DAY), display: 1 }] },
            token,
          )
        ).status,
      ).toBe(403);
      expect((await send("decisions/1/undo", { reason: "why" }, token)).status).toBe(403);
      expect((await api.ask("/api/v1/decisions", token)).status).toBe(403);
    }
    expect(await api.ledger.listRepairs()).toEqual([]);
  });

  it("E6: keeps an exchange with who, when, why, before and after", async () => {
    const at = iso(DAY + 5 * HOUR);
    const body = {
      kind: "declare-exchange",
      ...REGISTER,
      at,
      final: 812.5,
      initial: 0,
      reason: " 电表更换 ",
    };
    const answer = await send("decisions", { ...body, multiplier: 80 });
    const id = await idOf(answer);
    const [kept] = (await decisions()).decisions;
    expect(kept).toMatchObject({
      id,
      kind: "declare-exchange",
      meters: [meter],
      reason: "电表更换",
      by: { label: "test" },
      time: iso(NOW),
      before: [{ exchanges: [] }],
      after: [{ exchanges: [{ at, final: 812.5, initial: 0 }] }],
      undoes: null,
      undoneBy: null,
      done: null,
      outcome: null,
    });
    const [open] = await api.ledger.openRepairs(10);
    expect(JSON.parse(open?.action ?? "")).toEqual({
      kind: "declare-exchange",
      ...REGISTER,
      atMs: DAY + 5 * HOUR,
      final: 812.5,
      initial: 0,
      multiplier: 80,
    });
    expect(await issuesOf(await send("decisions", body))).toEqual(["at"]);
  });

  it("E7: accepts a step that is listed, up, and nothing else", async () => {
    await listed([STEP, { ...STEP, timeMs: DAY + 5 * HOUR, untilMs: DAY + 6 * HOUR, micro: -7 }]);
    const body = { kind: "accept-step", ...REGISTER, reason: "a real peak" };
    const span = (from: number, until: number) => ({
      from: iso(DAY + from * HOUR),
      until: iso(DAY + until * HOUR),
    });
    expect(await issuesOf(await send("decisions", { ...body, ...span(5, 6) }))).toEqual(["from"]);
    expect(await issuesOf(await send("decisions", { ...body, ...span(1, 3) }))).toEqual(["from"]);
    expect((await send("decisions", { ...body, ...span(1, 2) })).status).toBe(202);
    const [kept] = (await decisions()).decisions;
    expect(kept).toMatchObject({
      before: { kind: "step", counted: false },
      after: { kind: "step-accepted", counted: true, amount: 5_000 },
    });
  });

  it("E8: names the readings of a span, and what they were before", async () => {
    await api.telemetry.writeReadings(
      [0, 1, 2].map((i) => ({
        meter,
        timeMs: DAY + i * HOUR,
        values: { energyImportKwh: 10 * i },
        superseded: {},
        simulated: false,
      })),
      [],
    );
    const body = { ...REGISTER, from: iso(DAY + HOUR), until: iso(DAY + 2 * HOUR), reason: "spike" };
    expect((await send("decisions", { kind: "reject-reading", ...body })).status).toBe(202);
    expect(
      (
        await send("decisions", {
          kind: "restore-reading",
          ...REGISTER,
          from: body.from,
          reason: "was right",
        })
      ).status,
    ).toBe(202);
    const [restored, rejected] = (await decisions()).decisions;
    expect(rejected?.after).toEqual([
      { time: iso(DAY + HOUR), display: 10, state: "rejected" },
      { time: iso(DAY + 2 * HOUR), display: 20, state: "rejected" },
    ]);
    expect(restored?.before).toEqual([{ time: iso(DAY + HOUR), display: 10, state: "rejected" }]);
    expect(
      await issuesOf(
        await send("decisions", {
          kind: "reject-reading",
          ...REGISTER,
          from: iso(DAY + 9 * HOUR),
          reason: "none",
        }),
      ),
    ).toEqual(["from"]);
  });

  it("tells all that is wrong at once and writes nothing", async () => {
    const wrong = {
      kind: "declare-exchange",
      meter: 7,
      channel: "powerKw",
      at: "yesterday",
      final: -1,
      reason: "",
    };
    const issues = await issuesOf(await send("decisions", wrong));
    expect(issues).toEqual(expect.arrayContaining(["meter", "channel", "at", "final", "initial", "reason"]));
    const unknown = {
      kind: "change-multiplier",
      meter: "gone",
      from: iso(NOW + HOUR),
      multiplier: 2,
      reason: "why",
    };
    expect(await issuesOf(await send("decisions", unknown))).toEqual(["meter", "from"]);
    expect(await issuesOf(await send("decisions", { ...unknown, meter: virtual, from: iso(DAY) }))).toEqual([
      "meter",
    ]);
    expect(await issuesOf(await send("decisions", { kind: "sell", reason: "why" }))).toHaveLength(1);
    expect(await api.ledger.listRepairs()).toEqual([]);
  });
});

describe("POST /decisions/{id}/undo", () => {
  it("undoes once, and says by whom; an undoing is not undone", async () => {
    const body = { kind: "change-multiplier", meter, from: iso(DAY), multiplier: 2, reason: "new CT" };
    const id = await idOf(await send("decisions", body));
    const undone = await send(`decisions/${id}/undo`, { reason: "wrong meter" });
    const undo = await idOf(undone);
    const [second, first] = (await decisions()).decisions;
    expect(second).toMatchObject({
      id: undo,
      kind: "undo",
      undoes: id,
      meters: [meter],
      reason: "wrong meter",
    });
    expect(first).toMatchObject({ id, undoneBy: undo });
    expect([second?.before, second?.after]).toEqual([first?.after, first?.before]);
    expect(await issuesOf(await send(`decisions/${id}/undo`, { reason: "again" }))).toEqual(["id"]);
    expect(await issuesOf(await send(`decisions/${undo}/undo`, { reason: "again" }))).toEqual(["id"]);
    expect((await send("decisions/999/undo", { reason: "what" })).status).toBe(404);
    expect(await issuesOf(await send(`decisions/${id}/undo`, {}))).toEqual(["reason"]);
    expect((await decisions("?limit=1")).next).toBe(undo);
    expect((await decisions(`?before=${undo}`)).decisions.map((d) => d.id)).toEqual([id]);
  });
});

describe("POST /decisions/readings", () => {
  it("takes CSV as spreadsheets write it", async () => {
    const csv = `\uFEFFtime,"meter",channel,display\r\n${iso(DAY)},${meter},energyImportKwh,"120.5"\r\n${iso(DAY + HOUR)}, ${meter} ,energyImportKwh,130\r\n\r\n`;
    expect((await sendCsv(csv)).status).toBe(202);
    const [kept] = (await decisions()).decisions;
    expect(kept).toMatchObject({ kind: "enter-readings", reason: "抄表", meters: [meter] });
    expect(kept?.after).toEqual([
      { ...REGISTER, time: iso(DAY), handRead: 120.5 },
      { ...REGISTER, time: iso(DAY + HOUR), handRead: 130 },
    ]);
  });

  it("tells every row's errors at once and writes none", async () => {
    const rows = [
      `${meter},energyImportKwh,${iso(DAY)},120`,
      `gone,energyImportKwh,${iso(DAY)},120`,
      `${meter},volumeM3,${iso(DAY)},120`,
      `${meter},energyImportKwh,${iso(NOW + HOUR)},120`,
      `${meter},energyImportKwh,2026-11-19 08:00,1e5`,
      `${meter},energyImportKwh,${iso(DAY)},121`,
      `${meter},energyImportKwh`,
    ];
    const answer = await sendCsv(["meter,channel,time,display", ...rows].join("\n"), null);
    expect((await issuesOf(answer)).sort()).toEqual(
      [
        "line 3: meter",
        "line 4: channel",
        "line 5: time",
        "line 6: display",
        "line 6: time",
        "line 7: time",
        "line 8",
        "reason",
      ].sort(),
    );
    expect(await api.ledger.listRepairs()).toEqual([]);
  });

  it("takes JSON rows, and refuses what is neither", async () => {
    const rows = [{ ...REGISTER, time: iso(DAY), display: 5 }];
    expect((await send("decisions/readings", { reason: "read by hand", rows })).status).toBe(202);
    const bad = {
      reason: "x",
      rows: [
        { ...REGISTER, time: "t", display: "5" },
        { meter: "gone", ...rows[0], extra: 1 },
      ],
    };
    expect(await issuesOf(await send("decisions/readings", bad))).toEqual(
      expect.arrayContaining(["reason", "rows.0.time", "rows.0.display"]),
    );
    expect(await issuesOf(await sendCsv("a,b\n1,2"))).toEqual(["line 1"]);
    expect(await issuesOf(await sendCsv("meter,channel,time,display\n"))).toEqual(["rows"]);
    expect(await issuesOf(await sendCsv(""))).toEqual(["line 1"]);
  });

  it("takes a workbook: figures as numbers, lines as the sheet counts them", async () => {
    const sent = async (last: string, atMs: number) => {
      const text = (value: string) => ({ type: String, value });
      const rows = [
        ["meter", "channel", "time", "display"].map(text),
        [text(meter), text("energyImportKwh"), text(iso(DAY)), { type: Number, value: 120.5 }],
        [],
        [text(last), text("energyImportKwh"), text(iso(atMs)), { type: Number, value: 130 }],
      ];
      const book = await writeXlsxFile([{ data: rows, sheet: "抄表" }]).toBuffer();
      const type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
      const init = { method: "POST", body: new Uint8Array(book), headers: { "content-type": type } };
      return await api.ask("/api/v1/decisions/readings?reason=%E6%8A%84%E8%A1%A8", office, init);
    };
    expect(await issuesOf(await sent("gone", DAY))).toEqual(["line 4: meter"]);
    expect(await api.ledger.listRepairs()).toEqual([]);
    expect((await sent(meter, DAY + HOUR)).status).toBe(202);
    expect((await decisions()).decisions[0]?.after).toEqual([
      { ...REGISTER, time: iso(DAY), handRead: 120.5 },
      { ...REGISTER, time: iso(DAY + HOUR), handRead: 130 },
    ]);
  });

  it("cells may be quoted, empty, or hold commas", async () => {
    const { problems } = await parsed('meter,channel,time,display\n"a,""b""",,x,');
    expect(problems.map((p) => [p.path, p.found])).toEqual(
      expect.arrayContaining([
        ["line 2: channel", '""'],
        ["line 2: time", '"x"'],
      ]),
    );
  });
});
