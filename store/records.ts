/**
 * The ledger's records: what meters do not say and an auditor asks for. Declared figures with their evidence,
 * certificates and settlements of green power. Rows are only ever added; what no longer stands is said by a
 * later row. What must not be counted twice is refused by the engine's own keys, also under concurrent requests.
 */

export const ENTRY_KINDS = [
  "production",
  "added-value",
  "fuel",
  "conversion-output",
  "process",
  "heat",
  "activity",
  "bill",
  "waste",
  "water",
  "waste-heat",
  "target",
  "indicator",
] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

/** Who wrote a row, when, and what it rests on. */
export interface Written {
  /** Id and label of the credential. */
  readonly by: string;
  readonly byLabel: string;
  readonly atMs: number;
  /** In words: the document and its number. */
  readonly evidence: string;
  /** SHA-256 (hex) of a file kept with addEvidence, else null. */
  readonly evidenceFile: string | null;
}

/**
 * One declared figure of a series (kind, scope, subject) over a span of local days. Of a series the standing
 * entries never overlap; a correction replaces exactly one entry, and an amount of null takes one back.
 *
 * | kind | subject | unit |
 * | --- | --- | --- |
 * | production | product | t, MW, kWh, m², piece … |
 * | added-value | "" | 万元 |
 * | fuel | `{fuel}/{activity}`: final-use, power, heat-supply, refining, gas-making, recovered | t, m³ |
 * | conversion-output | `{fuel}/{activity}` | t, m³ |
 * | process | product | t of product |
 * | heat | `in/fossil`, `in/non-fossil`, `out/fossil`, `out/non-fossil` | GJ |
 * | activity | `electricity/in`, `/out`, `/pv`, `/use`; `gas/{fuel}`; `water` | kWh, m³ |
 * | bill | `{medium}/{account}` | kWh, m³, GJ |
 * | waste | `generated`, `used` | t |
 * | water | `fresh`, `reused` | m³ |
 * | waste-heat | `heat|cold|pressure/recoverable`, `…/recovered` | GJ |
 * | target | indicator's id | the indicator's |
 * | indicator | indicator's id | the indicator's |
 */
export interface Entry extends Written {
  readonly id: number;
  readonly kind: EntryKind;
  /** `park`, `boundary:{id}` or `enterprise:{id}`. */
  readonly scope: string;
  readonly subject: string;
  /** Local dates YYYY-MM-DD, half-open. */
  readonly from: string;
  readonly to: string;
  /** Null: the entry it replaces no longer stands. */
  readonly amount: number | null;
  readonly unit: string;
  /** JSON by kind: a process factor with its source, an owner, a comment, the meters of an account. */
  readonly detail: string;
  /** The entry that this one corrects or takes back. */
  readonly replaces: number | null;
}

export interface EntryQuery {
  readonly kinds?: readonly EntryKind[];
  readonly scopes?: readonly string[];
  /** Only entries that meet [from, to). */
  readonly from?: string;
  readonly to?: string;
  /** Also those that no longer stand. */
  readonly all?: boolean;
}

/** Green certificates (绿证) of 1 MWh each: numbers first … last of a series, both included. */
export interface CertificateLot extends Written {
  readonly id: number;
  /** What the code says before the running number: project, month, class. Numbers are unique within it. */
  readonly series: string;
  readonly first: number;
  readonly last: number;
  /** The generating project: a park asset's id, or the certificate's project code. */
  readonly project: string;
  /** YYYY-MM. */
  readonly month: string;
  readonly energy: "wind" | "solar" | "hydro" | "biomass" | "geothermal" | "ocean" | "other";
  readonly tradable: boolean;
  /** Enterprise id, or `park` for the office. */
  readonly holder: string;
}

