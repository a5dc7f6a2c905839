import { errorAnswer } from "../../api/answers/common.ts";
import type { Park } from "../../park/park.ts";
import { type TestApi, testApi } from "./api.ts";
import { smallPark } from "./small-park.ts";

/** The API's ledger as its accounts see it: the office, two enterprises, a VPP operator. */
export interface LedgerApi extends TestApi {
  readonly accounts: Readonly<Record<"office" | "wafer" | "carpet" | "vpp", string>>;
  /** POST as JSON below /ledger. */
  send(path: string, body: unknown, as?: keyof LedgerApi["accounts"]): Promise<Response>;
  /** GET below /ledger. */
  get(path: string, as?: keyof LedgerApi["accounts"]): Promise<Response>;
}

export const LEDGER_NOW = Date.parse("2026-11-20T12:00:00+08:00");
export const EVIDENCE = { evidence: "月报 2026 第 7 号" };

export async function ledgerApi(park: Park = smallPark()): Promise<LedgerApi> {
  const api = await testApi(park, LEDGER_NOW);
  const accounts = {
    office: await api.token("office"),
    wafer: await api.token("enterprise", "wafer"),
    carpet: await api.token("enterprise", "carpet"),
    vpp: await api.token("vpp"),
  };
  return {
    ...api,
    accounts,
    send: (path, body, as = "office") =>
      api.ask(`/api/v1/ledger/${path}`, accounts[as], {
        method: "POST",
        body: JSON.stringify(body),
        headers: { "content-type": "application/json" },
      }),
    get: (path, as = "office") => api.ask(`/api/v1/ledger/${path}`, accounts[as]),
  };
}

/** What a refused question was told: `path: found`, as one text each. */
export async function refusedFor(answer: Response): Promise<string[]> {
  const body = errorAnswer.parse(await answer.json());
  if (answer.status !== 400) throw new Error(`${answer.status} ${JSON.stringify(body)}`);
  return (body.issues ?? []).map((i) => `${i.path}: ${i.expected} | ${i.found}`);
}
