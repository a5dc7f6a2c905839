import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { QUARTER_MS } from "../../park/calendar.ts";
import { parsePark } from "../../park/load.ts";
import { ParkModel } from "../../simulators/model.ts";
import type { EnergyRow } from "../../store/telemetry.ts";
import { type TestApi, testApi } from "../kit/api.ts";
import { measured, settlement } from "../kit/settled.ts";
import { type Battery, recompute } from "./green-recompute.ts";

/** The simulated park's month, answered by the product and reckoned again by a script that knows only HTTP and formulas. */

const NAME = "2026-10";
const FROM = "2026-10-01T00:00:00+08:00";
const TO = "2026-11-01T00:00:00+08:00";
const [FROM_MS, TO_MS] = [Date.parse(FROM), Date.parse(TO)];
const QUARTERS = (TO_MS - FROM_MS) / QUARTER_MS;
const SEED = 7;

const written = { by: "t", byLabel: "test", atMs: 0, evidence: "a document", evidenceFile: null };

describe("a month of the simulated park, reckoned again", () => {
  let api: TestApi;
  let token = "";
  const file = readFileSync(path.join(import.meta.dirname, "../../park/nanchuan.yaml"), "utf8");
  // What counts is in the ledger alone.
  const park = parsePark(file.slice(0, file.indexOf("\ncontracts:") + 1));

  beforeAll(async () => {
    api = await testApi(park, TO_MS + 9 * 86_400_000);
    token = await api.token("office");
    const model = new ParkModel(park, SEED);
    await model.prepare(TO_MS);
    const registers = park.meters.flatMap((meter) =>
      meter.sum !== null
        ? []
        : meter.registers
            .filter((r) => r.expected)
            .map((r) => ({ meter, channel: r.energyChannel, before: 0, rows: [] as EnergyRow[] })),
    );
    // Time by time: the model works out a day once for all meters.
    for (let q = 0; q <= QUARTERS; q++) {
      const timeMs = FROM_MS + q * QUARTER_MS;
      for (const register of registers) {
        const { meter, channel, rows } = register;
        const passed = model.passed(meter.id, timeMs);
        const micro = Math.round((channel === "energyExportKwh" ? passed.exported : passed.imported) * 1e6);
        if (q > 0) {
          const row = measured(timeMs - QUARTER_MS, (micro - register.before) / 1e6);
          // Some hours are shared out over a gap: they count in the year and match nothing.
          const isGap = meter.id === "wafer-pv" && q % 960 < 60;
          rows.push(isGap ? { ...row, flags: 0 } : row);
        }
        register.before = micro;
      }
    }
    await api.telemetry.writeSettlements(
      registers.map(({ meter, channel, rows }) => settlement(park.calendar, meter.id, channel, rows)),
    );
    const wind = Array.from({ length: QUARTERS }, (_, q) => 900 + 700 * Math.sin(q / 30));
    const trade = (reference: string, project: string, beneficiary: string, energyKwh: number) => ({
      ...written,
      kind: "green-trade" as const,
      reference,
      project,
      month: NAME,
      beneficiary,
      energyKwh,
      quarterHoursKwh: null,
      replaces: null,
    });
    await api.ledger.addSettlements([
      {
        ...trade(
          "GT-1",
          "wind-1",
          "wafer-works",
          wind.reduce((a, b) => a + b, 0),
        ),
        quarterHoursKwh: wind,
      },
      trade("GT-2", "sun-1", "ingot-works", 900_000),
      trade("GT-3", "sun-2", "public-building", 99_000_000),
    ]);
    const lot = { ...written, first: 1, last: 900, energy: "wind" as const, holder: "park", month: NAME };
    await api.ledger.addLots([
      // The certificates of a trade: the same MWh through a second door.
      { ...lot, series: "A", project: "sun-1", tradable: true },
      { ...lot, series: "B", project: "wind-2", tradable: true, month: "2026-08" },
      { ...lot, series: "C", project: "hydro", tradable: false },
    ]);
    const use = { ...written, first: 1, last: 800, purpose: "allocated" as const, month: NAME };
    await api.ledger.addUses([
      { ...use, series: "A", beneficiary: "ingot-works" },
      { ...use, series: "B", beneficiary: "cell-works" },
      { ...use, series: "C", beneficiary: "cell-works" },
    ]);
  }, 240_000);
  afterAll(() => api?.close());

  it("annual share, hour-matched share and carbon agree to a millionth", async () => {
    const ask = async (question: string): Promise<unknown> => {
      const response = await api.ask(`/api/v1${question}`, token);
      if (!response.ok) throw new Error(`${question}: ${response.status} ${await response.text()}`);
      return await response.json();
    };
    const batteries = park.assets.flatMap((a): Battery[] =>
      a.kind === "storage"
        ? [
            {
              meter: a.meters[0] ?? "",
              usableKwh: a.capacityKwh * (a.maxStateOfCharge - a.minStateOfCharge),
              charge: a.chargeEfficiency,
              discharge: a.dischargeEfficiency,
            },
          ]
        : [],
    );
    const span = new URLSearchParams({ scope: "park", from: FROM, to: TO });
    const answer = (await ask(`/green-power?${span}`)) as {
      useKwh: number;
      annualShare: number;
      hourMatchedShare: number;
      coverage: { missing: number };
      sources: { id: string; energyKwh: number }[];
    };
    const again = await recompute(ask, { name: NAME, from: FROM, to: TO }, batteries);
    const near = (a: number, b: number) => expect(Math.abs(a - b) / Math.abs(b)).toBeLessThan(1e-6);
    expect(answer.coverage.missing).toBe(0);
    expect(again.hourMatchedShare).toBeGreaterThan(0.01);
    expect(again.annualShare).toBeGreaterThan(again.hourMatchedShare);
    expect(again.storagePvKwh).toBeGreaterThan(1);
    near(answer.useKwh, again.useKwh);
    near(answer.annualShare, again.annualShare);
    near(answer.hourMatchedShare, again.hourMatchedShare);
    expect(again.carbonKg.size).toBeGreaterThan(10);
    for (const [scope, carbonKg] of again.carbonKg) {
      const asked = new URLSearchParams({ scope, from: FROM, to: TO });
      const carbon = (await ask(`/carbon?${asked}`)) as {
        figures: { method: string; totalKg: number | null }[];
      };
      const totalKg = carbon.figures.find((f) => f.method === "cn-910-2025-annex-4")?.totalKg ?? 0;
      expect(Math.abs(totalKg - carbonKg), scope).toBeLessThan(Math.max(1e-6 * carbonKg, 1e-3));
    }
  }, 240_000);
});
