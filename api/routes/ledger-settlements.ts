import { createRoute, z } from "@hono/zod-openapi";
import { bodyLimit } from "hono/body-limit";
import { settlementsAnswer, writtenIdAnswer } from "../answers/ledger.ts";
import { officeOnly } from "../authenticate.ts";
import { badRequest } from "../errors.ts";
import { checkEvidence, mayReadSettlement, membersOnly, writerOf, written } from "../ledger/access.ts";
import { settlementBody } from "../ledger/asked.ts";
import { Draft } from "../ledger/draft.ts";
import { shownSettlements } from "../ledger/shown.ts";
import { type ApiApp, newRoutes, type RouteDeps } from "../routing.ts";
import { settlementsTable } from "../tables/ledger.ts";
import { fileParams, jsonOrFile, languageOf, replyFile } from "../tables/reply.ts";
import { errors, json } from "./describe.ts";
import { monthParam } from "./questions.ts";

/** A month of quarter-hours in full figures. */
const MOST_BYTES = 256 * 1024;

/** GET and POST /ledger/settlements. */
export function ledgerSettlementRoutes({ park, ledger, standards, now }: RouteDeps): ApiApp {
  const list = createRoute({
    method: "get",
    path: "/ledger/settlements",
    middleware: membersOnly,
    summary: "Settled green power: trades 绿电交易 and direct lines 绿电直连",
    request: {
      query: z.object({
        month: monthParam.optional(),
        all: z.enum(["0", "1"]).default("0").openapi({ description: "1: also those that were corrected" }),
        intervals: z.enum(["0", "1"]).default("0").openapi({ description: "1: with each quarter-hour" }),
        ...fileParams,
      }),
    },
    responses: { 200: jsonOrFile(settlementsAnswer, "Settlements"), ...errors },
  });
  const add = createRoute({
    method: "post",
    path: "/ledger/settlements",
    middleware: [
      officeOnly("Only the office enters settlements."),
      bodyLimit({ maxSize: MOST_BYTES }),
    ] as const,
    summary: "Enter a settlement, or correct one; a reference counts once within its kind",
    request: { body: { content: { "application/json": { schema: settlementBody } }, required: true } },
    responses: { 201: json(writtenIdAnswer, "Written"), ...errors },
  });
  return newRoutes()
    .openapi(list, async (c) => {
      const asked = c.req.valid("query");
      const actor = c.get("actor");
      const revision = await ledger.recordsRevision();
      const rows = (await ledger.listSettlements({ all: asked.all === "1" })).filter(
        (row) => mayReadSettlement(actor, row) && (asked.month === undefined || row.month === asked.month),
      );
      const answer = {
        revision,
        settlements: shownSettlements(park.calendar, rows, asked.intervals === "1"),
      };
      if (asked.format === "json") return c.json(answer, 200);
      const language = languageOf(asked.lang);
      return await replyFile(c, settlementsTable(answer, language), asked.format, language);
    })
    .openapi(add, async (c) => {
      const asked = c.req.valid("json");
      const nowMs = now();
      const draft = await Draft.read({ park, records: ledger, nowMs }, ["settlements"]);
      const { evidence, evidenceFile } = asked;
      const writer = { ...writerOf(c.get("actor"), nowMs), evidence, evidenceFile };
      const { row, problems } = draft.settlement(asked, writer);
      const all = [...problems, ...(await checkEvidence(ledger, evidenceFile))];
      if (all.length > 0) throw badRequest(all);
      const [id = 0] = await written("reference", () => ledger.addSettlements([row]));
      standards.records.forget();
      return c.json({ id }, 201);
    });
}
