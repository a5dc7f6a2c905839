import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EVIDENCE, type LedgerApi, ledgerApi, refusedFor } from "../../kit/ledger-api.ts";
import { ALLOCATION, certificatesOf, idOf, LOT, TRADE } from "./kit.ts";

let api: LedgerApi;
beforeEach(async () => {
  api = await ledgerApi();
});
afterEach(async () => {
  await api.close();
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
    const wafer = await certificatesOf(api, "wafer");
    expect(wafer.total).toEqual({ held: 50, allocated: 40, cancelled: 0, expired: 0, sold: 10 });
    expect(wafer.lots).toHaveLength(1);
    expect(wafer.lots[0]).toMatchObject({ id: lot, left: 50, lastValidMonth: "2028-02", expired: false });
    expect(wafer.lots[0]?.ranges.map((r) => [r.first, r.last, r.count, r.state, r.use])).toEqual([
      [1, 40, 40, "allocated", use],
      [41, 90, 50, "held", null],
      [91, 100, 10, "sold", expect.any(Number)],
    ]);
    expect((await api.send("certificates/cancellations", { use, ...EVIDENCE })).status).toBe(201);
    const office = await certificatesOf(api);
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
    const { uses, total } = await certificatesOf(api, "office", "?all=1");
    expect(total["held"]).toBe(100);
    expect(uses).toEqual([
      expect.objectContaining({
        id: use,
        released: expect.any(String),
        ended: expect.objectContaining({ evidence: "分配有误" }),
      }),
    ]);
    expect((await certificatesOf(api)).uses).toEqual([]);
    expect((await api.send("certificates/withdrawals", { lot, ...EVIDENCE })).status).toBe(201);
    expect((await certificatesOf(api)).lots).toEqual([]);
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
    expect((await certificatesOf(api)).total["cancelled"]).toBe(40);
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
    expect((await certificatesOf(api, "carpet")).lots).toEqual([]);
    const mine = { ...ALLOCATION, first: 60, last: 69, beneficiary: "carpet" };
    await idOf(await api.send("certificates/allocations", mine));
    const carpet = await certificatesOf(api, "carpet");
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
    expect((await certificatesOf(api)).total).toMatchObject({ held: 0, allocated: 100 });
  });
});
