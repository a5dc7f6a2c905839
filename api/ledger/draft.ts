import type { Park } from "../../park/park.ts";
import { notWritten } from "../../store/ledger/histories.ts";
import type {
  CertificateLot,
  CertificateUse,
  Entry,
  New,
  NewUse,
  Records,
  Settlement,
  Written,
} from "../../store/records.ts";
import type { AllocationBody, EntryBody, LotBody, SaleBody, SettlementBody } from "./asked.ts";
import { type Checked, checkEntry, checkLot, checkSettlement, checkUse } from "./check.ts";

export interface DraftDeps {
  readonly park: Park;
  readonly records: Pick<Records, "listEntries" | "listLots" | "listUses" | "listSettlements">;
  readonly nowMs: number;
}

/**
 * Records about to be written together: each is checked against what stands and against those before it, so that all
 * problems are told before anything is written. The engine's keys judge once more.
 */
export class Draft {
  readonly #deps: DraftDeps;
  readonly #entries = new Map<string, Entry[]>();
  readonly #lots: CertificateLot[];
  readonly #uses: CertificateUse[];
  readonly #settlements: Settlement[];
  readonly entries: New<Entry>[] = [];
  readonly lots: New<CertificateLot>[] = [];
  readonly uses: NewUse[] = [];
  readonly settlements: New<Settlement>[] = [];

  constructor(
    deps: DraftDeps,
    there: {
      readonly entries?: readonly Entry[];
      readonly lots?: readonly CertificateLot[];
      readonly uses?: readonly CertificateUse[];
      readonly settlements?: readonly Settlement[];
    },
  ) {
    this.#deps = deps;
    for (const entry of there.entries ?? []) {
      const name = seriesName(entry);
      const series = this.#entries.get(name);
      if (series === undefined) this.#entries.set(name, [entry]);
      else series.push(entry);
    }
    this.#lots = [...(there.lots ?? [])];
    this.#uses = [...(there.uses ?? [])];
    this.#settlements = [...(there.settlements ?? [])];
  }

  /** A draft that knows what stands of the things asked for. @throws StoreError */
  static async read(deps: DraftDeps, about: readonly ("entries" | "certificates" | "settlements")[]) {
    const { records } = deps;
    const [entries, lots, uses, settlements] = await Promise.all([
      about.includes("entries") ? records.listEntries({ all: true }) : [],
      about.includes("certificates") ? records.listLots() : [],
      about.includes("certificates") ? records.listUses({}) : [],
      about.includes("settlements") ? records.listSettlements({ all: true }) : [],
    ]);
    return new Draft(deps, { entries, lots, uses, settlements });
  }

  /** @param row where it stands among those written together, counted from 1: what it meets is told by that */
  entry(asked: EntryBody, written: Written, row = 1): Checked<New<Entry>> {
    const name = seriesName(asked);
    const series = this.#entries.get(name) ?? [];
    const checked = checkEntry(this.#deps, asked, written, series);
    this.entries.push(checked.row);
    // One that overlaps is no ground to refuse another.
    if (checked.problems.length === 0)
      this.#entries.set(name, [...series, { ...checked.row, id: notWritten(row) }]);
    return checked;
  }

  lot(asked: LotBody, written: Written, row = 1): Checked<New<CertificateLot>> {
    const checked = checkLot(this.#deps, asked, written, this.#lots);
    this.lots.push(checked.row);
    if (checked.problems.length === 0) this.#lots.push({ ...checked.row, id: notWritten(row) });
    return checked;
  }

  use(asked: AllocationBody | SaleBody, written: Written, row = 1): Checked<NewUse> {
    const checked = checkUse(this.#deps, asked, written, this.#lots, this.#uses);
    this.uses.push(checked.row);
    if (checked.problems.length === 0)
      this.#uses.push({ ...checked.row, id: notWritten(row), releasedAtMs: null, cancelledAtMs: null });
    return checked;
  }

  settlement(asked: SettlementBody, written: Written, row = 1): Checked<New<Settlement>> {
    const versions = this.#settlements.filter(
      (s) => s.kind === asked.kind && s.reference === asked.reference,
    );
    const checked = checkSettlement(this.#deps, asked, written, versions);
    this.settlements.push(checked.row);
    if (checked.problems.length === 0) this.#settlements.push({ ...checked.row, id: notWritten(row) });
    return checked;
  }
}

function seriesName({ kind, scope, subject }: Pick<Entry, "kind" | "scope" | "subject">): string {
  return JSON.stringify([kind, scope, subject]);
}
