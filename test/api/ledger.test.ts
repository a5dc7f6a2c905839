import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import {
  billsAnswer,
  certificatesAnswer,
  entriesAnswer,
  settlementsAnswer,
  writtenIdAnswer,
} from "../../api/answers/ledger.ts";
import { greenPark, putDays } from "../kit/green-park.ts";
import { EVIDENCE, type LedgerApi, ledgerApi, refusedFor } from "../kit/ledger-api.ts";

let api: LedgerApi;
beforeEach(async () => {
  api = await ledgerApi();
});
afterEach(async () => {
  await api.close();
});

const PRODUCTION = {
  kind: "production",
  scope: "enterprise:wafer",
  subject: "硅片",
  month: "2026-03",
  amount: 1200.5,
  unit: "t",
  ...EVIDENCE,
};
const LOT = {
  series: "GEC-ROOF-202603-A",
  first: 1,
  last: 100,
  project: "roof-project",
  month: "2026-03",
  energy: "solar",
  tradable: true,
  holder: "wafer",
  ...EVIDENCE,
};
const ALLOCATION = {
  series: LOT.series,
  first: 1,
  last: 40,
  beneficiary: "wafer",
  month: "2026-04",
  ...EVIDENCE,
};
const TRADE = {
  kind: "green-trade",
  reference: "JS-2026-03-001",
  project: "wind-guinan",
  month: "2026-03",
  beneficiary: "wafer",
  energyKwh: 5_000,
  ...EVIDENCE,
};

async function idOf(answer: Response): Promise<number> {
  const body: unknown = await answer.json();
  expect(answer.status, JSON.stringify(body)).toBe(201);
  return writtenIdAnswer.parse(body).id;
}
async function entries(query = "", as: "office" | "wafer" | "carpet" = "office") {
  const answer = await api.get(`entries${query}`, as);
  expect(answer.status).toBe(200);
  return entriesAnswer.parse(await answer.json()).entries;
}
async function certificates(as: "office" | "wafer" | "carpet" = "office", query = "") {
  return certificatesAnswer.parse(await (await api.get(`certificates${query}`, as)).json());
}

