import { sql } from "kysely";
import { z } from "zod";
import type { CertificateLot, CertificateUse, New, NewUse, Written } from "../records.ts";
import { StoreError } from "../telemetry.ts";
import { refuseEnd, refuseLot, refuseMissing, refuseWithdrawal, type UseEnd, useText } from "./histories.ts";
import { type Db, refuse, rejected, writtenColumns, writtenOf } from "./sql-rows.ts";

/** Numbers a statement: each stays far below a server's limit of time. */
const AT_ONCE = 100_000;

const energyKind = z.enum(["wind", "solar", "hydro", "biomass", "geothermal", "ocean", "other"]);
const usePurpose = z.enum(["allocated", "sold"]);

/** A lot and its numbers, each one row. @param trx alone among all that change records. @throws StoreError "rejected" */
export async function insertLot(trx: Db, lot: New<CertificateLot>): Promise<number> {
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

/** Takes a lot back. @throws StoreError "rejected" */
export async function endLot(trx: Db, id: number, written: Written): Promise<void> {
  const lot = (await standingLots(trx)).find((l) => l.id === id);
  const use = lot === undefined ? undefined : await standingUse(trx, lot);
  refuse(refuseWithdrawal(lot, id, use));
  await trx
    .insertInto("certificate_lot_end")
    .values({ lot: id, ...writtenColumns(written) })
    .execute();
}

/** A use and its numbers; one that is cancelled already is ended at once. @throws StoreError "rejected" */
export async function insertUse(trx: Db, use: NewUse): Promise<number> {
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
  if (use.cancelled === true) await endUse(trx, id, "cancelled", use);
  return id;
}

/** Gives the numbers of a use free, or cancels an allocation. @throws StoreError "rejected" */
export async function endUse(trx: Db, id: number, ending: UseEnd, written: Written): Promise<void> {
  const row = await uses(trx).where("certificate_use.id", "=", id).executeTakeFirst();
  refuse(refuseEnd(row === undefined ? undefined : toUse(row), id, ending));
  await trx
    .insertInto("certificate_use_end")
    .values({ used_in: id, ending, ...writtenColumns(written) })
    .execute();
}

/** Lots that were not withdrawn. @param of of a series alone */
export async function standingLots(db: Db, of?: { readonly series: string }): Promise<CertificateLot[]> {
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
    energy: energyKind.parse(row.energy),
    tradable: row.tradable,
    holder: row.holder,
    ...writtenOf(row),
  }));
}

export async function selectUses(db: Db, query: { readonly all?: boolean }): Promise<CertificateUse[]> {
  const all = (await uses(db).orderBy("certificate_use.id").execute()).map(toUse);
  return query.all === true ? all : all.filter((use) => use.releasedAtMs === null);
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
    purpose: usePurpose.parse(row.purpose),
    beneficiary: row.beneficiary,
    month: row.month,
    releasedAtMs: row.ending === "released" ? (ended?.atMs ?? null) : null,
    cancelledAtMs: row.ending === "cancelled" ? (ended?.atMs ?? null) : null,
    ended,
    ...writtenOf(row),
  };
}

async function seriesId(db: Db, series: string): Promise<number | null> {
  const row = await db
    .selectFrom("certificate_series")
    .select("id")
    .where("series", "=", series)
    .executeTakeFirst();
  return row === undefined ? null : Number(row.id);
}

interface Range {
  readonly first: number;
  readonly last: number;
}

function meets(a: Range, b: Range): boolean {
  return a.first <= b.last && b.first <= a.last;
}

function chunks({ first, last }: Range): Range[] {
  const found: Range[] = [];
  for (let from = first; from <= last; from += AT_ONCE)
    found.push({ first: from, last: Math.min(last, from + AT_ONCE - 1) });
  return found;
}
