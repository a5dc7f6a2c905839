import { type Scope, scopeText } from "../../park/topology.ts";
import { LEAST_COVERAGE } from "../../standards/park-carbon.ts";
import { DeclaredFigures } from "./declared.ts";
import type { StandardsDeps } from "./deps.ts";
import { monthKeyOf } from "./enterprise-days.ts";
import type { Document } from "./instruments.ts";
import type { Piece } from "./pieces.ts";

/** What claims of a month count against where meters do not know what was bought: years before metering, members without meters. */

/** What entries say that was bought in an enterprise's month, and what of it no claim has covered yet. */
export interface Entered {
  readonly piece: Piece;
  readonly kwh: number;
  left(): number;
  take(kwh: number): void;
}

/**
 * By enterprise and month of a document's use, what entries say that was bought where meters do not know the month: its
 * own entries, else those of the scope as a whole, which its members then share. @throws StoreError
 */
export async function boughtByEntries(
  { park, records }: Pick<StandardsDeps, "park" | "records">,
  of: {
    readonly scope: Scope;
    readonly documents: readonly Document[];
    readonly monthMs: ReadonlyMap<string, number>;
    readonly endMs: number;
    readonly nowMs: number;
    /** Of a whole month, by enterprise and month. */
    readonly knownShare: (key: string) => number;
  },
): Promise<ReadonlyMap<string, Entered>> {
  const { calendar } = park;
  const { scope, documents, monthMs, endMs, nowMs, knownShare } = of;
  const found = new Map<string, Entered>();
  const wanted = new Map<
    string,
    { readonly enterprise: string; readonly piece: Piece; readonly isKnown: boolean }
  >();
  for (const { instrument } of documents) {
    const fromMs = monthMs.get(instrument.usedIn);
    const key = monthKeyOf(instrument.beneficiary, instrument.usedIn);
    if (fromMs === undefined) continue;
    const nextMs = calendar.next(fromMs, "1M");
    const share = knownShare(key) * ((nextMs - fromMs) / (Math.min(nextMs, nowMs) - fromMs));
    if (share >= LEAST_COVERAGE) continue;
    const piece = { fromMs, toMs: Math.min(nextMs, endMs) };
    wanted.set(key, { enterprise: instrument.beneficiary, piece, isKnown: share > 0 });
  }
  if (wanted.size === 0) return found;
  const first = Math.min(...[...wanted.values()].map((w) => w.piece.fromMs));
  const entries = await records.entries({
    kinds: ["activity"],
    from: calendar.dateKey(first),
    to: calendar.dateKey(calendar.next(calendar.floor(endMs - 1, "1d"), "1d")),
  });
  if (!entries.some((e) => e.subject === BOUGHT.subject)) return found;
  const ofWhole = new Map<number, Entered | null>();
  for (const [key, { enterprise, piece, isKnown }] of wanted) {
    const said = (of: Scope, own: (scope: string) => boolean) => {
      const declared = new DeclaredFigures(park, of, entries, piece).amount([BOUGHT], piece, own);
      const isWhole = declared !== null && declared.coveredMs >= piece.toMs - piece.fromMs;
      return declared === null || (isKnown && !isWhole) ? null : enteredOf(piece, declared.value);
    };
    const own = said({ kind: "enterprise", id: enterprise }, () => true);
    if (own === null && !ofWhole.has(piece.fromMs))
      ofWhole.set(
        piece.fromMs,
        said(scope, (s) => s === scopeText(scope)),
      );
    const entered = own ?? (isKnown ? null : (ofWhole.get(piece.fromMs) ?? null));
    if (entered !== null) found.set(key, entered);
  }
  return found;
}

const BOUGHT = { kind: "activity", subject: "electricity/in" } as const;

function enteredOf(piece: Piece, kwh: number): Entered {
  let left = kwh;
  return {
    piece,
    kwh,
    left: () => left,
    take: (taken) => {
      left = Math.max(0, left - taken);
    },
  };
}
