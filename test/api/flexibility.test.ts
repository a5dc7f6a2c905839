import { describe, expect, it } from "vitest";
import { flexibilityAnswer as flexibilitySchema } from "../../api/answers/flexibility.ts";
import { flexibilityAnswer } from "../../api/flexibility.ts";
import { loadParkFile } from "../../park/load.ts";
import type { LiveValue } from "../../store/feed.ts";
import { greenPark } from "../kit/green-park.ts";

const NOW = Date.parse("2026-11-20T18:42:00+08:00");
const park = greenPark();

function live(values: Record<string, Partial<LiveValue>>): Map<string, LiveValue> {
  return new Map(
    Object.entries(values).map(([meter, v]) => [
      meter,
      {
        meter,
        timeMs: NOW - 5000,
        powerKw: 0,
        powerFrom: "gauge" as const,
        stateOfCharge: null,
        simulated: true,
        ...v,
      },
    ]),
  );
}

const ask = (values: Record<string, Partial<LiveValue>>) =>
  flexibilitySchema.parse(
    flexibilityAnswer(park, live(values), {
      scope: { kind: "park" },
      nowMs: NOW,
      durationsMin: [15, 60, 240],
    }),
  );

describe("flexibilityAnswer", () => {
  it("by hand: 1000 kWh at 50 %, 500 kW, η 0.9: up 500, 360, 90; down 500, 444, 111 within 800 kW of connection", () => {
    const answer = ask({ "pack-b": { stateOfCharge: 0.5 }, "gate-b": { powerKw: 200 } });
    expect(answer.upKw.map((v) => Math.round(v))).toEqual([300, 300, 90]);
    expect(answer.downKw.map((v) => Math.round(v))).toEqual([500, 444, 111]);
    // The connection may export 100 and imports 200 now: 300 of up.
    expect(answer.connections).toEqual([
      {
        meter: "gate-b",
        name: null,
        importLimitKw: 800,
        exportLimitKw: 100,
        netImportKw: 200,
        bindingUp: true,
        bindingDown: false,
      },
    ]);
    expect(answer.capacity).toMatchObject({ connectedUpKw: 500, connectedDownKw: 500, testedUpKw: null });
    expect(answer.simulated).toBe(true);
  });

  it("a charging storage counts from rest; what can change from its present power stands beside it", () => {
    const answer = ask({
      "pack-b": { stateOfCharge: 0.5, powerKw: 100 },
      "gate-b": { powerKw: 600 },
    });
    // At rest the connection would import 500: 600 of up, 300 of down.
    expect(answer.upKw.map(Math.round)).toEqual([500, 360, 90]);
    expect(answer.downKw.map(Math.round)).toEqual([300, 300, 111]);
    expect(answer.fromPresent?.upKw.map(Math.round)).toEqual([600, 460, 190]);
    expect(answer.fromPresent?.downKw.map(Math.round)).toEqual([200, 200, 11]);
    expect(answer.assets.find((a) => a.id === "pack")?.powerKw).toBe(100);
  });

  it("a silent storage stays listed at 0 and says since when; one without state of charge says so", () => {
    const stale = ask({ "pack-b": { stateOfCharge: 0.5, timeMs: NOW - 34 * 60_000 }, "gate-b": {} });
    expect(stale.upKw).toEqual([0, 0, 0]);
    expect(stale.assets.find((a) => a.id === "pack")).toMatchObject({
      upKw: [0, 0, 0],
      ageSeconds: 2040,
      because: { code: "stale", zh: "34 分钟无数据，计 0" },
    });
    expect(ask({ "pack-b": {}, "gate-b": {} }).assets[0]?.because.code).not.toBe("stale");
    expect(ask({ "pack-b": {}, "gate-b": {} }).assets.find((a) => a.id === "pack")?.because.code).toBe(
      "no-state-of-charge",
    );
  });

  it("a limited connection that is silent lets nothing through", () => {
    const answer = ask({ "pack-b": { stateOfCharge: 0.5 } });
    expect(answer.upKw).toEqual([0, 0, 0]);
    expect(answer.connections[0]?.netImportKw).toBeNull();
  });

  it("what does not count yet is listed at 0 with the reason", () => {
    const kiln = ask({}).assets.find((a) => a.id === "kiln");
    expect(kiln).toMatchObject({ upKw: [0, 0, 0], because: { code: "not-counted-yet" } });
  });

  it("the shipped park: rows add up to the totals at every duration", () => {
    const nanchuan = loadParkFile("park/nanchuan.yaml");
    const values = Object.fromEntries(
      nanchuan.meters.map((m) => [m.id, { powerKw: 100, stateOfCharge: m.role === "storage" ? 0.5 : null }]),
    );
    const answer = flexibilityAnswer(nanchuan, live(values), { scope: { kind: "park" }, nowMs: NOW });
    expect(answer.assets.filter((a) => a.kind === "storage").length).toBe(4);
    answer.durationsMin.forEach((_, d) => {
      expect(answer.assets.reduce((s, a) => s + (a.upKw[d] ?? 0), 0)).toBeCloseTo(answer.upKw[d] ?? -1, 6);
      expect(answer.assets.reduce((s, a) => s + (a.downKw[d] ?? 0), 0)).toBeCloseTo(
        answer.downKw[d] ?? -1,
        6,
      );
    });
    expect(answer.upKw[2]).toBeGreaterThan(10_000);
    // An operator that sees no meters of the park reads the connections' names here.
    expect(answer.connections.length).toBeGreaterThan(0);
    for (const { meter, name } of answer.connections)
      expect(name).toEqual(nanchuan.meterById.get(meter)?.name ?? "a name");
  });
});
