import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { parsePark } from "../../../park/load.ts";
import { parse, reasonsOf, T0, valuesOf } from "./kit.ts";

/** The examples of docs/gateways.md, as they stand there: whole park files, and a message for each. */

const text = readFileSync(path.resolve(import.meta.dirname, "../../../docs/gateways.md"), "utf8");
const files = [...text.matchAll(/```yaml\n(.*?)```/gs)].map((m) => m[1] ?? "");
const messages = [...text.matchAll(/On `([^`]+)` comes\n\n```json\n(.*?)```/gs)].map(
  (m) => [m[1] ?? "", m[2] ?? ""] as const,
);

function example(i: number) {
  const [topic, payload] = messages[i] ?? ["", ""];
  return parse(parsePark(files[i] ?? ""), topic, payload, T0 + 3_600_000);
}

describe("the examples of docs/gateways.md", () => {
  it("are three, each with its message", () => {
    expect(files).toHaveLength(3);
    expect(messages).toHaveLength(3);
  });

  it("EMQX Neuron", () => {
    const message = example(0);
    expect(valuesOf(message)).toEqual(["gate 900 energyImportKwh 123456.78", "gate 900 powerKw 4124.8"]);
    expect(message.rejections).toEqual([]);
    expect(message.gateway).toEqual({ id: "neuron", errors: 1, unmapped: 1 });
  });

  it("ThingsBoard gateway", () => {
    const message = example(1);
    expect(valuesOf(message)).toEqual([
      "mill-gate 900 energyExportKwh 250",
      "mill-gate 900 energyImportKwh 1234567",
      "mill-pack 900 powerKw -120.5",
      "mill-pack 900 stateOfCharge 0.615",
      "mill-pv 600 energyExportKwh 500000",
      "mill-pv 600 powerKw -412.5",
      "mill-pv 900 energyExportKwh 500034.4",
    ]);
    expect(message.readings).toHaveLength(4);
    expect(message.rejections.map((r) => r.reason)).toEqual(["not-a-number"]);
  });

  it("any JSON", () => {
    const message = example(2);
    expect(valuesOf(message)).toEqual([
      "depot-pack 900 powerKw -120.5",
      "depot-pack 900 stateOfCharge 0.615",
    ]);
    expect(reasonsOf(message)).toEqual([]);
  });
});
