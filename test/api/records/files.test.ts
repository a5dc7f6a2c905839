import { unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { measured, unknown } from "../../kit/settled.ts";
import { api, ONE_DAY, office, put, query, rowsOf, steady, wholePark, withApi } from "./kit.ts";

withApi();

describe("tables as files", () => {
  it("every table is CSV with a header row with units, and a workbook", async () => {
    await wholePark();
    const questions: readonly (readonly [string, Record<string, string>, string])[] = [
      ["/energy", { scope: "park", ...ONE_DAY }, "购入 (kWh)"],
      ["/balance", { scope: "park", ...ONE_DAY }, "购网电 (kWh)"],
      ["/sub-meters", { scope: "park", ...ONE_DAY }, "差额率"],
      ["/tariff", { scope: "park", ...ONE_DAY }, "电度电费 (CNY)"],
      ["/demand", { scope: "park", month: "2026-11" }, "需量 (kW)"],
      ["/comparison", { scope: "park", ...ONE_DAY }, "购入 (kWh)"],
    ];
    for (const [path, values, column] of questions) {
      const [head = [], ...rows] = await rowsOf(path, values);
      expect(head, path).toContain(column);
      expect(rows.length, path).toBeGreaterThan(0);
      const [english = []] = await rowsOf(path, { ...values, lang: "en" });
      expect(english.join(), path).not.toMatch(/[\u4e00-\u9fff]/);
      const response = await api.ask(`/api/v1${path}?${query({ ...values, format: "xlsx" })}`, office);
      expect(response.headers.get("content-type"), path).toContain("spreadsheetml");
      const files = unzipSync(new Uint8Array(await response.arrayBuffer()));
      expect(Object.keys(files), path).toContain("xl/worksheets/sheet2.xml");
    }
  });

  it("a workbook holds numbers as numbers and no formula", async () => {
    await put("carpet-load", "energyImportKwh", steady(12.345678));
    const values = { scope: "meter:carpet-load", ...ONE_DAY, resolution: "1d", format: "xlsx" };
    const response = await api.ask(`/api/v1/energy?${query(values)}`, office);
    const files = unzipSync(new Uint8Array(await response.arrayBuffer()));
    const sheet = new TextDecoder().decode(files["xl/worksheets/sheet1.xml"]);
    expect(sheet).toContain("<v>1185.185088</v>");
    expect(sheet).not.toContain("<f>");
  });

  it("E1 the grid's 96 points stamp the end: 00:15 … 24:00, and the header says so", async () => {
    await put("gate", "energyImportKwh", (i, t) => measured(t, i));
    const values = { scope: "park", ...ONE_DAY, resolution: "15m" };
    const [head = [], ...rows] = await rowsOf("/energy", { ...values, stamp: "end" });
    expect(head[0]).toBe("结束时间");
    expect(rows).toHaveLength(96);
    expect([rows[0]?.[0], rows[0]?.[1]]).toEqual(["2026-11-19T00:15:00+08:00", "0"]);
    expect([rows[95]?.[0], rows[95]?.[1]]).toEqual(["2026-11-19T24:00:00+08:00", "95"]);
    const [startHead = [], first] = await rowsOf("/energy", values);
    expect([startHead[0], first?.[0]]).toEqual(["开始时间", "2026-11-19T00:00:00+08:00"]);
    for (const wrong of [
      { resolution: "1d", format: "csv" },
      { resolution: "15m", format: "json" },
    ]) {
      const response = await api.ask(
        `/api/v1/energy?${query({ ...values, ...wrong, stamp: "end" })}`,
        office,
      );
      expect(response.status).toBe(400);
    }
  });

  it("missing stays an empty cell, never 0", async () => {
    await put("gate", "energyImportKwh", (i, t) => (i === 4 ? unknown(t) : measured(t, 1)));
    const [head = [], ...rows] = await rowsOf("/energy", { scope: "park", ...ONE_DAY, resolution: "15m" });
    expect(rows[4]?.[1]).toBe("");
    expect(rows[4]?.[head.indexOf("质量")]).toBe("缺失");
  });
});