/** What became of numbers of a lot. A number is in one standing use at most. */
export interface CertificateUse extends Written {
  readonly id: number;
  readonly series: string;
  readonly first: number;
  readonly last: number;
  /** allocated: to a beneficiary's use of a month. sold: left the park. */
  readonly purpose: "allocated" | "sold";
  /** Of an allocation an enterprise's id; of a sale the buyer in words. */
  readonly beneficiary: string;
  /** YYYY-MM in whose use it counts; of a sale the month of the sale. */
  readonly month: string;
  /** Set when the numbers were given free again. */
  readonly releasedAtMs: number | null;
  /** Set when an allocation was declared and cancelled in the national system (核销): final. */
  readonly cancelledAtMs: number | null;
  /** Who released or cancelled it, and why; of a standing allocation or sale null. */
  readonly ended?: Written | null;
}

/** Settled green power (绿电交易 or 直连结算). A reference counts once. */
export interface Settlement extends Written {
  readonly id: number;
  readonly kind: "green-trade" | "direct-line";
  /** The settlement document's number, unique within its kind. */
  readonly reference: string;
  readonly project: string;
  /** YYYY-MM of generation and use. */
  readonly month: string;
  /** Enterprise id. */
  readonly beneficiary: string;
  readonly energyKwh: number;
  /** Settled by interval: energy of each, from the month's first quarter-hour on; null where only the month is known. */
  readonly quarterHoursKwh: readonly number[] | null;
  /** The settlement that this one corrects. */
  readonly replaces: number | null;
}

export interface EvidenceFile {
  readonly sha256: string;
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

export type New<T extends { readonly id: number }> = Omit<
  T,
  "id" | "releasedAtMs" | "cancelledAtMs" | "ended"
>;

/** A use as it is written; `cancelled`: an allocation that was declared and cancelled in the national system before. */
export type NewUse = New<CertificateUse> & { readonly cancelled?: boolean };

/** Records of the ledger. Every method throws StoreError; "rejected" names what stands against it and nothing is written. */
export interface Records {
  /** Changes whenever any record does: for caches. */
  recordsRevision(): Promise<string>;

  /** All or none. @throws StoreError "rejected": it overlaps a standing entry of its series, or replaces one that no longer stands. */
  addEntries(entries: readonly New<Entry>[]): Promise<number[]>;
  /** Standing entries by default, by kind, scope, subject, from. */
  listEntries(query: EntryQuery): Promise<Entry[]>;

  /** @throws StoreError "rejected": a number exists already. At most 1,000,000 numbers. */
  addLot(lot: New<CertificateLot>): Promise<number>;
  /** All or none, as addLot. */
  addLots(lots: readonly New<CertificateLot>[]): Promise<number[]>;
  /** Those that were not withdrawn. */
  listLots(): Promise<CertificateLot[]>;
  /** Takes back a lot that was entered by mistake. @throws StoreError "rejected": there is none, or a number of it is in a standing use. */
  withdrawLot(id: number, written: Written): Promise<void>;
  /** @throws StoreError "rejected": a number does not exist or is in a standing use. */
  useCertificates(use: New<CertificateUse>): Promise<number>;
  /** All or none, as useCertificates; one with `cancelled` is cancelled at once. */
  addUses(uses: readonly NewUse[]): Promise<number[]>;
  /** Standing uses by default. */
  listUses(query: { readonly all?: boolean }): Promise<CertificateUse[]>;
  /** Gives the numbers of a use free. @throws StoreError "rejected": released or cancelled already. */
  releaseUse(id: number, written: Written): Promise<void>;
  /** Declares an allocation cancelled. @throws StoreError "rejected": no allocation, released or cancelled already. */
  cancelUse(id: number, written: Written): Promise<void>;

  /** All or none. @throws StoreError "rejected": the reference exists, or it replaces one that no longer stands. */
  addSettlements(settlements: readonly New<Settlement>[]): Promise<number[]>;
  /** Standing ones by default. */
  listSettlements(query?: { readonly all?: boolean }): Promise<Settlement[]>;

  /** Keeps a file once; the same content again is nothing. At most 5 MiB. */
  addEvidence(file: EvidenceFile): Promise<void>;
  findEvidence(sha256: string): Promise<EvidenceFile | null>;
}
