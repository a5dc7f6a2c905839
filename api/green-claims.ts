import { scopeText } from "../park/topology.ts";
import { lastValidMonth } from "../standards/certificates.ts";
import type { Refused } from "../standards/green/claims.ts";
import { GREEN_REMARKS } from "../standards/green/remarks.ts";
import type { GreenClaimsAnswer } from "./answers/green-claims.ts";
import { readContracts } from "./standards/contracts.ts";
import type { StandardsDeps, StandardsQuery } from "./standards/deps.ts";
import type { Document } from "./standards/instruments.ts";
import { pvAssets } from "./standards/projects.ts";
import type { ReadClaim } from "./standards/scope-contracts.ts";

type Claim = GreenClaimsAnswer["claims"][number];
type Instrument = Claim["instruments"][number];

/**
 * GET /green-power/claims: what makes kWh of a scope zero in the months that a span meets, and what does not.
 * @throws StoreError
 */
export async function greenClaimsAnswer(
  deps: StandardsDeps,
  query: StandardsQuery,
): Promise<GreenClaimsAnswer> {
  const { park } = deps;
  const { calendar } = park;
  const contracts = await readContracts(deps, query.scope, query.fromMs, query.toMs, query.nowMs, {
    all: true,
  });
  const refused = new Map(contracts.refused.map((r) => [r.instrument, r.reason]));
  const attached = new Set(contracts.claims.flatMap((c) => c.claim.instruments));
  return {
    scope: scopeText(query.scope),
    from: calendar.iso(calendar.floor(query.fromMs, "1M")),
    to: calendar.iso(calendar.next(calendar.floor(query.toMs - 1, "1M"), "1M")),
    claims: contracts.claims.map((one) => claimAnswer(deps, one, refused)),
    refused: contracts.refusedDocuments
      .filter((d) => !attached.has(d.instrument.id))
      .map((d) => ({
        ...instrumentAnswer(d, refused),
        beneficiary: d.instrument.beneficiary,
        generatedIn: d.instrument.generatedIn,
        usedIn: d.instrument.usedIn,
      })),
    remarks: [
      GREEN_REMARKS.claimsOnce,
      GREEN_REMARKS.ownPlantsBySettlement,
      ...(contracts.claims.some((c) => c.claim.lostMeteredWh > 0) ? [GREEN_REMARKS.soldCertificates] : []),
    ],
  };
}

function claimAnswer(
  { park }: StandardsDeps,
  { claim, documents, countedKwh, dueKwh }: ReadClaim,
  refused: ReadonlyMap<string, Refused["reason"]>,
): Claim {
  const plant = pvAssets(park).find((a) => a.id === claim.project);
  const metered: Instrument[] = (["self-use", "network"] as const).flatMap((kind) => {
    const wh = kind === "self-use" ? claim.selfUseWh : claim.networkWh;
    if (!claim.instruments.some((id) => id.startsWith(`${kind}:`))) return [];
    return [
      {
        kind,
        record: claim.project,
        energyKwh: wh / 1000,
        evidence: plant?.meters.join(", ") ?? claim.project,
        declared: false,
        byInterval: true,
        certificate: null,
        refused: null,
      },
    ];
  });
  return {
    project: claim.project,
    name: plant?.name ?? null,
    generatedIn: claim.generatedIn,
    beneficiary: claim.beneficiary,
    usedIn: claim.usedIn,
    selfUseKwh: claim.selfUseWh / 1000,
    networkKwh: claim.networkWh / 1000,
    documentsKwh: claim.contractWh / 1000,
    documentsKind: claim.contractKind,
    countedKwh: (claim.selfUseWh + claim.networkWh) / 1000 + countedKwh,
    carriedKwh: dueKwh - countedKwh,
    lostKwh: claim.lostWh / 1000,
    instruments: [...metered, ...documents.map((d) => instrumentAnswer(d, refused))],
  };
}

function instrumentAnswer(document: Document, refused: ReadonlyMap<string, Refused["reason"]>): Instrument {
  const reason = refused.get(document.instrument.id);
  return {
    kind: document.instrument.kind,
    record: document.record,
    energyKwh: document.energyKwh,
    evidence: document.evidence,
    declared: document.instrument.isDeclared === true,
    byInterval: document.byInterval,
    certificate: certificateAnswer(document),
    refused: reason === undefined ? null : GREEN_REMARKS.refused(reason),
  };
}

/** The numbers of a certificate's document; null for another kind. */
export function certificateAnswer({ certificate, instrument }: Document): Instrument["certificate"] {
  if (certificate === null) return null;
  const { generatedIn } = instrument;
  return { ...certificate, month: generatedIn, validThrough: lastValidMonth(generatedIn) };
}
