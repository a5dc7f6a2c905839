import { type Kysely, type Selectable, sql, type Transaction } from "kysely";
import { z } from "zod";
import {
  type CertificateLot,
  type CertificateUse,
  ENTRY_KINDS,
  type Entry,
  type EntryQuery,
  type EvidenceFile,
  type New,
  type NewUse,
  type Records,
  type Settlement,
  type Written,
} from "../records.ts";
import { StoreError } from "../telemetry.ts";
import {
  chooseEntries,
  refuseEnd,
  refuseEntry,
  refuseLot,
  refuseMissing,
  refuseRange,
  refuseSettlement,
  refuseWithdrawal,
  standingSettlements,
  type UseEnd,
  useText,
} from "./histories.ts";
import type { RecordTables } from "./record-tables.ts";
import type { LedgerTables } from "./tables.ts";

/** Numbers a statement: each stays far below a server's limit of time. */
const AT_ONCE = 100_000;
/** Rows, or values of a list, a statement. */
const ROWS_AT_ONCE = 500;

const kinds = {
  entry: z.enum(ENTRY_KINDS),
  energy: z.enum(["wind", "solar", "hydro", "biomass", "geothermal", "ocean", "other"]),
  purpose: z.enum(["allocated", "sold"]),
  settlement: z.enum(["green-trade", "direct-line"]),
  quarterHours: z.array(z.number()),
};

type Db = Kysely<LedgerTables>;
type Runs = <T>(query: (db: Db) => Promise<T>) => Promise<T>;

/**
 * Records in SQL that PostgreSQL and DuckDB both understand. A change takes the one row of `record_revision` first, so
 * changes of all processes run one after another and see all before them; keys refuse whatever would still be twice.
 */
export class SqlRecords implements Records {
  readonly #run: Runs;

  /** @param run runs a query on the open engine and turns what fails into StoreError */
  constructor(run: Runs) {
    this.#run = run;
  }

