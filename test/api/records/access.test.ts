import { describe, expect, it } from "vitest";
import { StoreError } from "../../../store/telemetry.ts";
import { api, ONE_DAY, office, query, withApi } from "./kit.ts";

withApi();

describe("who may ask", () => {
  it("an enterprise its own scope, a VPP operator none, nobody without a token", async () => {
    const carpet = await api.token("enterprise", "carpet");
    const vpp = await api.token("vpp");
    for (const [path, span] of [
      ["/sub-meters", ONE_DAY],
      ["/tariff", ONE_DAY],
      ["/demand", { month: "2026-11" }],
      ["/comparison", ONE_DAY],
    ] as const) {
      for (const format of ["json", "csv", "xlsx"]) {
        const status = async (scope: string, token?: string) =>
          (await api.ask(`/api/v1${path}?${query({ scope, ...span, format })}`, token)).status;
        expect(await status("enterprise:carpet", carpet), path).toBe(200);
        expect(await status("enterprise:wafer", carpet), path).toBe(403);
        expect(await status("park", carpet), path).toBe(403);
        expect(await status("meter:gate", carpet), path).toBe(403);
        expect(await status("park", vpp), path).toBe(403);
        expect(await status("park"), path).toBe(401);
      }
    }
  });

  it("a store that fails is an error, in files too", async () => {
    api.telemetry.readEnergy = async () => {
      throw new StoreError("unavailable", "down");
    };
    const response = await api.ask(`/api/v1/tariff?${query({ ...ONE_DAY, format: "csv" })}`, office);
    expect(response.status).toBe(503);
    expect(response.headers.get("content-type")).toContain("json");
  });
});
