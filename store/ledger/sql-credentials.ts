import type { Selectable } from "kysely";
import { z } from "zod";
import { ACCOUNT_ROLES, type Credential } from "../ledger.ts";
import { type Db, instant, rejected } from "./sql-rows.ts";
import type { LedgerTables } from "./tables.ts";

const credentialRow = z.object({
  kind: z.enum(["token", "session", "link"]),
  role: z.enum(ACCOUNT_ROLES),
});

export async function insertCredential(db: Db, credential: Credential): Promise<void> {
  const added = await db
    .insertInto("credential")
    .values({
      id: credential.id,
      kind: credential.kind,
      hash: credential.hash,
      role: credential.role,
      enterprise: credential.enterprise,
      label: credential.label,
      created_at_ms: credential.createdAtMs,
      expires_at_ms: credential.expiresAtMs,
      revoked_at_ms: credential.revokedAtMs,
      parent_id: credential.parentId,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning("id")
    .execute();
  if (added.length === 0) throw rejected("a credential with this hash or id exists");
}

export async function selectCredential(db: Db, hash: string): Promise<Credential | null> {
  const row = await db
    .selectFrom("credential")
    .leftJoin("credential as parent", "parent.id", "credential.parent_id")
    .selectAll("credential")
    .select("parent.revoked_at_ms as parent_revoked_at_ms")
    .where("credential.hash", "=", hash)
    .executeTakeFirst();
  // Read with the parent and not only written along with it: a session may be made while its token is revoked.
  return row === undefined
    ? null
    : toCredential({ ...row, revoked_at_ms: row.revoked_at_ms ?? row.parent_revoked_at_ms });
}

export async function redeemLink(db: Db, hash: string, nowMs: number): Promise<Credential | null> {
  // One statement: the engine lets one of many concurrent ones see the row unspent.
  const rows = await db
    .updateTable("credential")
    .set({ revoked_at_ms: nowMs })
    .where("hash", "=", hash)
    .where("kind", "=", "link")
    .where("revoked_at_ms", "is", null)
    .where((where) => where.or([where("expires_at_ms", "is", null), where("expires_at_ms", ">", nowMs)]))
    .returningAll()
    .execute();
  const row = rows[0];
  return row === undefined ? null : toCredential(row);
}

export async function revokeCredential(db: Db, id: string, nowMs: number): Promise<boolean> {
  const rows = await db
    .updateTable("credential")
    .set({ revoked_at_ms: nowMs })
    .where("id", "=", id)
    .where("revoked_at_ms", "is", null)
    .returning("id")
    .execute();
  return rows.length > 0;
}

export async function selectCredentials(
  db: Db,
  kind: Credential["kind"],
): Promise<Omit<Credential, "hash">[]> {
  const rows = await db
    .selectFrom("credential")
    .selectAll()
    .where("kind", "=", kind)
    .orderBy("created_at_ms")
    .orderBy("id")
    .execute();
  return rows.map((row) => {
    const { hash: _, ...rest } = toCredential(row);
    return rest;
  });
}

export async function hasNoOffice(db: Db): Promise<boolean> {
  const row = await db
    .selectFrom("credential")
    .select("id")
    .where("role", "=", "office")
    .limit(1)
    .executeTakeFirst();
  return row === undefined;
}

function toCredential(row: Selectable<LedgerTables["credential"]>): Credential {
  const { kind, role } = credentialRow.parse(row);
  return {
    id: row.id,
    kind,
    hash: row.hash,
    role,
    enterprise: row.enterprise,
    label: row.label,
    createdAtMs: Number(row.created_at_ms),
    expiresAtMs: instant(row.expires_at_ms),
    revokedAtMs: instant(row.revoked_at_ms),
    parentId: row.parent_id,
  };
}
