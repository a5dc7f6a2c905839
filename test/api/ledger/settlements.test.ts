import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { settlementsAnswer } from "../../../api/answers/ledger.ts";
import { type LedgerApi, ledgerApi, refusedFor } from "../../kit/ledger-api.ts";
import { idOf, TRADE } from "./kit.ts";

let api: LedgerApi;
beforeEach(async () => {
  api = await ledgerApi();
});
afterEach(async () => {
  await api.close();
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
