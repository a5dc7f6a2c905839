import type { Selectable } from "kysely";
import { z } from "zod";
import type { New, Settlement } from "../records.ts";
import { refuseSettlement, standingSettlements } from "./histories.ts";
import type { RecordTables } from "./record-tables.ts";
import { type Db, distinct, nextIds, parts, refuse, writtenColumns, writtenOf } from "./sql-rows.ts";

const settlementKind = z.enum(["green-trade", "direct-line"]);
const quarterHours = z.array(z.number());

/** Settlements as rows. @param trx alone among all that change records. @throws StoreError "rejected" */
export async function insertSettlements(trx: Db, settlements: readonly New<Settlement>[]): Promise<number[]> {
  const versions = new Map<string, Settlement[]>();
  const versionsOf = ({ kind, reference }: Pick<Settlement, "kind" | "reference">) => {
    const name = JSON.stringify([kind, reference]);
    const found = versions.get(name) ?? [];
    versions.set(name, found);
    return found;
  };
  for (const part of parts(distinct(settlements.map((s) => s.reference)))) {
    const rows = await trx.selectFrom("settlement").selectAll().where("reference", "in", part).execute();
    for (const row of rows.map(toSettlement)) versionsOf(row).push(row);
  }
  const ids = await nextIds(trx, "settlement_id", settlements.length);
  const values = settlements.map((settlement, i) => {
    const before = versionsOf(settlement);
    refuse(refuseSettlement(before, settlement));
    const id = ids[i] ?? 0;
    before.push({ ...settlement, id });
    const { quarterHoursKwh } = settlement;
    return {
      id,
      kind: settlement.kind,
      reference: settlement.reference,
      version: before.length,
      project: settlement.project,
      month: settlement.month,
      beneficiary: settlement.beneficiary,
      energy_kwh: settlement.energyKwh,
      quarter_hours: quarterHoursKwh === null ? null : JSON.stringify(quarterHoursKwh),
      replaces: settlement.replaces,
      ...writtenColumns(settlement),
    };
  });
  for (const part of parts(values)) await trx.insertInto("settlement").values(part).execute();
  return ids;
}

export async function selectSettlements(db: Db, query: { readonly all?: boolean }): Promise<Settlement[]> {
  const rows = await db.selectFrom("settlement").selectAll().orderBy("id").execute();
  const all = rows.map(toSettlement);
  return query.all === true ? all : standingSettlements(all);
}

function toSettlement(row: Selectable<RecordTables["settlement"]>): Settlement {
  return {
    id: Number(row.id),
    kind: settlementKind.parse(row.kind),
    reference: row.reference,
    project: row.project,
    month: row.month,
    beneficiary: row.beneficiary,
    energyKwh: row.energy_kwh,
    quarterHoursKwh: row.quarter_hours === null ? null : quarterHours.parse(JSON.parse(row.quarter_hours)),
    replaces: row.replaces === null ? null : Number(row.replaces),
    ...writtenOf(row),
  };
}
