import type { Selectable } from "kysely";
import { z } from "zod";
import { ENTRY_KINDS, type Entry, type EntryQuery, type New } from "../records.ts";
import { chooseEntries, refuseEntry } from "./histories.ts";
import type { RecordTables } from "./record-tables.ts";
import { type Db, distinct, nextIds, parts, refuse, writtenColumns, writtenOf } from "./sql-rows.ts";

const entryKind = z.enum(ENTRY_KINDS);

/** Declared entries as rows. @param trx alone among all that change records. @throws StoreError "rejected" */
export async function insertEntries(trx: Db, entries: readonly New<Entry>[]): Promise<number[]> {
  const rows = await trx
    .selectFrom("entry")
    .selectAll()
    .where("kind", "in", distinct(entries.map((e) => e.kind)))
    .where("scope", "in", distinct(entries.map((e) => e.scope)))
    .execute();
  const histories = new Map<string, Entry[]>();
  const historyOf = ({ kind, scope, subject }: Pick<Entry, "kind" | "scope" | "subject">) => {
    const name = JSON.stringify([kind, scope, subject]);
    const history = histories.get(name) ?? [];
    histories.set(name, history);
    return history;
  };
  for (const row of rows.map(toEntry)) historyOf(row).push(row);
  const ids = await nextIds(trx, "entry_id", entries.length);
  const values = entries.map((entry, i) => {
    const history = historyOf(entry);
    refuse(refuseEntry(history, entry));
    const id = ids[i] ?? 0;
    history.push({ ...entry, id });
    return {
      id,
      kind: entry.kind,
      scope: entry.scope,
      subject: entry.subject,
      sequence: history.length,
      from_day: entry.from,
      to_day: entry.to,
      amount: entry.amount,
      unit: entry.unit,
      detail: entry.detail,
      replaces: entry.replaces,
      ...writtenColumns(entry),
    };
  });
  for (const part of parts(values)) await trx.insertInto("entry").values(part).execute();
  return ids;
}

export async function selectEntries(db: Db, query: EntryQuery): Promise<Entry[]> {
  let asked = db.selectFrom("entry").selectAll();
  if (query.kinds !== undefined) asked = asked.where("kind", "in", [...query.kinds, ""]);
  if (query.scopes !== undefined) asked = asked.where("scope", "in", [...query.scopes, ""]);
  return chooseEntries((await asked.execute()).map(toEntry), query);
}

function toEntry(row: Selectable<RecordTables["entry"]>): Entry {
  return {
    id: Number(row.id),
    kind: entryKind.parse(row.kind),
    scope: row.scope,
    subject: row.subject,
    from: row.from_day,
    to: row.to_day,
    amount: row.amount,
    unit: row.unit,
    detail: row.detail,
    replaces: row.replaces === null ? null : Number(row.replaces),
    ...writtenOf(row),
  };
}
