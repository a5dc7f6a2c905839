import { describe, expect, it } from "vitest";
import type { SubMetersAnswer } from "../../../api/answers/records.ts";
import { DAY_MS } from "../../../park/calendar.ts";
import { parsePark } from "../../../park/load.ts";
import { measured, unknown } from "../../kit/settled.ts";
import { SMALL_PARK_YAML } from "../../kit/small-park.ts";
import { api, ask, DAY, iso, ONE_DAY, put, reopen, steady, wholePark, withApi } from "./kit.ts";

withApi();

describe("GET /sub-meters", () => {
  const rowOf = (answer: SubMetersAnswer, meter: string) => {
    const row = answer.rows.find((r) => r.meter === meter);
    if (row === undefined) throw new Error(`no row of ${meter}`);
    return row;
  };

  it("balances a gate over PV and storage by what it sees: Σ (import − export) of those below", async () => {
    await wholePark();
    const answer = await ask<SubMetersAnswer>("/sub-meters", { scope: "park", ...ONE_DAY });
    const gate = rowOf(answer, "gate");
    // 98 − (80 + 25 − 20 + 15 − 5) = 3 a quarter-hour; in: 100 + 20 + 5
    expect(gate.amount).toBe(98 * 96);
    expect(gate.childrenAmount).toBe(95 * 96);
    expect(gate.difference).toBe(3 * 96);
    expect(gate.throughput).toBe(125 * 96);
    expect(gate.share).toBeCloseTo(3 / 125, 12);
    expect(gate.state).toBe("over");
    expect(gate.children.map((c) => [c.meter, c.amount])).toEqual([
      ["wafer-load", 80 * 96],
      ["carpet-load", 25 * 96],
      ["roof", -20 * 96],
      ["pack", 10 * 96],
    ]);
    expect(gate.coverage).toEqual({ measured: 1, estimated: 0, missing: 0 });
  });

  it("stands at every level, as the tree is read, and leaves out what is reckoned from the same meters", async () => {
    await wholePark();
    const answer = await ask<SubMetersAnswer>("/sub-meters", { scope: "park", ...ONE_DAY });
    expect(answer.rows.map((r) => [r.meter, r.depth])).toEqual([
      ["gate", 0],
      ["carpet-load", 1],
    ]);
    const carpet = rowOf(answer, "carpet-load");
    expect(carpet.children.map((c) => c.meter)).toEqual(["carpet-line"]);
    expect(carpet.leftOut).toEqual(["carpet-rest"]);
    expect(carpet.difference).toBe(15 * 96);
    const below = await ask<SubMetersAnswer>("/sub-meters", { scope: "meter:carpet-load", ...ONE_DAY });
    expect(below.rows.map((r) => r.meter)).toEqual(["carpet-load"]);
  });

  it("2 % exactly is within the tolerance", async () => {
    await put("carpet-load", "energyImportKwh", steady(100));
    await put("carpet-line", "energyImportKwh", steady(98));
    const scope = "meter:carpet-load";
    const within = await ask<SubMetersAnswer>("/sub-meters", { scope, ...ONE_DAY });
    expect([within.tolerance, within.rows[0]?.share, within.rows[0]?.state]).toEqual([0.02, 0.02, "ok"]);
    await put("carpet-line", "energyImportKwh", steady(102.1));
    const above = await ask<SubMetersAnswer>("/sub-meters", { scope, ...ONE_DAY });
    expect(above.rows[0]?.state).toBe("over");
    expect(above.rows[0]?.difference).toBeCloseTo(-2.1 * 96, 9);
  });

  it("E4 where a part is missing the difference is null, and never a loss", async () => {
    await wholePark();
    await put("wafer-load", "energyImportKwh", (i, t) => (i === 7 ? unknown(t) : measured(t, 80)));
    const answer = await ask<SubMetersAnswer>("/sub-meters", { scope: "park", ...ONE_DAY });
    const gate = rowOf(answer, "gate");
    expect([gate.difference, gate.share, gate.state]).toEqual([null, null, "missing"]);
    expect(gate.amount).toBe(98 * 96);
    expect(gate.childrenAmount).toBe(95 * 96 - 80);
    expect(gate.childrenCoverage.missing).toBeGreaterThan(0);
    // of the only day, which is not known throughout, nothing can be matched
    expect(gate.matched).toBeNull();
    expect(rowOf(answer, "carpet-load").state).toBe("over");
  });

  it("beside a missing part stands what the days known on both sides say", async () => {
    await put("carpet-load", "energyImportKwh", steady(100), DAY, 4);
    await put("carpet-line", "energyImportKwh", (i, t) => (i === 100 ? unknown(t) : measured(t, 99)), DAY, 4);
    const answer = await ask<SubMetersAnswer>("/sub-meters", {
      scope: "meter:carpet-load",
      from: iso(DAY),
      to: iso(DAY + 4 * DAY_MS),
    });
    expect([answer.rows[0]?.state, answer.rows[0]?.difference]).toEqual(["missing", null]);
    expect(answer.rows[0]?.matched).toEqual({ known: 3 / 4, difference: 288, share: 0.01 });
  });

  it("nothing at all flowing is idle, and no share is made of it", async () => {
    await put("carpet-load", "energyImportKwh", steady(0));
    await put("carpet-line", "energyImportKwh", steady(0));
    const answer = await ask<SubMetersAnswer>("/sub-meters", { scope: "meter:carpet-load", ...ONE_DAY });
    expect([answer.rows[0]?.difference, answer.rows[0]?.share, answer.rows[0]?.state]).toEqual([
      0,
      null,
      "idle",
    ]);
  });

  it("a span still running is counted by its closed days, and says so", async () => {
    await wholePark();
    api.clock.nowMs = DAY + DAY_MS + 3_600_000;
    const answer = await ask<SubMetersAnswer>("/sub-meters", {
      scope: "park",
      from: iso(DAY),
      to: iso(DAY + 12 * DAY_MS),
    });
    expect(answer.through).toBe(iso(DAY + DAY_MS));
    expect(rowOf(answer, "gate").difference).toBe(3 * 96);
    expect(answer.remarks.map((r) => r.code)).toContain("closed-only");
  });

  it("follows a meter that was moved: each parent has it for its own days", async () => {
    const moved = parsePark(
      SMALL_PARK_YAML.replace(
        "{ id: carpet-line, role: load, enterprise: carpet, parent: carpet-load,",
        `{ id: carpet-line, role: load, enterprise: carpet, parent: [{ value: carpet-load }, { from: "${iso(DAY + DAY_MS)}", value: wafer-load }],`,
      ),
    );
    await reopen(moved);
    await put("carpet-load", "energyImportKwh", steady(25), DAY, 2);
    await put("wafer-load", "energyImportKwh", steady(80), DAY, 2);
    await put("carpet-line", "energyImportKwh", steady(10), DAY, 2);
    const answer = await ask<SubMetersAnswer>("/sub-meters", {
      scope: "park",
      from: iso(DAY),
      to: iso(DAY + 2 * DAY_MS),
    });
    expect([rowOf(answer, "carpet-load").amount, rowOf(answer, "carpet-load").childrenAmount]).toEqual([
      25 * 96,
      10 * 96,
    ]);
    expect([rowOf(answer, "wafer-load").amount, rowOf(answer, "wafer-load").childrenAmount]).toEqual([
      80 * 96,
      10 * 96,
    ]);
  });

  it("never tells an enterprise what meters of others took", async () => {
    await wholePark();
    const wafer = await api.token("enterprise", "wafer");
    const answer = await ask<SubMetersAnswer>(
      "/sub-meters",
      { scope: "enterprise:wafer", ...ONE_DAY },
      wafer,
    );
    const gate = rowOf(answer, "gate");
    expect(gate.amount).toBe(98 * 96);
    expect([gate.childrenAmount, gate.difference, gate.throughput, gate.state]).toEqual([
      null,
      null,
      null,
      "hidden",
    ]);
    expect(gate.children).toEqual([]);
    expect(JSON.stringify(answer)).not.toContain("carpet");
  });
});
