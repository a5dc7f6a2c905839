import { createRoute, z } from "@hono/zod-openapi";
import { ENTRY_KINDS, type Entry } from "../../store/records.ts";
import { mayRead } from "../access.ts";
import { billsAnswer as billsSchema, entriesAnswer, writtenIdAnswer } from "../answers/ledger.ts";
import type { Actor } from "../context.ts";
import { ApiError, badRequest } from "../errors.ts";
import {
  checkEvidence,
  checkMayWrite,
  mayReadScope,
  membersOnly,
  writerOf,
  written,
} from "../ledger/access.ts";
import { dayParam, entryBody, retractionBody } from "../ledger/asked.ts";
import { billsAnswer } from "../ledger/bills.ts";
import { billDetail } from "../ledger/detail.ts";
import { Draft } from "../ledger/draft.ts";
import { shownEntries } from "../ledger/shown.ts";
import { type ApiApp, newRoutes, type RouteDeps } from "../routing.ts";
import { billsTable, entriesTable } from "../tables/ledger.ts";
import { fileParams, jsonOrFile, languageOf, replyFile } from "../tables/reply.ts";
import { errors, json } from "./describe.ts";

const LONGEST_BILLS_DAYS = 400;
const DAY_MS = 86_400_000;
const MOST_ROWS = 20_000;