describe("/ledger/entries", () => {
  it("keeps a figure with who, when and on what; a correction and a taking back stay in the history", async () => {
    const first = await idOf(await api.send("entries", PRODUCTION));
    expect(await entries()).toEqual([
      expect.objectContaining({
        id: first,
        kind: "production",
        subject: "硅片",
        from: "2026-03-01",
        to: "2026-04-01",
        amount: 1200.5,
        by: { id: expect.any(String), label: "test" },
        time: "2026-11-20T12:00:00+08:00",
        evidence: EVIDENCE.evidence,
        evidenceFile: null,
        standing: true,
      }),
    ]);
    const second = await idOf(await api.send("entries", { ...PRODUCTION, amount: 1180, replaces: first }));
    expect((await entries()).map((e) => [e.id, e.amount])).toEqual([[second, 1180]]);
    const taken = await idOf(await api.send(`entries/${second}/retractions`, { evidence: "重复录入" }));
    expect(await entries()).toEqual([]);
    expect((await entries("?all=1")).map((e) => [e.id, e.amount, e.replacedBy, e.standing])).toEqual([
      [first, 1200.5, second, false],
      [second, 1180, taken, false],
      [taken, null, null, false],
    ]);
    expect(await refusedFor(await api.send(`entries/${second}/retractions`, EVIDENCE))).toHaveLength(1);
    expect((await api.send("entries/99/retractions", EVIDENCE)).status).toBe(404);
    await idOf(await api.send("entries", PRODUCTION));
  });

  it("names the rule that an entry breaks, all at once, and writes nothing", async () => {
    const wrong: [object, RegExp[]][] = [
      [{ amount: -1 }, [/^amount: 0 or more: no production is below zero \| -1$/]],
      [{ month: "2027-01" }, [/^month: no later than today, 2026-11-20/]],
      [{ month: undefined, from: "2026-11-01", to: "2026-12-01" }, [/^to: no later than today/]],
      [{ month: undefined, from: "2026-03-05", to: "2026-03-05" }, [/^to: a day after 2026-03-05/]],
      [{ month: undefined }, [/^month: a month, or from and to/]],
      [{ scope: "enterprise:nobody" }, [/^scope: /]],
      [{ scope: "meter:gate" }, [/^scope: /]],
      [{ kind: "fuel", subject: "peat/final-use" }, [/^subject: a fuel with a factor: .*natural-gas/]],
      [{ kind: "fuel", subject: "natural-gas/heating" }, [/^subject: \{fuel\}\/\{activity\}/]],
      [{ kind: "fuel", subject: "natural-gas/final-use", unit: "t" }, [/^unit: m³/]],
      [{ kind: "activity", subject: "gas/peat", unit: "m³" }, [/^subject: a fuel with a factor/]],
      [{ kind: "bill", subject: "electricity", unit: "kWh" }, [/^subject: \{medium\}\/\{account\}/]],
      [
        {
          kind: "bill",
          subject: "electricity/6300",
          unit: "kWh",
          detail: { meters: ["gate", "boiler", "none"] },
        },
        [/^detail\.meters\.1: a electricity meter/, /^detail\.meters\.2/],
      ],
      [{ kind: "process", subject: "工业硅", unit: "t" }, [/^detail\.factorTco2PerT/, /^detail\.source/]],
      [
        { kind: "target", subject: "carbon-per-tce", unit: "%", amount: 2 },
        [/^unit: tCO2\/tce/, /^from: a calendar year/],
      ],
      [{ kind: "indicator", subject: "water-reuse", unit: "kg", amount: 0.8 }, [/^unit: %/]],
      [{ kind: "indicator", subject: "water-reuse", unit: "%", amount: 150 }, [/^amount: at most 100 %/]],
      [{ kind: "indicator", subject: "grid-clean-share", unit: "%", amount: 87 }, [/^scope: park/]],
      [{ kind: "target", subject: "grid-clean-share", unit: "%", amount: 87 }, [/^subject/, /^from/]],
      [{ kind: "waste", subject: "lost", unit: "kg", amount: -3 }, [/^amount/, /^subject/, /^unit: t/]],
      [{ evidenceFile: "0".repeat(64) }, [/^evidenceFile: a file that was kept before/]],
      [{ evidence: " " }, [/^evidence/]],
      [{ replaces: 77 }, [/^replaces: .*entry 77 does not stand/]],
    ];
    for (const [given, expected] of wrong) {
      const told = await refusedFor(await api.send("entries", { ...PRODUCTION, ...given }));
      expect(told, JSON.stringify(given)).toHaveLength(expected.length);
      expected.forEach((pattern, i) => {
        expect(told[i]).toMatch(pattern);
      });
    }
    expect(await entries("?all=1")).toEqual([]);
  });

  it("takes the clean share that the park advertises, in percent and of the park", async () => {
    const advertised = {
      kind: "indicator",
      scope: "park",
      subject: "grid-clean-share",
      amount: 87,
      unit: "%",
    };
    await idOf(await api.send("entries", { ...PRODUCTION, ...advertised }));
    const limit = { kind: "target", subject: "product-energy-intensity", amount: 9, unit: "kgce/kg" };
    const year = { month: undefined, from: "2026-01-01", to: "2027-01-01" };
    await idOf(await api.send("entries", { ...PRODUCTION, ...limit, ...year }));
  });

  it("refuses overlapping targets and figures, naming what stands; added value may be below zero", async () => {
    const target = {
      ...PRODUCTION,
      kind: "target",
      scope: "boundary:zero",
      subject: "water-reuse",
      month: undefined,
      from: "2028-01-01",
      to: "2029-01-01",
      amount: 80,
      unit: "%",
    };
    const id = await idOf(await api.send("entries", target));
    const told = await refusedFor(await api.send("entries", { ...target, amount: 90 }));
    expect(told).toEqual([expect.stringContaining(`overlaps entry ${id}, 2028-01-01 to 2029-01-01`)]);
    await idOf(await api.send("entries", { ...target, subject: "solid-waste-use" }));
    const half = { ...target, from: "2030-06-01", to: "2031-06-01" };
    expect(await refusedFor(await api.send("entries", half))).toEqual([
      expect.stringMatching(/^from: a calendar year/),
    ]);
    const core = { ...target, subject: "carbon-per-tce", unit: "tCO2/tce", amount: 0.3 };
    expect(await refusedFor(await api.send("entries", core))).toEqual([
      expect.stringContaining("the park file's for 2028 is 0.2"),
    ]);
    await idOf(await api.send("entries", { ...core, from: "2029-01-01", to: "2030-01-01" }));
    expect(await refusedFor(await api.send("entries", { ...core, subject: "luck" }))).toEqual([
      expect.stringMatching(/^subject: carbon-per-tce, clean-energy-share/),
    ]);
    await idOf(
      await api.send("entries", {
        ...PRODUCTION,
        kind: "added-value",
        subject: "",
        unit: "万元",
        amount: -5,
      }),
    );
  });

  it("an enterprise writes and reads its own, of its own kinds; the operator nothing", async () => {
    await idOf(await api.send("entries", PRODUCTION, "wafer"));
    const theirs = { ...PRODUCTION, scope: "enterprise:carpet" };
    expect((await api.send("entries", theirs, "wafer")).status).toBe(403);
    expect((await api.send("entries", { ...PRODUCTION, scope: "park" }, "wafer")).status).toBe(403);
    const water = { ...PRODUCTION, kind: "water", subject: "fresh", unit: "m³" };
    expect((await api.send("entries", water, "wafer")).status).toBe(403);
    const other = await idOf(await api.send("entries", theirs));
    expect((await entries("", "wafer")).map((e) => e.scope)).toEqual(["enterprise:wafer"]);
    expect((await entries("", "carpet")).map((e) => e.id)).toEqual([other]);
    expect((await api.get("entries?scope=enterprise:carpet", "wafer")).status).toBe(403);
    expect((await api.send(`entries/${other}/retractions`, EVIDENCE, "wafer")).status).toBe(404);
    const bill = { ...PRODUCTION, kind: "bill", subject: "electricity/6300", unit: "kWh" };
    const spying = { ...bill, detail: { meters: ["carpet-load"] } };
    expect((await api.send("entries", spying, "wafer")).status).toBe(403);
    await idOf(await api.send("entries", { ...bill, detail: { meters: ["gate"] } }, "wafer"));
    for (const path of ["entries", "certificates", "settlements", "bills?from=2026-03-01&to=2026-04-01"])
      expect((await api.get(path, "vpp")).status).toBe(403);
    for (const path of ["entries", "entries/1/retractions", "certificates", "certificates/allocations"])
      expect((await api.send(path, PRODUCTION, "vpp")).status).toBe(403);
    expect((await api.ask("/api/v1/ledger/entries")).status).toBe(401);
  });
});

