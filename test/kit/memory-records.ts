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
    refuse(refuseRange(lot));
    refuse(
      refuseLot(
        lot,
        this.#lots.find((l) => meets(l, lot)),
      ),
    );
    const id = ++this.#ids;
    this.#lots.push({ ...lot, id });
    this.#revision += 1;
    return id;
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
    refuse(refuseRange(use));
    const met = this.#uses.find((u) => u.releasedAtMs === null && meets(u, use));
    if (met !== undefined) refuse(useText(met));
    const there = this.#lots.filter((l) => meets(l, use));
    const count = there.reduce(
      (sum, l) => sum + Math.min(l.last, use.last) - Math.max(l.first, use.first) + 1,
      0,
    );
    refuse(refuseMissing(use, count));
    const id = ++this.#ids;
    this.#uses.push({ ...use, id, releasedAtMs: null, cancelledAtMs: null, ended: null });
    this.#revision += 1;
    return id;
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

  #end(id: number, end: UseEnd, { by, byLabel, atMs, evidence, evidenceFile }: Written): void {
    const written = { by, byLabel, atMs, evidence, evidenceFile };
    const use = this.#uses.find((u) => u.id === id);
    refuse(refuseEnd(use, id, end));
    this.#uses = this.#uses.map((u) =>
      u.id === id
        ? { ...u, [end === "released" ? "releasedAtMs" : "cancelledAtMs"]: atMs, ended: written }
        : u,
    );
    this.#revision += 1;
  }
}

function meets(a: Range, b: Range): boolean {
  return a.series === b.series && a.first <= b.last && b.first <= a.last;
}

function refuse(why: string | null): void {
  if (why !== null) throw new StoreError("rejected", why);
}
