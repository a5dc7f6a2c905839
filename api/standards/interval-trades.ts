import { QUARTER_MS } from "../../park/calendar.ts";
import type { Park } from "../../park/park.ts";
import { MICRO } from "../../park/quantities.ts";
import type { IntervalTrade } from "../../standards/green/engine.ts";
import type { Settlement } from "../../store/records.ts";
import type { Structure } from "./nodes.ts";
import { ownProjects } from "./projects.ts";
import type { RecordBook } from "./record-book.ts";

/** Settlements by interval as the engine wants them, day by day. */
export interface IntervalTrades {
  /** Changes whenever they do. @throws StoreError */
  revision(): Promise<string>;
  /** Those of a day, and a text that differs when they do. @throws StoreError */
  of(
    structure: Structure,
    startMs: number,
    endMs: number,
  ): Promise<{ readonly columns: readonly IntervalTrade[]; readonly key: string }>;
}

export const noTrades: IntervalTrades = {
  revision: async () => "",
  of: async () => ({ columns: [], key: "" }),
};

/**
 * Green trades and direct lines of the ledger that were settled by interval. Those of the park's own plants are left out:
 * what they made is matched from their meters already.
 */
export function ledgerTrades(
  park: Park,
  records: Pick<RecordBook, "revision" | "settlements">,
): IntervalTrades {
  const own = ownProjects(park);
  const ofMonth = async (month: string): Promise<Settlement[]> =>
    (await records.settlements()).filter(
      (s) => s.month === month && s.quarterHoursKwh !== null && !own.has(s.project),
    );
  return {
    revision: () => records.revision(),
    async of(structure, startMs, endMs) {
      const calendar = park.calendar;
      const settlements = await ofMonth(calendar.monthKey(startMs));
      if (settlements.length === 0) return { columns: [], key: "" };
      const first = Math.round((startMs - calendar.floor(startMs, "1M")) / QUARTER_MS);
      const rows = Math.round((endMs - startMs) / QUARTER_MS);
      const columns = settlements.map(({ id, reference, beneficiary, quarterHoursKwh }): IntervalTrade => {
        const places = structure.nodes.flatMap((n, place) => (n.enterprise === beneficiary ? [place] : []));
        const mwh = new Float64Array(rows);
        for (let q = 0; q < rows; q++)
          mwh[q] = Math.max(0, Math.round((quarterHoursKwh?.[first + q] ?? 0) * MICRO));
        return { nodes: Int32Array.from(places), mwh, id: `settlement:${id}`, name: reference };
      });
      return { columns, key: settlements.map((s) => s.id).join(",") };
    },
  };
}
