import pino from "pino";
import type { CreateRegisterEngine } from "../../ingest/energy/engine.ts";
import { INGEST_DEFAULTS, Ingest, type IngestSettings } from "../../ingest/ingest.ts";
import type { MessageSource, OnMessage, SourceState } from "../../ingest/sources/source.ts";
import { parsePark } from "../../park/load.ts";
import type { Park } from "../../park/park.ts";
import type { RepairAction } from "../../park/repair.ts";
import type { FeedWriter, IngestStatus, LiveValue, MeterChange } from "../../store/feed.ts";
import type { Decision, Repair } from "../../store/ledger.ts";
import type { Telemetry } from "../../store/telemetry.ts";
import { createLinearEngine } from "../kit/linear-engine.ts";

export const silent = pino({ level: "silent" });

export const PARK_TEXT = `
park: { id: p1, name: { zh: 园, en: Park }, timeZone: Asia/Shanghai }
enterprises: [{ id: e1, name: { zh: 厂, en: Works }, sector: steel }]
meters:
  - { id: gate, role: grid, enterprise: e1, maxPowerKw: 4000, reportsEvery: 1m }
  - { id: line, role: load, enterprise: e1, maxPowerKw: 4000, reportsEvery: 1m }
  - { id: pv, role: pv, enterprise: e1, maxPowerKw: 4000, reportsEvery: 1m, invert: true }
  - { id: bess, role: storage, enterprise: e1, maxPowerKw: 4000, reportsEvery: 1m }
  - { id: gas, role: gas, enterprise: e1, fuel: natural-gas }
  - { id: rest, role: load, enterprise: e1, sum: [{ meter: gate, factor: 1 }, { meter: line, factor: -1 }] }
`;

export const park: Park = parsePark(PARK_TEXT);

export const T0 = Date.parse("2026-11-20T00:00:00+08:00");
export const MINUTE = 60_000;

/** A source that a test speaks through. */
export class HandSource implements MessageSource {
  state: SourceState = { state: "up", detail: "" };
  waiting = 0;
  #onMessage: OnMessage | null = null;

  async start(onMessage: OnMessage): Promise<void> {
    this.#onMessage = onMessage;
  }

  async stop(): Promise<void> {
    for (let i = 0; i < 500 && this.waiting > 0; i++) await new Promise((r) => setTimeout(r, 10));
    this.#onMessage = null;
  }

  /** Resolves when acknowledged. */
  send(meter: string, payload: unknown): Promise<void> {
    return this.sendRaw(`parks/p1/meters/${meter}/readings`, Buffer.from(JSON.stringify(payload)));
  }

  sendRaw(topic: string, payload: Uint8Array): Promise<void> {
    const take = this.#onMessage;
    if (take === null) throw new Error("not started");
    this.waiting++;
    return new Promise((resolve) => {
      take({ topic, payload }, () => {
        this.waiting--;
        resolve();
      });
    });
  }
}

export class KeptFeed implements FeedWriter {
  readonly values = new Map<string, LiveValue>();
  readonly changes: MeterChange[] = [];
  status: IngestStatus | null = null;

  publishValues(values: readonly LiveValue[]): void {
    for (const v of values) this.values.set(v.meter, v);
  }
  publishChanges(changes: readonly MeterChange[]): void {
    this.changes.push(...changes);
  }
  publishStatus(status: IngestStatus): void {
    this.status = status;
  }
}

export class KeptLedger {
  readonly decisions: Decision[] = [];
  readonly repairs: Repair[] = [];

  /** As the API adds them. */
  repair(action: RepairAction): number {
    const id = this.repairs.length + 1;
    const who = { reason: "r", by: "c", byLabel: "l", atMs: 1, before: "{}", after: "{}" };
    const undoes = action.kind === "undo" ? action.of : null;
    const text = JSON.stringify(action);
    this.repairs.push({ id, kind: action.kind, action: text, ...who, undoes, doneAtMs: null, outcome: null });
    return id;
  }

  outcomeOf(id: number): string | null {
    return this.repairs.find((r) => r.id === id)?.outcome ?? null;
  }

  async listRepairs(): Promise<Repair[]> {
    return [...this.repairs];
  }
  async openRepairs(limit: number): Promise<Repair[]> {
    return this.repairs.filter((r) => r.doneAtMs === null).slice(0, limit);
  }
  async finishRepair(id: number, doneAtMs: number, outcome: string): Promise<void> {
    const i = this.repairs.findIndex((r) => r.id === id);
    const r = this.repairs[i];
    if (r !== undefined && r.doneAtMs === null) this.repairs[i] = { ...r, doneAtMs, outcome };
  }

  async openDecisions(limit: number): Promise<Decision[]> {
    return this.decisions.filter((d) => d.doneAtMs === null).slice(0, limit);
  }
  async finishDecision(id: number, doneAtMs: number, outcome: string): Promise<void> {
    const i = this.decisions.findIndex((d) => d.id === id);
    const d = this.decisions[i];
    if (d !== undefined) this.decisions[i] = { ...d, doneAtMs, outcome };
  }
}

/** Quick enough for tests: no coalescing, short waits. */
export const QUICK: IngestSettings = {
  ...INGEST_DEFAULTS,
  batcher: { ...INGEST_DEFAULTS.batcher, lingerMs: 1, heldCheckMs: 10, retryFirstMs: 5, retryMaxMs: 20 },
  settler: {
    ...INGEST_DEFAULTS.settler,
    everyMs: 5,
    lateEveryMs: 10,
    clearEveryMs: 5,
    retryFirstMs: 5,
    retryMaxMs: 20,
  },
  decisionsEveryMs: 10,
  stopPatienceMs: 2_000,
};

export function makeIngest(
  telemetry: Telemetry,
  options: {
    clock?: () => number;
    park?: Park;
    settings?: IngestSettings;
    createEngine?: CreateRegisterEngine;
    source?: MessageSource;
    ledger?: KeptLedger;
  } = {},
) {
  const source = new HandSource();
  const feed = new KeptFeed();
  const ledger = options.ledger ?? new KeptLedger();
  const ingest = new Ingest({
    park: options.park ?? park,
    telemetry,
    ledger,
    feed,
    source: options.source ?? source,
    createEngine: options.createEngine ?? createLinearEngine,
    clock: options.clock ?? (() => T0 + 100 * 86_400_000),
    random: () => 0.5,
    logger: silent,
    settings: options.settings ?? QUICK,
  });
  return { ingest, source, feed, ledger };
}

export async function until(what: string, holds: () => boolean, ms = 30_000): Promise<void> {
  const end = performance.now() + ms;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`waited ${ms} ms for: ${what}`);
    await new Promise((r) => setTimeout(r, 3));
  }
}

/** Everything settled: nothing dirty in memory or in the store. */
export function settled(ingest: Ingest, telemetry: { dirty: ReadonlyMap<string, number> }): Promise<void> {
  return until("settled", () => ingest.status()?.dirtyMeters === 0 && telemetry.dirty.size === 0);
}
