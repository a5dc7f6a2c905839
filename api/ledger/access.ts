import type { MiddlewareHandler } from "hono";
import { type Problem, show } from "../../park/problems.ts";
import type {
  CertificateLot,
  CertificateUse,
  Entry,
  Records,
  Settlement,
  Written,
} from "../../store/records.ts";
import { StoreError } from "../../store/telemetry.ts";
import type { Actor, ApiEnv } from "../context.ts";
import { ApiError, badRequest } from "../errors.ts";
import { OWN_KINDS } from "./kinds.ts";

/** Whose records are whose: the office's are all; an enterprise's are of its own scope, holding and benefit. */

/** Before a question is even looked at. @throws ApiError forbidden for a VPP operator */
export const membersOnly: MiddlewareHandler<ApiEnv> = async function checkMember(c, next) {
  if (c.get("actor").role === "vpp") throw new ApiError("forbidden", "The ledger is the park's own.");
  return await next();
};

export function isOffice(actor: Actor): boolean {
  return actor.role === "office";
}

export function mayReadScope(actor: Actor, scope: string): boolean {
  return isOffice(actor) || scope === `enterprise:${actor.enterprise}`;
}

/** An enterprise declares its own production, added value, fuel and bills; all else is the office's. */
export function mayWriteEntry(actor: Actor, entry: Pick<Entry, "kind" | "scope">): boolean {
  return isOffice(actor) || (mayReadScope(actor, entry.scope) && OWN_KINDS.includes(entry.kind));
}

export const OWN_ONLY = `an enterprise's own ${OWN_KINDS.join(", ")}, and nothing else`;

/** @throws ApiError forbidden */
export function checkMayWrite(actor: Actor, entry: Pick<Entry, "kind" | "scope">): void {
  if (mayWriteEntry(actor, entry)) return;
  throw new ApiError("forbidden", `This account writes ${OWN_ONLY}.`);
}

export function mayReadLot(actor: Actor, lot: Pick<CertificateLot, "holder">): boolean {
  return isOffice(actor) || lot.holder === actor.enterprise;
}

export function mayReadUse(actor: Actor, use: Pick<CertificateUse, "purpose" | "beneficiary">): boolean {
  return isOffice(actor) || (use.purpose === "allocated" && use.beneficiary === actor.enterprise);
}

export function mayReadSettlement(actor: Actor, settlement: Pick<Settlement, "beneficiary">): boolean {
  return isOffice(actor) || settlement.beneficiary === actor.enterprise;
}

/** Whether a row that the actor may read rests on this file. @throws StoreError */
export async function mayReadFile(
  actor: Actor,
  records: Pick<Records, "listEntries" | "listLots" | "listUses" | "listSettlements">,
  sha256: string,
): Promise<boolean> {
  if (isOffice(actor)) return true;
  const [entries, lots, uses, settlements] = await Promise.all([
    records.listEntries({ scopes: [`enterprise:${actor.enterprise}`], all: true }),
    records.listLots(),
    records.listUses({ all: true }),
    records.listSettlements({ all: true }),
  ]);
  return [
    ...entries,
    ...lots.filter((lot) => mayReadLot(actor, lot)),
    ...uses.filter((use) => mayReadUse(actor, use)),
    ...settlements.filter((settlement) => mayReadSettlement(actor, settlement)),
  ].some((row) => row.evidenceFile === sha256);
}

/** @throws StoreError */
export async function checkEvidence(
  records: Pick<Records, "findEvidence">,
  sha256: string | null,
): Promise<Problem[]> {
  return sha256 === null || (await records.findEvidence(sha256)) !== null ? [] : [noSuchFile(sha256)];
}

export function noSuchFile(sha256: string): Problem {
  return { path: "evidenceFile", expected: "a file that was kept before", found: show(sha256) };
}

export function writerOf(actor: Actor, nowMs: number): Pick<Written, "by" | "byLabel" | "atMs"> {
  return { by: actor.credentialId, byLabel: actor.label, atMs: nowMs };
}

/** Writes; what the ledger itself refuses is a wrong question, with what stands against it. @throws ApiError, StoreError */
export async function written<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== "rejected") throw error;
    throw badRequest([{ path, expected: "what is counted nowhere yet and stands", found: error.message }]);
  }
}
