import type { Records } from "./records.ts";

export const ACCOUNT_ROLES = ["office", "enterprise", "vpp"] as const;
export type AccountRole = (typeof ACCOUNT_ROLES)[number];

/**
 * The ledger port: who may ask, what people decided, and what they declared. Append-only where it is evidence.
 * Engines: PostgreSQL, and DuckDB in the embedded shape's own file. Throws StoreError when the engine fails.
 */
export interface Ledger extends Records {
  /** Opens the engine and brings its tables up to date. */
  start(): Promise<void>;
  stop(): Promise<void>;
  probe(): Promise<void>;

  /** Keeps a credential; only its hash is ever stored. @throws StoreError "rejected" when the hash exists. */
  addCredential(credential: Credential): Promise<void>;
  /** The credential with this hash, whatever its state; null if there is none. One whose parent was revoked is revoked. */
  findCredential(hash: string): Promise<Credential | null>;
  /** Takes a one-time sign-in link, once: its credential for the one caller who wins, null for all others and when expired. */
  redeemLink(hash: string, nowMs: number): Promise<Credential | null>;
  /** Revokes a credential and with it all that were issued on it; false when it is unknown or revoked already. */
  revokeCredential(id: string, nowMs: number): Promise<boolean>;
  listCredentials(kind: Credential["kind"]): Promise<Omit<Credential, "hash">[]>;
  /** True when no office credential of any kind was ever made: the first start prints a link. */
  isEmpty(): Promise<boolean>;

  /** Adds a decision; ids ascend. */
  addDecision(decision: Omit<Decision, "id" | "doneAtMs" | "outcome">): Promise<number>;
  /** Decisions not yet carried out, oldest first. */
  openDecisions(limit: number): Promise<Decision[]>;
  finishDecision(id: number, doneAtMs: number, outcome: string): Promise<void>;

  /** Adds a repair; ids ascend. Nothing of it is ever changed. @throws StoreError "rejected" when it undoes one that is undone already. */
  addRepair(repair: Omit<Repair, "id" | "doneAtMs" | "outcome">): Promise<number>;
  /** All repairs, oldest first: what stands is all of them together. */
  listRepairs(): Promise<Repair[]>;
  /** Repairs not yet carried out, oldest first. */
  openRepairs(limit: number): Promise<Repair[]>;
  /** Says what became of a repair; the first outcome stands. */
  finishRepair(id: number, doneAtMs: number, outcome: string): Promise<void>;

  /** Writing telemetry of a park is one process's right at a time. Resolves when held; null where the engine belongs to one process anyway. */
  acquireLease(park: string, signal: AbortSignal): Promise<Lease | null>;
}

export interface Credential {
  readonly id: string;
  readonly kind: "token" | "session" | "link";
  /** SHA-256 of the secret, hex. */
  readonly hash: string;
  readonly role: AccountRole;
  /** The enterprise an enterprise account belongs to, else null. */
  readonly enterprise: string | null;
  readonly label: string;
  readonly createdAtMs: number;
  /** Null: until revoked. */
  readonly expiresAtMs: number | null;
  readonly revokedAtMs: number | null;
  /** Of a session that was signed in with a token: the token's id, else null. */
  readonly parentId: string | null;
}

/** What a person changed about a register's readings or declaration: evidence, with what was before and after. */
export interface Repair {
  readonly id: number;
  readonly kind: string;
  /** JSON, by kind: the action that ingest carries out. */
  readonly action: string;
  readonly reason: string;
  /** Id and label of the credential. */
  readonly by: string;
  readonly byLabel: string;
  readonly atMs: number;
  /** JSON: what the action changes, as it stood before and as it stands after. */
  readonly before: string;
  readonly after: string;
  /** The repair that this one undoes, else null. */
  readonly undoes: number | null;
  readonly doneAtMs: number | null;
  readonly outcome: string | null;
}

/** A person's decision that ingest carries out and that leaves no trace in the energy (dead letters sent again). */
export interface Decision {
  readonly id: number;
  readonly kind: string;
  /** JSON, by kind. */
  readonly detail: string;
  readonly by: string;
  readonly atMs: number;
  readonly doneAtMs: number | null;
  readonly outcome: string | null;
}

export interface Lease {
  /** Resolves when the lease is lost (the holder must stop writing). */
  readonly lost: Promise<Error>;
  release(): Promise<void>;
}
