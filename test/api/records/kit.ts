import { parse } from "csv-parse/sync";
import { afterEach, beforeEach, expect } from "vitest";
import { DAY_MS, QUARTER_MS } from "../../../park/calendar.ts";
import { parsePark } from "../../../park/load.ts";
import type { Park } from "../../../park/park.ts";
import type { RegisterChannel } from "../../../park/quantities.ts";
import type { EnergyRow } from "../../../store/telemetry.ts";
import { type TestApi, testApi } from "../../kit/api.ts";
import { measured, settlement } from "../../kit/settled.ts";
import { SMALL_PARK_YAML } from "../../kit/small-park.ts";
import { TARIFF_YAML } from "../../kit/tariff.ts";

/** Sub-meter balance, bands, demand and comparison over HTTP, reckoned by hand on the small park. */

const park = parsePark(`${SMALL_PARK_YAML}${TARIFF_YAML}`);
/** A Thursday. */
export const DAY = Date.parse("2026-11-19T00:00:00+08:00");
const NOW = DAY + 10 * DAY_MS;
export let api: TestApi;
export let office = "";

/** Gives each test of a file an API of its own. */
export function withApi(): void {
  beforeEach(async () => await openApi(park));
  afterEach(async () => await api.close());
}

/** The API of another park for the rest of a test. */
export async function reopen(of: Park): Promise<void> {
  await api.close();
  await openApi(of);
}

async function openApi(of: Park): Promise<void> {
  api = await testApi(of, NOW);
  office = await api.token("office");
}

type Make = (i: number, startMs: number) => EnergyRow;
export const steady =
  (kwh: number): Make =>
  (_, t) =>
    measured(t, kwh);

export async function put(
  meter: string,
  channel: RegisterChannel,
  make: Make,
  fromMs = DAY,
  days = 1,
): Promise<void> {
  const rows = Array.from({ length: 96 * days }, (_, i) => make(i, fromMs + i * QUARTER_MS));
  await api.telemetry.writeSettlements([settlement(park.calendar, meter, channel, rows)]);
}

/** Gate 100 in and 2 out a quarter-hour; below it 80 + 25 use, 20 PV, storage 15 in and 5 out: 98 against 95. */
export async function wholePark(): Promise<void> {
  await put("gate", "energyImportKwh", steady(100));
  await put("gate", "energyExportKwh", steady(2));
  await put("wafer-load", "energyImportKwh", steady(80));
  await put("carpet-load", "energyImportKwh", steady(25));
  await put("carpet-line", "energyImportKwh", steady(10));
  await put("roof", "energyExportKwh", steady(20));
  await put("pack", "energyImportKwh", steady(15));
  await put("pack", "energyExportKwh", steady(5));
}

export const query = (values: Readonly<Record<string, string>>) => new URLSearchParams(values).toString();
export const iso = (timeMs: number) => park.calendar.iso(timeMs);
export const ONE_DAY = { from: iso(DAY), to: iso(DAY + DAY_MS) };

export async function ask<T>(
  path: string,
  values: Readonly<Record<string, string>>,
  token = office,
): Promise<T> {
  const response = await api.ask(`/api/v1${path}?${query(values)}`, token);
  expect(response.status, await response.clone().text()).toBe(200);
  return (await response.json()) as T; // the answers' schemas are checked by the compiler where they are made
}

export async function rowsOf(path: string, values: Readonly<Record<string, string>>): Promise<string[][]> {
  const response = await api.ask(`/api/v1${path}?${query({ ...values, format: "csv" })}`, office);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8");
  expect(response.headers.get("content-disposition")).toMatch(/^attachment; filename="[A-Za-z0-9.-]+\.csv"$/);
  const bytes = new Uint8Array(await response.arrayBuffer());
  expect([...bytes.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  return parse(new TextDecoder().decode(bytes), { bom: true }) as string[][]; // csv-parse types rows as unknown
}