  async recordsRevision(): Promise<string> {
    const row = await this.#run((db) =>
      db.selectFrom("record_revision").select("revision").executeTakeFirstOrThrow(),
    );
    return String(row.revision);
  }

  async addEntries(entries: readonly New<Entry>[]): Promise<number[]> {
    if (entries.length === 0) return [];
    return await this.#change(async (trx) => {
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
    });
  }

  async listEntries(query: EntryQuery): Promise<Entry[]> {
    const rows = await this.#run((db) => {
      let asked = db.selectFrom("entry").selectAll();
      if (query.kinds !== undefined) asked = asked.where("kind", "in", [...query.kinds, ""]);
      if (query.scopes !== undefined) asked = asked.where("scope", "in", [...query.scopes, ""]);
      return asked.execute();
    });
    return chooseEntries(rows.map(toEntry), query);
  }

  async addLot(lot: New<CertificateLot>): Promise<number> {
    return only(await this.addLots([lot]));
  }

  async addLots(lots: readonly New<CertificateLot>[]): Promise<number[]> {
    for (const lot of lots) refuse(refuseRange(lot));
    return await this.#change(async (trx) => {
      const ids: number[] = [];
      for (const lot of lots) ids.push(await insertLot(trx, lot));
      return ids;
    });
  }

  async listLots(): Promise<CertificateLot[]> {
    return await this.#run((db) => standingLots(db));
  }

  async withdrawLot(id: number, written: Written): Promise<void> {
    await this.#change(async (trx) => {
      const lot = (await standingLots(trx)).find((l) => l.id === id);
      const use = lot === undefined ? undefined : await standingUse(trx, lot);
      refuse(refuseWithdrawal(lot, id, use));
      await trx
        .insertInto("certificate_lot_end")
        .values({ lot: id, ...writtenColumns(written) })
        .execute();
    });
  }

  async useCertificates(use: New<CertificateUse>): Promise<number> {
    return only(await this.addUses([use]));
  }

  async addUses(uses: readonly NewUse[]): Promise<number[]> {
    for (const use of uses) refuse(refuseRange(use));
    return await this.#change(async (trx) => {
      const ids: number[] = [];
      for (const use of uses) {
        const id = await insertUse(trx, use);
        if (use.cancelled === true) await endUse(trx, id, "cancelled", use);
        ids.push(id);
      }
      return ids;
    });
  }

  async listUses(query: { readonly all?: boolean }): Promise<CertificateUse[]> {
    const all = await this.#run((db) => uses(db).orderBy("certificate_use.id").execute());
    return all.map(toUse).filter((use) => query.all === true || use.releasedAtMs === null);
  }

  async releaseUse(id: number, written: Written): Promise<void> {
    await this.#end(id, "released", written);
  }

  async cancelUse(id: number, written: Written): Promise<void> {
    await this.#end(id, "cancelled", written);
  }

  async addSettlements(settlements: readonly New<Settlement>[]): Promise<number[]> {
    if (settlements.length === 0) return [];
    return await this.#change(async (trx) => {
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
    });
  }

  async listSettlements(query: { readonly all?: boolean } = {}): Promise<Settlement[]> {
    const rows = await this.#run((db) => db.selectFrom("settlement").selectAll().orderBy("id").execute());
    const all = rows.map(toSettlement);
    return query.all === true ? all : standingSettlements(all);
  }

  async addEvidence(file: EvidenceFile): Promise<void> {
    await this.#run((db) =>
      db
        .insertInto("evidence_file")
        .values({
          sha256: file.sha256,
          name: file.name,
          media_type: file.mediaType,
          content: Buffer.from(file.bytes).toString("base64"),
        })
        .onConflict((conflict) => conflict.doNothing())
        .execute(),
    );
  }

  async findEvidence(sha256: string): Promise<EvidenceFile | null> {
    const row = await this.#run((db) =>
      db.selectFrom("evidence_file").selectAll().where("sha256", "=", sha256).executeTakeFirst(),
    );
    if (row === undefined) return null;
    const bytes = new Uint8Array(Buffer.from(row.content, "base64"));
    return { sha256: row.sha256, name: row.name, mediaType: row.media_type, bytes };
  }

  async #end(id: number, ending: UseEnd, written: Written): Promise<void> {
    await this.#change((trx) => endUse(trx, id, ending, written));
  }

  /** All of it, or none: in one transaction, alone among all that change records. */
  async #change<T>(work: (trx: Transaction<LedgerTables>) => Promise<T>): Promise<T> {
    return await this.#run(async (db) => {
      try {
        return await db.transaction().execute(async (trx) => {
          await sql`update record_revision set revision = revision + 1`.execute(trx);
          return await work(trx);
        });
      } catch (error) {
        if (isTwice(error)) throw rejected("somebody else has just counted the same", error);
        throw error;
      }
    });
  }
}

/** Whether a key refused a row. */
function isTwice(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ("code" in error && error.code === "23505") return true; // PostgreSQL: unique_violation
  return /^Constraint Error: Duplicate key|PRIMARY KEY or UNIQUE constraint/i.test(error.message); // DuckDB
}

function rejected(why: string, cause?: unknown): StoreError {
  return new StoreError("rejected", why, cause === undefined ? undefined : { cause });
}

function refuse(why: string | null): void {
  if (why !== null) throw rejected(why);
}

function only(ids: readonly number[]): number {
  const [id] = ids;
  if (id === undefined) throw new StoreError("unavailable", "a row was not kept");
  return id;
}

interface Range {
  readonly first: number;
  readonly last: number;
}

