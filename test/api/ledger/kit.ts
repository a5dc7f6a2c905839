import { expect } from "vitest";
import { certificatesAnswer, entriesAnswer, writtenIdAnswer } from "../../../api/answers/ledger.ts";
import { EVIDENCE, type LedgerApi } from "../../kit/ledger-api.ts";

/** Records as they are sent, and lists as they are read back. */

export const PRODUCTION = {
  kind: "production",
  scope: "enterprise:wafer",
  subject: "硅片",
  month: "2026-03",
  amount: 1200.5,
  unit: "t",
  ...EVIDENCE,
};
export const LOT = {
  series: "GEC-ROOF-202603-A",
  first: 1,
  last: 100,
  project: "roof-project",
  month: "2026-03",
  energy: "solar",
  tradable: true,
  holder: "wafer",
  ...EVIDENCE,
};
export const ALLOCATION = {
  series: LOT.series,
  first: 1,
  last: 40,
  beneficiary: "wafer",
  month: "2026-04",
  ...EVIDENCE,
};
export const TRADE = {
  kind: "green-trade",
  reference: "JS-2026-03-001",
  project: "wind-guinan",
  month: "2026-03",
  beneficiary: "wafer",
  energyKwh: 5_000,
  ...EVIDENCE,
};

/** The id of what was written. */
export async function idOf(answer: Response): Promise<number> {
  const body: unknown = await answer.json();
  expect(answer.status, JSON.stringify(body)).toBe(201);
  return writtenIdAnswer.parse(body).id;
}
export async function entriesOf(api: LedgerApi, query = "", as: "office" | "wafer" | "carpet" = "office") {
  const answer = await api.get(`entries${query}`, as);
  expect(answer.status).toBe(200);
  return entriesAnswer.parse(await answer.json()).entries;
}
export async function certificatesOf(
  api: LedgerApi,
  as: "office" | "wafer" | "carpet" = "office",
  query = "",
) {
  return certificatesAnswer.parse(await (await api.get(`certificates${query}`, as)).json());
}
