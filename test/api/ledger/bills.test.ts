import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { billsAnswer } from "../../../api/answers/ledger.ts";
import { greenPark, putDays } from "../../kit/green-park.ts";
import { EVIDENCE, type LedgerApi, ledgerApi, refusedFor } from "../../kit/ledger-api.ts";
import { idOf } from "./kit.ts";

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