function meets(a: Range, b: Range): boolean {
  return a.first <= b.last && b.first <= a.last;
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

/** Lists short enough for one statement. */
function parts<T>(values: readonly T[]): T[][] {
  const found: T[][] = [];
  for (let at = 0; at < values.length; at += ROWS_AT_ONCE) found.push(values.slice(at, at + ROWS_AT_ONCE));
  return found;
}

/** Ids for rows that are written together, ascending. */
async function nextIds(db: Db, sequence: "entry_id" | "settlement_id", count: number): Promise<number[]> {
  const { rows } = await sql<{ id: number | bigint | string }>`
    select nextval(${sql.lit(sequence)}) as id from generate_series(1::bigint, ${count}::bigint)`.execute(db);
  return rows.map((row) => Number(row.id)).sort((a, b) => a - b);
}

function chunks({ first, last }: Range): Range[] {
  const found: Range[] = [];
  for (let from = first; from <= last; from += AT_ONCE)
    found.push({ first: from, last: Math.min(last, from + AT_ONCE - 1) });
  return found;
}

/** @throws StoreError "rejected" */
async function insertLot(trx: Db, lot: New<CertificateLot>): Promise<number> {
  const met = (await standingLots(trx, lot)).find((l) => meets(l, lot));
  refuse(refuseLot(lot, met));
  await trx
    .insertInto("certificate_series")
    .values({ series: lot.series })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const series = await seriesId(trx, lot.series);
  if (series === null) throw new StoreError("unavailable", "a row was not kept");
  const row = await trx
    .insertInto("certificate_lot")
    .values({
      series_id: series,
      first_serial: lot.first,
      last_serial: lot.last,
      project: lot.project,
      month: lot.month,
      energy: lot.energy,
      tradable: lot.tradable,
      holder: lot.holder,
      ...writtenColumns(lot),
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  const id = Number(row.id);
  for (const { first, last } of chunks(lot)) {
    await sql`
      insert into certificate_number (series_id, serial, round, lot)
      select ${series}::bigint, wanted.n, coalesce(gone.rounds, 0), ${id}::bigint
      from generate_series(${first}::bigint, ${last}::bigint) as wanted(n)
      left join (
        select serial, count(*) as rounds from certificate_number
        where series_id = ${series}::bigint and serial between ${first}::bigint and ${last}::bigint
          and lot in (select lot from certificate_lot_end)
        group by serial
      ) as gone on gone.serial = wanted.n`.execute(trx);
  }
  return id;
}

/** @throws StoreError "rejected" */
async function insertUse(trx: Db, use: New<CertificateUse>): Promise<number> {
  const met = await standingUse(trx, use);
  if (met !== undefined) refuse(useText(met));
  const series = await seriesId(trx, use.series);
  if (series === null) throw rejected(refuseMissing(use, 0) ?? "");
  const row = await trx
    .insertInto("certificate_use")
    .values({
      series_id: series,
      first_serial: use.first,
      last_serial: use.last,
      purpose: use.purpose,
      beneficiary: use.beneficiary,
      month: use.month,
      ...writtenColumns(use),
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  const id = Number(row.id);
  let existing = 0;
  for (const { first, last } of chunks(use)) {
    const added = await sql`
      insert into certificate_used (series_id, serial, round, used_in)
      select ${series}::bigint, there.serial, coalesce(free.rounds, 0), ${id}::bigint
      from certificate_number as there
      left join (
        select serial, count(*) as rounds from certificate_used
        where series_id = ${series}::bigint and serial between ${first}::bigint and ${last}::bigint
          and used_in in (select used_in from certificate_use_end where ending = 'released')
        group by serial
      ) as free on free.serial = there.serial
      where there.series_id = ${series}::bigint
        and there.serial between ${first}::bigint and ${last}::bigint
        and there.lot not in (select lot from certificate_lot_end)`.execute(trx);
    existing += Number(added.numAffectedRows ?? 0);
  }
  refuse(refuseMissing(use, existing));
  return id;
}

/** @throws StoreError "rejected" */
async function endUse(trx: Db, id: number, ending: UseEnd, written: Written): Promise<void> {
  const row = await uses(trx).where("certificate_use.id", "=", id).executeTakeFirst();
  refuse(refuseEnd(row === undefined ? undefined : toUse(row), id, ending));
  await trx
    .insertInto("certificate_use_end")
    .values({ used_in: id, ending, ...writtenColumns(written) })
    .execute();
}

async function seriesId(db: Db, series: string): Promise<number | null> {
  const row = await db
    .selectFrom("certificate_series")
    .select("id")
    .where("series", "=", series)
    .executeTakeFirst();
  return row === undefined ? null : Number(row.id);
}

async function standingLots(db: Db, of?: { readonly series: string }): Promise<CertificateLot[]> {
  let asked = db
    .selectFrom("certificate_lot")
    .innerJoin("certificate_series", "certificate_series.id", "certificate_lot.series_id")
    .leftJoin("certificate_lot_end", "certificate_lot_end.lot", "certificate_lot.id")
    .selectAll("certificate_lot")
    .select("certificate_series.series")
    .where("certificate_lot_end.lot", "is", null)
    .orderBy("certificate_lot.id");
  if (of !== undefined) asked = asked.where("certificate_series.series", "=", of.series);
  const rows = await asked.execute();
  return rows.map((row) => ({
    id: Number(row.id),
    series: row.series,
    first: Number(row.first_serial),
    last: Number(row.last_serial),
    project: row.project,
    month: row.month,
    energy: kinds.energy.parse(row.energy),
    tradable: row.tradable,
    holder: row.holder,
    ...writtenOf(row),
  }));
}

/** A standing use that has numbers of this range. */
async function standingUse(
  db: Db,
  { series, first, last }: Range & { readonly series: string },
): Promise<CertificateUse | undefined> {
  const rows = await uses(db)
    .where("certificate_series.series", "=", series)
    .where("certificate_use.first_serial", "<=", last)
    .where("certificate_use.last_serial", ">=", first)
    .execute();
  return rows.map(toUse).find((use) => use.releasedAtMs === null);
}

function uses(db: Db) {
  return db
    .selectFrom("certificate_use")
    .innerJoin("certificate_series", "certificate_series.id", "certificate_use.series_id")
    .leftJoin("certificate_use_end as ended", "ended.used_in", "certificate_use.id")
    .selectAll("certificate_use")
    .select([
      "certificate_series.series",
      "ended.ending",
      "ended.at_ms as ended_at_ms",
      "ended.written_by as ended_by",
      "ended.written_by_label as ended_by_label",
      "ended.evidence as ended_evidence",
      "ended.evidence_file as ended_evidence_file",
    ]);
}

function toUse(row: Awaited<ReturnType<ReturnType<typeof uses>["execute"]>>[number]): CertificateUse {
  const ended =
    row.ended_by === null || row.ended_by_label === null || row.ended_at_ms === null
      ? null
      : {
          by: row.ended_by,
          byLabel: row.ended_by_label,
          atMs: Number(row.ended_at_ms),
          evidence: row.ended_evidence ?? "",
          evidenceFile: row.ended_evidence_file,
        };
  return {
    id: Number(row.id),
    series: row.series,
    first: Number(row.first_serial),
    last: Number(row.last_serial),
    purpose: kinds.purpose.parse(row.purpose),
    beneficiary: row.beneficiary,
    month: row.month,
    releasedAtMs: row.ending === "released" ? (ended?.atMs ?? null) : null,
    cancelledAtMs: row.ending === "cancelled" ? (ended?.atMs ?? null) : null,
    ended,
    ...writtenOf(row),
  };
}

function toEntry(row: Selectable<RecordTables["entry"]>): Entry {
  return {
    id: Number(row.id),
    kind: kinds.entry.parse(row.kind),
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

function toSettlement(row: Selectable<RecordTables["settlement"]>): Settlement {
  return {
    id: Number(row.id),
    kind: kinds.settlement.parse(row.kind),
    reference: row.reference,
    project: row.project,
    month: row.month,
    beneficiary: row.beneficiary,
    energyKwh: row.energy_kwh,
    quarterHoursKwh:
      row.quarter_hours === null ? null : kinds.quarterHours.parse(JSON.parse(row.quarter_hours)),
    replaces: row.replaces === null ? null : Number(row.replaces),
    ...writtenOf(row),
  };
}

type WrittenRow = Pick<
  Selectable<RecordTables["entry"]>,
  "written_by" | "written_by_label" | "at_ms" | "evidence" | "evidence_file"
>;

function writtenOf(row: WrittenRow): Written {
  return {
    by: row.written_by,
    byLabel: row.written_by_label,
    atMs: Number(row.at_ms),
    evidence: row.evidence,
    evidenceFile: row.evidence_file,
  };
}

function writtenColumns(written: Written) {
  return {
    written_by: written.by,
    written_by_label: written.byLabel,
    at_ms: written.atMs,
    evidence: written.evidence,
    evidence_file: written.evidenceFile,
  };
}
