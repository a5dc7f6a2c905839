import { describe, expect, it } from "vitest";
import { loadParkFile } from "../../park/load.ts";
import { compositionOf, type Scope } from "../../park/topology.ts";

const park = loadParkFile("park/nanchuan.yaml");
const NOW = Date.parse("2026-11-20T12:00:00+08:00");
const grid = (scope: Scope) =>
  compositionOf(park, scope, NOW)
    .grid.map((m) => m.id)
    .sort();

describe("the connections that stand for a scope", () => {
  it("the park has its own gates", () => {
    expect(grid({ kind: "park" })).toEqual([
      "data-gate",
      "gate-north",
      "gate-south",
      "lithium-1-gate",
      "polysilicon-gate",
    ]);
  });

  it("a boundary has a shared gate only when all behind it are members: carpets and wool hang on the south gate", () => {
    expect(grid({ kind: "boundary", id: "zero-carbon" })).toEqual([
      "cathode-gate",
      "charging-gate",
      "data-gate",
      "gate-north",
      "lithium-1-gate",
      "lithium-2-gate",
      "operator-gate",
      "public-gate",
    ]);
  });

  it("the park operator's own connections are not the gates that feed everybody", () => {
    expect(grid({ kind: "enterprise", id: "park-operator" })).toEqual(["avenue-gate", "operator-gate"]);
    expect(grid({ kind: "enterprise", id: "wafer-works" })).toEqual(["wafer-gate"]);
  });
});
