import { createHash, randomBytes, randomUUID } from "node:crypto";
import { holdsWithin, valueAt } from "../park/dated.ts";
import type { Park } from "../park/park.ts";
import { changesWithin, enterprisesOf, type Scope } from "../park/topology.ts";
import type { AccountRole, Credential, Ledger } from "../store/ledger.ts";
import type { Actor } from "./context.ts";

/** Accounts: tokens, sessions and one-time sign-in links. Secrets are 256 random bits; only their hashes are kept. */

const SESSION_MS = 30 * 86_400_000;
const LINK_MS = 24 * 3_600_000;

interface NewSecret {
  readonly secret: string;
  readonly credential: Credential;
}

function hashSecret(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/** Makes a credential and keeps its hash; the secret is returned once and never stored. @throws StoreError */
export async function issueCredential(
  ledger: Ledger,
  wanted: {
    readonly kind: Credential["kind"];
    readonly role: AccountRole;
    readonly enterprise: string | null;
    readonly label: string;
    readonly nowMs: number;
    readonly lifetimeMs?: number;
    /** The token it is issued on: it lives no longer than that. */
    readonly parent?: Credential;
  },
): Promise<NewSecret> {
  const prefix = { token: "lt", session: "ls", link: "ll" }[wanted.kind];
  const secret = `${prefix}_${randomBytes(32).toString("base64url")}`;
  const lifetimeMs = wanted.lifetimeMs ?? { token: null, session: SESSION_MS, link: LINK_MS }[wanted.kind];
  const ends = [lifetimeMs === null ? null : wanted.nowMs + lifetimeMs, wanted.parent?.expiresAtMs ?? null];
  const expiresAtMs = Math.min(...ends.map((end) => end ?? Number.POSITIVE_INFINITY));
  const credential: Credential = {
    id: randomUUID(),
    kind: wanted.kind,
    hash: hashSecret(secret),
    role: wanted.role,
    enterprise: wanted.enterprise,
    label: wanted.label,
    createdAtMs: wanted.nowMs,
    expiresAtMs: Number.isFinite(expiresAtMs) ? expiresAtMs : null,
    revokedAtMs: null,
    parentId: wanted.parent?.id ?? null,
  };
  await ledger.addCredential(credential);
  return { secret, credential };
}

/** Remembers who a secret belongs to for a short while, so that a page's many requests ask the ledger once. */
export class Accounts {
  readonly #ledger: Ledger;
  readonly #now: () => number;
  readonly #known = new Map<string, { credential: Credential; untilMs: number }>();
  static readonly #MEMORY_MS = 5_000;

  constructor(ledger: Ledger, now: () => number) {
    this.#ledger = ledger;
    this.#now = now;
  }

  /** The actor of a token or session, or null when it is unknown, expired, revoked or a link. @throws StoreError */
  async identify(secret: string): Promise<Actor | null> {
    if (secret.length > 200) return null;
    const hash = hashSecret(secret);
    const nowMs = this.#now();
    let known = this.#known.get(hash);
    if (known === undefined || known.untilMs < nowMs) {
      const credential = await this.#ledger.findCredential(hash);
      if (credential === null) return null;
      known = { credential, untilMs: nowMs + Accounts.#MEMORY_MS };
      if (this.#known.size > 1_000) this.#known.clear();
      this.#known.set(hash, known);
    }
    return isLive(known.credential, nowMs) ? actorOf(known.credential) : null;
  }

  /** Turns a one-time link into a session's secret; null when it was used, expired or never existed. @throws StoreError */
  async redeem(link: string): Promise<NewSecret | null> {
    if (link.length > 200) return null;
    const nowMs = this.#now();
    const credential = await this.#ledger.redeemLink(hashSecret(link), nowMs);
    if (credential === null) return null;
    return await this.#session(credential, nowMs);
  }

  /** Turns a token into a session for the page that ends with the token; null when the token is not good. @throws StoreError */
  async signIn(token: string): Promise<NewSecret | null> {
    if (token.length > 200) return null;
    const nowMs = this.#now();
    const credential = await this.#ledger.findCredential(hashSecret(token));
    if (credential?.kind !== "token" || !isLive(credential, nowMs)) return null;
    return await this.#session(credential, nowMs, credential);
  }

  async signOut(secret: string): Promise<void> {
    const hash = hashSecret(secret);
    this.#known.delete(hash);
    const credential = await this.#ledger.findCredential(hash);
    if (credential?.kind === "session") await this.#ledger.revokeCredential(credential.id, this.#now());
  }

  async #session(of: Credential, nowMs: number, parent?: Credential): Promise<NewSecret> {
    const { role, enterprise, label } = of;
    return await issueCredential(this.#ledger, {
      kind: "session",
      role,
      enterprise,
      label,
      nowMs,
      ...(parent === undefined ? {} : { parent }),
    });
  }
}

function isLive(credential: Credential, nowMs: number): boolean {
  if (credential.kind === "link" || credential.revokedAtMs !== null) return false;
  return credential.expiresAtMs === null || credential.expiresAtMs > nowMs;
}

function actorOf(credential: Credential): Actor {
  const { id, label, role, enterprise } = credential;
  return { credentialId: id, label, role, enterprise };
}

export interface ReadSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Whether an actor may read a scope over a span: the office all; a VPP operator the park's flexibility only; an
 * enterprise its own, and of what moved the time in which it was its own: a meter (of a virtual one every part) that
 * belonged to it throughout, a boundary in which nobody else was at any time.
 */
export function mayRead(park: Park, actor: Actor, scope: Scope, span: ReadSpan): boolean {
  if (actor.role === "office") return true;
  if (actor.role !== "enterprise" || actor.enterprise === null) return false;
  const own = actor.enterprise;
  const { fromMs } = span;
  const toMs = Math.max(span.toMs, fromMs + 1);
  switch (scope.kind) {
    case "park":
      return false;
    case "enterprise":
      return scope.id === own;
    case "meter": {
      const meter = park.meterById.get(scope.id);
      if (meter === undefined || valueAt(meter.enterprise, fromMs) !== own) return false;
      if (holdsWithin(meter.enterprise, fromMs, toMs, (enterprise) => enterprise !== own)) return false;
      return (meter.sum ?? []).every((p) => mayRead(park, actor, { kind: "meter", id: p.meter }, span));
    }
    case "boundary": {
      const members = [fromMs, ...changesWithin(park, fromMs, toMs)].flatMap((timeMs) => [
        ...enterprisesOf(park, scope, timeMs),
      ]);
      return members.length > 0 && members.every((enterprise) => enterprise === own);
    }
  }
}