/** GET and POST /ledger/entries, their taking back, and GET /ledger/bills. */
export function ledgerEntryRoutes({ park, ledger, energy, standards, now }: RouteDeps): ApiApp {
  const { calendar } = park;
  const list = createRoute({
    method: "get",
    path: "/ledger/entries",
    middleware: membersOnly,
    summary: "Declared figures: production, added value, fuels, activity, bills, waste, water, heat, targets",
    request: {
      query: z.object({
        kind: z.enum(ENTRY_KINDS).optional(),
        scope: z.string().max(80).optional(),
        from: dayParam.optional(),
        to: dayParam.optional(),
        all: z.enum(["0", "1"]).default("0").openapi({ description: "1: also those that no longer stand" }),
        ...fileParams,
      }),
    },
    responses: { 200: jsonOrFile(entriesAnswer, "By kind, scope, subject, from"), ...errors },
  });
  const add = createRoute({
    method: "post",
    path: "/ledger/entries",
    middleware: membersOnly,
    summary: "Declare a figure, or correct one; the standing ones of a kind, scope and subject never overlap",
    request: { body: { content: { "application/json": { schema: entryBody } }, required: true } },
    responses: { 201: json(writtenIdAnswer, "Written"), ...errors },
  });
  const retract = createRoute({
    method: "post",
    path: "/ledger/entries/{id}/retractions",
    middleware: membersOnly,
    summary: "Take back a figure: it stays in the history and no longer stands",
    request: {
      params: z.object({ id: z.coerce.number().int().positive() }),
      body: { content: { "application/json": { schema: retractionBody } }, required: true },
    },
    responses: { 201: json(writtenIdAnswer, "Written"), ...errors },
  });
  const bills = createRoute({
    method: "get",
    path: "/ledger/bills",
    middleware: membersOnly,
    summary: "Bills against meters 账单对账, by account and month: difference, threshold, owner and comment",
    request: { query: z.object({ from: dayParam, to: dayParam, ...fileParams }) },
    responses: {
      200: jsonOrFile(billsSchema, "Bills that meet the span, and months without one"),
      ...errors,
    },
  });

  /** A bill may name meters: an enterprise's bill only such that it may read. @throws ApiError forbidden */
  const checkMeters = (actor: Actor, row: Pick<Entry, "kind" | "from" | "to">, detail: unknown) => {
    if (row.kind !== "bill") return;
    const span = spanMs(row);
    for (const id of billDetail.safeParse(detail).data?.meters ?? [])
      if (!mayRead(park, actor, { kind: "meter", id }, span))
        throw new ApiError("forbidden", "A bill names meters of its own enterprise only.");
  };
  const startOf = (date: string) => {
    const [year = 0, month = 1, day = 1] = date.split("-").map(Number);
    return calendar.at(year, month, day);
  };
  const spanMs = ({ from, to }: { readonly from: string; readonly to: string }) => ({
    fromMs: startOf(from),
    toMs: startOf(to),
  });

  return newRoutes()
    .openapi(list, async (c) => {
      const asked = c.req.valid("query");
      const actor = c.get("actor");
      if (asked.scope !== undefined && !mayReadScope(actor, asked.scope))
        throw new ApiError("forbidden", "This account may not read that scope.");
      const scope = asked.scope ?? (actor.role === "office" ? undefined : `enterprise:${actor.enterprise}`);
      const revision = await ledger.recordsRevision();
      const rows = await ledger.listEntries({
        all: asked.all === "1",
        ...(asked.kind === undefined ? {} : { kinds: [asked.kind] }),
        ...(scope === undefined ? {} : { scopes: [scope] }),
        ...(asked.from === undefined ? {} : { from: asked.from }),
        ...(asked.to === undefined ? {} : { to: asked.to }),
      });
      if (rows.length > MOST_ROWS)
        throw new ApiError("too-much", `More than ${MOST_ROWS} entries: ask for a kind, a scope or a span.`);
      const answer = { revision, entries: shownEntries(calendar, rows) };
      if (asked.format === "json") return c.json(answer, 200);
      const language = languageOf(asked.lang);
      return await replyFile(c, entriesTable(answer, language), asked.format, language);
    })
    .openapi(add, async (c) => {
      const asked = c.req.valid("json");
      const actor = c.get("actor");
      checkMayWrite(actor, asked);
      const nowMs = now();
      const draft = await Draft.read({ park, records: ledger, nowMs }, ["entries"]);
      const writer = {
        ...writerOf(actor, nowMs),
        evidence: asked.evidence,
        evidenceFile: asked.evidenceFile,
      };
      const { row, problems } = draft.entry(asked, writer);
      const all = [...problems, ...(await checkEvidence(ledger, asked.evidenceFile))];
      if (all.length > 0) throw badRequest(all);
      checkMeters(actor, row, asked.detail);
      const [id = 0] = await written("from", () => ledger.addEntries([row]));
      standards.records.forget();
      return c.json({ id }, 201);
    })
    .openapi(retract, async (c) => {
      const { id } = c.req.valid("param");
      const { evidence, evidenceFile } = c.req.valid("json");
      const actor = c.get("actor");
      const entry = (await ledger.listEntries({ all: true })).find((e) => e.id === id);
      if (entry === undefined || !mayReadScope(actor, entry.scope))
        throw new ApiError("not-found", "There is no such entry.");
      checkMayWrite(actor, entry);
      const problems = await checkEvidence(ledger, evidenceFile);
      if (problems.length > 0) throw badRequest(problems);
      const { id: _, ...rest } = entry;
      const row = { ...rest, amount: null, replaces: id, ...writerOf(actor, now()), evidence, evidenceFile };
      const [taken = 0] = await written("id", () => ledger.addEntries([row]));
      standards.records.forget();
      return c.json({ id: taken }, 201);
    })
    .openapi(bills, async (c) => {
      const asked = c.req.valid("query");
      const actor = c.get("actor");
      const span = spanMs(asked);
      if (span.fromMs >= span.toMs || span.toMs - span.fromMs > LONGEST_BILLS_DAYS * DAY_MS) {
        const expected = `a day after from, at most ${LONGEST_BILLS_DAYS} days later`;
        throw badRequest([{ path: "to", expected, found: asked.to }]);
      }
      const rows = await ledger.listEntries({ kinds: ["bill"] });
      const declared = await ledger.listEntries({ kinds: ["activity", "fuel", "heat"] });
      const answer = await billsAnswer({ park, energy }, rows, {
        from: asked.from,
        to: asked.to,
        nowMs: now(),
        declared,
        mayRead: (scope) => mayReadScope(actor, scope),
        mayReadMeter: (id, of) => mayRead(park, actor, { kind: "meter", id }, of),
      });
      if (asked.format === "json") return c.json(answer, 200);
      const language = languageOf(asked.lang);
      return await replyFile(c, billsTable(answer, language), asked.format, language);
    });
}
