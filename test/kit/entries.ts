import type { Entry, New } from "../../store/records.ts";

/** An entry of the ledger as a test writes it: an amount of 1 in 2025 where not said. */
export function entry(change: Partial<New<Entry>> & Pick<Entry, "kind" | "scope" | "subject">): New<Entry> {
  return {
    by: "test",
    byLabel: "test",
    atMs: 0,
    evidence: "a test's document",
    evidenceFile: null,
    from: "2025-01-01",
    to: "2026-01-01",
    amount: 1,
    unit: "t",
    detail: "{}",
    replaces: null,
    ...change,
  };
}