it("every route of the ledger is described", async () => {
  const { paths } = z
    .object({ paths: z.record(z.string(), z.unknown()) })
    .parse(await (await api.ask("/openapi.json", api.accounts.office)).json());
  expect(
    Object.keys(paths)
      .filter((path) => path.includes("/ledger/"))
      .sort(),
  ).toEqual(
    [
      "bills",
      "certificates",
      "certificates/allocations",
      "certificates/cancellations",
      "certificates/releases",
      "certificates/sales",
      "certificates/withdrawals",
      "entries",
      "entries/{id}/retractions",
      "evidence",
      "evidence/{sha256}",
      "import",
      "settlements",
      "templates/{file}",
    ].map((path) => `/api/v1/ledger/${path}`),
  );
});

describe("/ledger/certificates", () => {
  it("shows the life of each range: held, allocated, cancelled, sold, expired, and what is left", async () => {
    const lot = await idOf(await api.send("certificates", LOT));
    await idOf(
      await api.send("certificates", {
        ...LOT,
        series: "OLD",
        month: "2024-03",
        first: 7,
        last: 9,
        holder: "park",
      }),
    );
    const use = await idOf(await api.send("certificates/allocations", ALLOCATION));
    await idOf(
      await api.send("certificates/sales", {
        series: LOT.series,
        first: 91,
        last: 100,
        buyer: "某售电公司",
        month: "2026-05",
        ...EVIDENCE,
      }),
    );
    const wafer = await certificates("wafer");
    expect(wafer.total).toEqual({ held: 50, allocated: 40, cancelled: 0, expired: 0, sold: 10 });
    expect(wafer.lots).toHaveLength(1);
    expect(wafer.lots[0]).toMatchObject({ id: lot, left: 50, lastValidMonth: "2028-02", expired: false });
    expect(wafer.lots[0]?.ranges.map((r) => [r.first, r.last, r.count, r.state, r.use])).toEqual([
      [1, 40, 40, "allocated", use],
      [41, 90, 50, "held", null],
      [91, 100, 10, "sold", expect.any(Number)],
    ]);
    expect((await api.send("certificates/cancellations", { use, ...EVIDENCE })).status).toBe(201);
    const office = await certificates();
    expect(office.total).toEqual({ held: 50, allocated: 0, cancelled: 40, expired: 3, sold: 10 });
    expect(office.lots[1]).toMatchObject({ expired: true, lastValidMonth: "2026-02", left: 0 });
    expect(await refusedFor(await api.send("certificates/releases", { use, ...EVIDENCE }))).toEqual([
      expect.stringContaining("cancelled already, which is final"),
    ]);
  });

  it("releases and withdraws, with who and why", async () => {
    const lot = await idOf(await api.send("certificates", LOT));
    const use = await idOf(await api.send("certificates/allocations", ALLOCATION));
    expect(await refusedFor(await api.send("certificates/withdrawals", { lot, ...EVIDENCE }))).toEqual([
      expect.stringContaining(`(use ${use})`),
    ]);
    expect((await api.send("certificates/releases", { use, evidence: "分配有误" })).status).toBe(201);
    const { uses, total } = await certificates("office", "?all=1");
    expect(total["held"]).toBe(100);
    expect(uses).toEqual([
      expect.objectContaining({
        id: use,
        released: expect.any(String),
        ended: expect.objectContaining({ evidence: "分配有误" }),
      }),
    ]);
    expect((await certificates()).uses).toEqual([]);
    expect((await api.send("certificates/withdrawals", { lot, ...EVIDENCE })).status).toBe(201);
    expect((await certificates()).lots).toEqual([]);
    await idOf(await api.send("certificates", { ...LOT, month: "2026-02" }));
  });

  it("names the rule that a certificate breaks: twice, expired, not tradable, of a future month, not there", async () => {
    await idOf(await api.send("certificates", LOT));
    const own = { ...LOT, series: "OWN", tradable: false, project: "own-roof", holder: "carpet" };
    await idOf(await api.send("certificates", own));
    await idOf(await api.send("certificates", { ...LOT, series: "OLD", month: "2024-03" }));
    await idOf(await api.send("certificates", { ...LOT, series: "OLDER", month: "2023-12" }));
    await idOf(await api.send("certificates/allocations", ALLOCATION));
    const sale = { series: "OWN", first: 1, last: 1, buyer: "b", month: "2026-04", ...EVIDENCE };
    const wrong: [string, object, RegExp[]][] = [
      ["certificates", { ...LOT, first: 100, last: 120 }, [/^first: numbers that no lot has/]],
      ["certificates", { ...LOT, first: 200, last: 220, month: "2026-02" }, [/^month: 2026-03: a series is/]],
      ["certificates", { ...LOT, series: "F", month: "2026-12" }, [/^month: a month that has begun/]],
      ["certificates", { ...LOT, series: "G", last: 2_000_000 }, [/^last: at most 1000000/]],
      ["certificates", { ...LOT, series: "H", holder: "nobody" }, [/^holder/]],
      [
        "certificates/allocations",
        { ...ALLOCATION, first: 40, last: 41 },
        [/^first: .*no standing use \| .*1–40/],
      ],
      [
        "certificates/allocations",
        { ...ALLOCATION, first: 90, last: 101 },
        [/^first: certificates that exist/],
      ],
      [
        "certificates/allocations",
        { ...ALLOCATION, first: 41, last: 42, month: "2026-12" },
        [/^month: a month that has begun/],
      ],
      [
        "certificates/allocations",
        { ...ALLOCATION, first: 41, last: 42, beneficiary: "x" },
        [/^beneficiary/],
      ],
      [
        "certificates/allocations",
        { ...ALLOCATION, series: "OLD" },
        [/^first: .*those of 2024-03 were until 2026-02 .*expired/],
      ],
      [
        "certificates/allocations",
        { ...ALLOCATION, series: "OLDER" },
        [/^first: .*2023-12 were until 2025-12/],
      ],
      [
        "certificates/allocations",
        { ...ALLOCATION, series: "OWN" },
        [/^beneficiary: carpet: certificates that cannot be traded/],
      ],
      ["certificates/sales", sale, [/^first: tradable certificates.*not tradable/]],
      [
        "certificates/allocations",
        { ...ALLOCATION, first: 41, last: 42, month: "2026-02" },
        [/^month: no earlier than 2026-03, .*a future month's/],
      ],
      [
        "certificates/allocations",
        { ...ALLOCATION, first: 41, last: 42, cancelledOn: "2026-02-28" },
        [/^cancelledOn: no earlier than 2026-03/],
      ],
      [
        "certificates/sales",
        { ...sale, series: LOT.series, first: 41, last: 42, month: "2026-02" },
        [/^month: no earlier than 2026-03/],
      ],
    ];
    for (const [path, body, expected] of wrong) {
      const told = await refusedFor(await api.send(path, body));
      expect(told, JSON.stringify(body)).toHaveLength(expected.length);
      expected.forEach((pattern, i) => {
        expect(told[i]).toMatch(pattern);
      });
    }
    await idOf(
      await api.send("certificates/allocations", { ...ALLOCATION, series: "OWN", beneficiary: "carpet" }),
    );
    // Of the park's own plant the meter says whose it is, whoever holds them.
    await idOf(await api.send("certificates", { ...own, series: "ROOF", project: "roof" }));
    const roof = { ...ALLOCATION, series: "ROOF", beneficiary: "carpet" };
    expect(await refusedFor(await api.send("certificates/allocations", roof))).toEqual([
      expect.stringMatching(/^beneficiary: wafer: certificates that cannot be traded/),
    ]);
    await idOf(await api.send("certificates/allocations", { ...roof, beneficiary: "wafer" }));
    // What was cancelled while it was valid may be entered later.
    await idOf(
      await api.send("certificates/allocations", {
        ...ALLOCATION,
        series: "OLD",
        month: "2025-06",
        cancelledOn: "2026-01-15",
      }),
    );
    expect((await certificates()).total["cancelled"]).toBe(40);
    const late = {
      ...ALLOCATION,
      series: "OLD",
      first: 50,
      last: 60,
      month: "2025-06",
      cancelledOn: "2026-03-01",
    };
    expect(await refusedFor(await api.send("certificates/allocations", late))).toEqual([
      expect.stringContaining("expired"),
    ]);
  });

  it("an enterprise allocates what it holds to its own use, and sees no more than its own", async () => {
    await idOf(await api.send("certificates", LOT));
    await idOf(await api.send("certificates", { ...LOT, series: "PARK", holder: "park" }));
    await idOf(await api.send("certificates/allocations", ALLOCATION, "wafer"));
    const forbidden: [string, object, "wafer" | "carpet"][] = [
      ["certificates/allocations", { ...ALLOCATION, first: 50, last: 51 }, "carpet"],
      ["certificates/allocations", { ...ALLOCATION, first: 50, last: 51, beneficiary: "carpet" }, "carpet"],
      ["certificates/allocations", { ...ALLOCATION, first: 50, last: 51, beneficiary: "carpet" }, "wafer"],
      ["certificates/allocations", { ...ALLOCATION, series: "PARK" }, "wafer"],
      ["certificates/allocations", { ...ALLOCATION, series: "NONE" }, "wafer"],
      ["certificates", { ...LOT, series: "X" }, "wafer"],
      ["certificates/sales", { ...ALLOCATION, buyer: "b" }, "wafer"],
      ["certificates/releases", { use: 1, ...EVIDENCE }, "wafer"],
      ["certificates/cancellations", { use: 1, ...EVIDENCE }, "wafer"],
      ["certificates/withdrawals", { lot: 1, ...EVIDENCE }, "wafer"],
      ["settlements", TRADE, "wafer"],
    ];
    for (const [path, body, as] of forbidden)
      expect((await api.send(path, body, as)).status, `${as} ${path} ${JSON.stringify(body)}`).toBe(403);
    expect((await certificates("carpet")).lots).toEqual([]);
    const mine = { ...ALLOCATION, first: 60, last: 69, beneficiary: "carpet" };
    await idOf(await api.send("certificates/allocations", mine));
    const carpet = await certificates("carpet");
    expect(carpet.lots.map((l) => [l.holder, l.count, l.ranges.length])).toEqual([[null, 10, 1]]);
    expect(carpet.uses.map((u) => u.beneficiary)).toEqual(["carpet"]);
    expect(carpet.total).toEqual({ held: 0, allocated: 10, cancelled: 0, expired: 0, sold: 0 });
  });

  it("of two that allocate the same certificates at the same moment, 100 times, one wins each time", async () => {
    await idOf(await api.send("certificates", { ...LOT, holder: "park" }));
    for (let i = 1; i <= 100; i++) {
      const answers = await Promise.all(
        ["wafer", "carpet"].map((beneficiary) =>
          api.send("certificates/allocations", { ...ALLOCATION, first: i, last: i, beneficiary }),
        ),
      );
      expect(answers.map((a) => a.status).sort()).toEqual([201, 400]);
      const lost = answers.find((a) => a.status === 400);
      expect(lost === undefined ? [] : await refusedFor(lost)).toEqual([
        expect.stringMatching(new RegExp(`^first: .*${i}–${i} are allocated to (wafer|carpet)`)),
      ]);
    }
    expect((await certificates()).total).toMatchObject({ held: 0, allocated: 100 });
  });
});

describe("/ledger/settlements", () => {
  it("counts a reference once; settled intervals fill the month and add up", async () => {
    const quarterHoursKwh = Array.from({ length: 31 * 96 }, () => 0.25);
    const byInterval = { ...TRADE, energyKwh: 744, quarterHoursKwh };
    const id = await idOf(await api.send("settlements", byInterval));
    expect(await refusedFor(await api.send("settlements", TRADE))).toEqual([
      expect.stringContaining(`settlement ${id} already`),
    ]);
    const wrong = {
      ...byInterval,
      reference: "B",
      quarterHoursKwh: [1, 2],
      beneficiary: "x",
      month: "2026-12",
    };
    expect((await refusedFor(await api.send("settlements", wrong))).map((t) => t.split(":")[0])).toEqual([
      "month",
      "beneficiary",
      "quarterHoursKwh",
      "quarterHoursKwh",
    ]);
    expect(
      await refusedFor(await api.send("settlements", { ...TRADE, reference: "C", energyKwh: 0 })),
    ).toHaveLength(1);
    const next = await idOf(await api.send("settlements", { ...TRADE, energyKwh: 700, replaces: id }));
    const list = async (query: string, as: "office" | "wafer" | "carpet" = "office") =>
      settlementsAnswer.parse(await (await api.get(`settlements${query}`, as)).json()).settlements;
    expect((await list("", "wafer")).map((s) => [s.id, s.energyKwh, s.intervals])).toEqual([
      [next, 700, null],
    ]);
    const [old] = await list("?all=1&intervals=1");
    expect([old?.id, old?.standing, old?.quarterHoursKwh?.length]).toEqual([id, false, 2976]);
    expect(await list("", "carpet")).toEqual([]);
    expect(await list("?month=2026-04")).toEqual([]);
  });
});

describe("/ledger/evidence", () => {
  const bytes = new TextEncoder().encode("<script>alert(1)</script>");
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const put = (as: "office" | "wafer" | "vpp", body: Uint8Array, hash = sha256, type = "text/html") =>
    api.ask(`/api/v1/ledger/evidence/${hash}?name=${encodeURIComponent("月报 (1).html")}`, api.accounts[as], {
      method: "PUT",
      body: new Uint8Array(body),
      headers: { "content-type": type },
    });

  it("is kept under its own hash and comes back as a download, whatever it is", async () => {
    expect((await put("office", bytes)).status).toBe(200);
    expect((await put("wafer", bytes)).status).toBe(200);
    const init = { method: "POST", body: new Uint8Array(bytes) };
    const sent = await api.ask("/api/v1/ledger/evidence?name=x", api.accounts.wafer, init);
    expect([sent.status, await sent.json()]).toEqual([201, { sha256, bytes: bytes.length }]);
    expect((await api.ask("/api/v1/ledger/evidence", api.accounts.vpp, init)).status).toBe(403);
    expect((await api.ask("/api/v1/ledger/evidence", api.accounts.office, { method: "POST" })).status).toBe(
      400,
    );
    expect(await refusedFor(await put("office", bytes, "0".repeat(64)))).toHaveLength(1);
    expect((await put("office", bytes, "xyz")).status).toBe(400);
    expect((await put("vpp", bytes)).status).toBe(403);
    const answer = await api.get(`evidence/${sha256}`);
    expect(answer.headers.get("content-type")).toBe("application/octet-stream");
    expect(answer.headers.get("content-disposition")).toBe(
      `attachment; filename="${sha256.slice(0, 12)}"; filename*=UTF-8''%E6%9C%88%E6%8A%A5%20%281%29.html`,
    );
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(bytes);
    expect((await api.get(`evidence/${"0".repeat(64)}`)).status).toBe(404);
  });

  it("an enterprise reads only what its own rows rest on; more than 5 MiB is too much, elsewhere 64 KiB", async () => {
    await put("office", bytes);
    await idOf(await api.send("entries", { ...PRODUCTION, evidenceFile: sha256 }));
    expect((await api.get(`evidence/${sha256}`, "wafer")).status).toBe(200);
    expect((await api.get(`evidence/${sha256}`, "carpet")).status).toBe(404);
    const five = new Uint8Array(5 * 1024 * 1024).fill(7);
    const hash = (of: Uint8Array) => createHash("sha256").update(of).digest("hex");
    expect((await put("office", five, hash(five), "application/pdf")).status).toBe(200);
    const more = new Uint8Array(five.length + 1);
    expect((await put("office", more, hash(more))).status).toBe(413);
    const long = { ...PRODUCTION, detail: { comment: "x".repeat(70_000) } };
    expect((await api.send("entries", long)).status).toBe(413);
  });
});

describe("/ledger/bills", () => {
  const bill = {
    kind: "bill",
    scope: "enterprise:cell",
    subject: "electricity/6300-1",
    unit: "kWh",
    month: "2026-10",
    ...EVIDENCE,
  };
  let green: LedgerApi;
  beforeEach(async () => {
    const park = greenPark();
    green = await ledgerApi(park);
    await putDays(green.telemetry, park, Date.parse("2026-10-01T00:00:00+08:00"), 31);
  });
  afterEach(async () => {
    await green.close();
  });
  const bills = async (query: string, token?: string) => {
    const answer = await green.ask(`/api/v1/ledger/bills?${query}`, token ?? green.accounts.office);
    return billsAnswer.parse(await answer.json()).bills;
  };

  it("sets bills against meters by account and month: difference, 2 %, owner, comment, months without one", async () => {
    const detail = { owner: "财务部", comment: "抄表日为 28 日" };
    // Cell buys 4800 kWh and burns 960 m³ a day.
    await idOf(await green.send("entries", { ...bill, amount: 150_000 }));
    await idOf(
      await green.send("entries", { ...bill, subject: "gas/G-7", unit: "m³", amount: 31_000, detail }),
    );
    await idOf(
      await green.send("entries", {
        ...bill,
        scope: "enterprise:wafer",
        amount: 1,
        detail: { meters: ["load-a"] },
      }),
    );
    await idOf(
      await green.send("entries", {
        ...bill,
        scope: "enterprise:carpet",
        subject: "water/W",
        unit: "m³",
        amount: 9,
      }),
    );
    await idOf(
      await green.send("entries", { ...bill, subject: "electricity/6300-2", month: "2026-09", amount: 5 }),
    );
    const rows = await bills("from=2026-10-01&to=2026-11-20");
    const of = (account: string, scope = "enterprise:cell") =>
      rows.find((b) => b.account === account && b.scope === scope);
    expect(of("6300-1")).toMatchObject({
      billed: 150_000,
      metered: 148_800,
      difference: 1_200,
      share: 0.008,
      state: "ok",
      uses: "meters",
      meters: ["gate-b"],
      known: 1,
    });
    expect(of("G-7")).toMatchObject({ metered: 29_760, difference: 1_240, state: "over", ...detail });
    expect(of("6300-1", "enterprise:wafer")).toMatchObject({
      metered: 178_560,
      state: "over",
      meters: ["load-a"],
    });
    expect(of("W", "enterprise:carpet")).toMatchObject({
      metered: null,
      state: "no-meters",
      uses: "nothing",
    });
    expect(of("6300-2")).toMatchObject({ id: null, from: "2026-10-01", billed: null, state: "no-bill" });
    const activity = { ...bill, kind: "activity", scope: "enterprise:carpet", subject: "water", unit: "m³" };
    await idOf(
      await green.send("entries", {
        ...activity,
        month: undefined,
        from: "2026-01-01",
        to: "2026-11-01",
        amount: 90,
      }),
    );
    const after = await bills("from=2026-10-01&to=2026-11-20");
    expect(after.find((b) => b.account === "W")).toMatchObject({ uses: "declared" });
    const before = await bills("from=2026-09-01&to=2026-10-01");
    expect(before.find((b) => b.account === "6300-2")).toMatchObject({
      state: "incomplete",
      metered: null,
      known: 0,
    });
    expect(
      await bills("from=2026-10-01&to=2026-11-01", await green.token("enterprise", "cell")),
    ).toHaveLength(3);
    expect(
      await bills("from=2026-10-01&to=2026-11-01", await green.token("enterprise", "carpet")),
    ).toHaveLength(1);
  });

  it("are a table, too; a span is bounded", async () => {
    await idOf(await green.send("entries", { ...bill, amount: 150_000 }));
    const csv = await (await green.get("bills?from=2026-10-01&to=2026-11-01&format=csv&lang=en")).text();
    expect(csv).toContain(
      "enterprise:cell,electricity,6300-1,2026-10-01,2026-11-01,kWh,150000,148800,1200,0.008,1,agrees,meters",
    );
    expect(await refusedFor(await green.get("bills?from=2026-02-01&to=2028-05-01"))).toHaveLength(1);
    expect(await refusedFor(await green.get("bills?from=2026-02-01&to=2026-02-01"))).toHaveLength(1);
  });
});
