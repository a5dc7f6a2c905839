import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { EVIDENCE, type LedgerApi, ledgerApi, refusedFor } from "../../kit/ledger-api.ts";
import { entriesOf, idOf, PRODUCTION } from "./kit.ts";

let api: LedgerApi;
beforeEach(async () => {
  api = await ledgerApi();
});
afterEach(async () => {
  await api.close();
});

describe("/ledger/entries", () => {
  it("keeps a figure with who, when and on what; a correction and a taking back stay in the history", async () => {
    const first = await idOf(await api.send("entries", PRODUCTION));
    expect(await entriesOf(api)).toEqual([
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
    expect((await entriesOf(api)).map((e) => [e.id, e.amount])).toEqual([[second, 1180]]);
    const taken = await idOf(await api.send(`entries/${second}/retractions`, { evidence: "重复录入" }));
    expect(await entriesOf(api)).toEqual([]);
    expect((await entriesOf(api, "?all=1")).map((e) => [e.id, e.amount, e.replacedBy, e.standing])).toEqual([
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
    expect(await entriesOf(api, "?all=1")).toEqual([]);
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
    expect((await entriesOf(api, "", "wafer")).map((e) => e.scope)).toEqual(["enterprise:wafer"]);
    expect((await entriesOf(api, "", "carpet")).map((e) => e.id)).toEqual([other]);
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
