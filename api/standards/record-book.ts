import { chooseEntries } from "../../store/ledger/histories.ts";
import type {
  CertificateLot,
  CertificateUse,
  Entry,
  EntryQuery,
  Records,
  Settlement,
} from "../../store/records.ts";

const ASK_EVERY_MS = 1_000;

/** What is read of the ledger's records; `RecordBook` keeps it. */
type RecordSource = Pick<
  Records,
  "recordsRevision" | "listEntries" | "listLots" | "listUses" | "listSettlements"
>;

/**
 * The standing records as rules read them: kept while the ledger's revision stays the same, which is asked at most once
 * a second. What this process writes is seen at once (`forget`). A failing store is an error, never an empty list, and
 * nothing of it is kept.
 */
export class RecordBook {
  readonly #records: RecordSource;
  readonly #now: () => number;
  #asked: { readonly revision: Promise<string>; readonly atMs: number } | null = null;
  #kept: { readonly revision: string; readonly parts: Map<string, Promise<unknown>> } | null = null;

  constructor(records: RecordSource, now: () => number) {
    this.#records = records;
    this.#now = now;
  }

  /** Changes whenever any record does: for caches of what is made from them. @throws StoreError */
  async revision(): Promise<string> {
    const nowMs = this.#now();
    let asked = this.#asked;
    if (asked === null || nowMs - asked.atMs >= ASK_EVERY_MS || nowMs < asked.atMs) {
      const revision = this.#records.recordsRevision();
      asked = { revision, atMs: nowMs };
      this.#asked = asked;
      revision.catch(() => {
        if (this.#asked?.revision === revision) this.#asked = null;
      });
    }
    return await asked.revision;
  }

  /** The next question asks the ledger again: for whoever has just written. */
  forget(): void {
    this.#asked = null;
  }

  /** Standing entries by kind, scope, subject, from. @throws StoreError */
  async entries(query: Omit<EntryQuery, "all"> = {}): Promise<Entry[]> {
    return chooseEntries(await this.#part("entries", () => this.#records.listEntries({})), query);
  }

  /** @throws StoreError */
  async lots(): Promise<readonly CertificateLot[]> {
    return await this.#part("lots", () => this.#records.listLots());
  }

  /** Standing uses. @throws StoreError */
  async uses(): Promise<readonly CertificateUse[]> {
    return await this.#part("uses", () => this.#records.listUses({}));
  }

  /** Standing settlements. @throws StoreError */
  async settlements(): Promise<readonly Settlement[]> {
    return await this.#part("settlements", () => this.#records.listSettlements());
  }

  async #part<T>(name: string, read: () => Promise<T>): Promise<T> {
    const revision = await this.revision();
    if (this.#kept?.revision !== revision) this.#kept = { revision, parts: new Map() };
    const { parts } = this.#kept;
    let part = parts.get(name);
    if (part === undefined) {
      part = read();
      parts.set(name, part);
      part.catch(() => parts.delete(name));
    }
    // Each name is only ever kept with its own reader's answer.
    return (await part) as T;
  }
}
