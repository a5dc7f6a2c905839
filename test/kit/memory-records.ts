import {
  chooseEntries,
  refuseEnd,
  refuseEntry,
  refuseLot,
  refuseMissing,
  refuseRange,
  refuseSettlement,
  refuseWithdrawal,
  standingSettlements,
  type UseEnd,
  useText,
} from "../../store/ledger/histories.ts";
import type {
  CertificateLot,
  CertificateUse,
  Entry,
  EntryQuery,
  EvidenceFile,
  New,
  NewUse,
  Records,
  Settlement,
  Written,
} from "../../store/records.ts";
import { StoreError } from "../../store/telemetry.ts";

interface Range {
  readonly series: string;
  readonly first: number;
  readonly last: number;
}

/** The ledger's records in memory, with the refusals of the real ones. */
export class MemoryRecords implements Records {
  #entries: Entry[] = [];
  #lots: CertificateLot[] = [];
  #uses: CertificateUse[] = [];
  #settlements: Settlement[] = [];
  readonly #evidence = new Map<string, EvidenceFile>();
  #revision = 0;
  #ids = 0;

  async recordsRevision(): Promise<string> {
    return String(this.#revision);
  }

  async addEntries(entries: readonly New<Entry>[]): Promise<number[]> {
    const after = [...this.#entries];
    const ids = entries.map((entry) => {
      const { kind, scope, subject } = entry;
      const series = after.filter((e) => e.kind === kind && e.scope === scope && e.subject === subject);
      refuse(refuseEntry(series, entry));
      const id = ++this.#ids;
      after.push({ ...entry, id });
      return id;
    });
    this.#entries = after;
    this.#revision += 1;
    return ids;
  }

  async listEntries(query: EntryQuery): Promise<Entry[]> {
    return chooseEntries(this.#entries, query);
  }

  async addLot(lot: New<CertificateLot>): Promise<number> {
    const [id = 0] = await this.addLots([lot]);
    return id;
  }

  async addLots(lots: readonly New<CertificateLot>[]): Promise<number[]> {
    const after = [...this.#lots];
    const ids = lots.map((lot) => {
      refuse(refuseRange(lot));
      refuse(
        refuseLot(
          lot,
          after.find((l) => meets(l, lot)),
        ),
      );
      const id = ++this.#ids;
      after.push({ ...lot, id });
      return id;
    });
    this.#lots = after;
    this.#revision += 1;
    return ids;
  }

  async listLots(): Promise<CertificateLot[]> {
    return [...this.#lots];
  }

  async withdrawLot(id: number, _written: Written): Promise<void> {
    const lot = this.#lots.find((l) => l.id === id);
    const use =
      lot === undefined ? undefined : this.#uses.find((u) => u.releasedAtMs === null && meets(u, lot));
    refuse(refuseWithdrawal(lot, id, use));
    this.#lots = this.#lots.filter((l) => l.id !== id);
    this.#revision += 1;
  }

  async useCertificates(use: New<CertificateUse>): Promise<number> {
    const [id = 0] = await this.addUses([use]);
    return id;
  }

  async addUses(uses: readonly NewUse[]): Promise<number[]> {
    const after = [...this.#uses];
    const ids = uses.map(({ cancelled, ...use }) => {
      refuse(refuseRange(use));
      const met = after.find((u) => u.releasedAtMs === null && meets(u, use));
      if (met !== undefined) refuse(useText(met));
      const there = this.#lots.filter((l) => meets(l, use));
      const count = there.reduce(
        (sum, l) => sum + Math.min(l.last, use.last) - Math.max(l.first, use.first) + 1,
        0,
      );
      refuse(refuseMissing(use, count));
      const id = ++this.#ids;
      after.push({ ...use, id, releasedAtMs: null, cancelledAtMs: null, ended: null });
      if (cancelled === true) end(after, id, "cancelled", use);
      return id;
    });
    this.#uses = after;
    this.#revision += 1;
    return ids;
  }

  async listUses(query: { readonly all?: boolean }): Promise<CertificateUse[]> {
    return this.#uses.filter((u) => query.all === true || u.releasedAtMs === null);
  }

  async releaseUse(id: number, written: Written): Promise<void> {
    this.#end(id, "released", written);
  }

  async cancelUse(id: number, written: Written): Promise<void> {
    this.#end(id, "cancelled", written);
  }

  async addSettlements(settlements: readonly New<Settlement>[]): Promise<number[]> {
    const after = [...this.#settlements];
    const ids = settlements.map((settlement) => {
      const { kind, reference } = settlement;
      const versions = after.filter((s) => s.kind === kind && s.reference === reference);
      refuse(refuseSettlement(versions, settlement));
      const id = ++this.#ids;
      after.push({ ...settlement, id });
      return id;
    });
    this.#settlements = after;
    this.#revision += 1;
    return ids;
  }

  async listSettlements(query: { readonly all?: boolean } = {}): Promise<Settlement[]> {
    return query.all === true ? [...this.#settlements] : standingSettlements(this.#settlements);
  }

  async addEvidence(file: EvidenceFile): Promise<void> {
    if (!this.#evidence.has(file.sha256)) this.#evidence.set(file.sha256, file);
  }

  async findEvidence(sha256: string): Promise<EvidenceFile | null> {
    return this.#evidence.get(sha256) ?? null;
  }

  #end(id: number, ending: UseEnd, written: Written): void {
    const after = [...this.#uses];
    end(after, id, ending, written);
    this.#uses = after;
    this.#revision += 1;
  }
}

function end(uses: CertificateUse[], id: number, ending: UseEnd, given: Written): void {
  const { by, byLabel, atMs, evidence, evidenceFile } = given;
  const place = uses.findIndex((u) => u.id === id);
  const use = uses[place];
  refuse(refuseEnd(use, id, ending));
  if (use === undefined) return;
  const ended = { by, byLabel, atMs, evidence, evidenceFile };
  const instant = ending === "released" ? { releasedAtMs: atMs } : { cancelledAtMs: atMs };
  uses[place] = { ...use, ...instant, ended };
}

function meets(a: Range, b: Range): boolean {
  return a.series === b.series && a.first <= b.last && b.first <= a.last;
}

function refuse(why: string | null): void {
  if (why !== null) throw new StoreError("rejected", why);
}
