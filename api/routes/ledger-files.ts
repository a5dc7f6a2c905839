import { createHash } from "node:crypto";
import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { evidenceAnswer, IMPORT_KINDS, importAnswer } from "../answers/ledger.ts";
import type { ApiEnv } from "../context.ts";
import { ApiError, badRequest } from "../errors.ts";
import { isOffice, mayReadFile, mayWriteEntry, membersOnly, writerOf, written } from "../ledger/access.ts";
import { sha256Param } from "../ledger/asked.ts";
import { readImport } from "../ledger/import.ts";
import { type ApiApp, newRoutes, type RouteDeps } from "../routing.ts";
import { templateTable } from "../tables/ledger.ts";
import { fileParams, languageOf, replyFile, XLSX_TYPE } from "../tables/reply.ts";
import { errors, json } from "./describe.ts";

/** An evidence file or a file of records at most. */
const MOST_BYTES = 5 * 1024 * 1024;
const PREVIEW_ROWS = 20;
/** Answered as what they were sent as; anything else as mere bytes. */
const KNOWN_TYPES = new Set([
  "application/pdf",
  "image/png",
  "image/jpeg",
  "text/csv",
  "text/plain",
  "application/zip",
  XLSX_TYPE,
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
]);
const nameParam = z.string().trim().min(1).max(200).default("evidence");
const BYTES = "application/octet-stream";
const file = { schema: z.string().openapi({ format: "binary" }) };

/** PUT and GET /ledger/evidence/{sha256}, POST /ledger/import, GET /ledger/templates/{file}. */
export function ledgerFileRoutes({ park, ledger, standards, now }: RouteDeps): ApiApp {
  const limit = bodyLimit({ maxSize: MOST_BYTES });
  const keep = createRoute({
    method: "put",
    path: "/ledger/evidence/{sha256}",
    middleware: [membersOnly, limit] as const,
    summary: "Keep an evidence file, at most 5 MiB, under the SHA-256 of its content",
    request: {
      params: z.object({ sha256: sha256Param }),
      query: z.object({ name: nameParam }),
      body: { content: { [BYTES]: file }, required: false },
    },
    responses: { 200: json(evidenceAnswer, "Kept"), ...errors },
  });
  const send = createRoute({
    method: "post",
    path: "/ledger/evidence",
    middleware: [membersOnly, limit] as const,
    summary: "Keep an evidence file, at most 5 MiB; answers the SHA-256 under which it is kept",
    request: {
      query: z.object({ name: nameParam }),
      body: { content: { [BYTES]: file }, required: false },
    },
    responses: { 201: json(evidenceAnswer, "Kept"), ...errors },
  });
  const find = createRoute({
    method: "get",
    path: "/ledger/evidence/{sha256}",
    middleware: membersOnly,
    summary: "An evidence file, as a download",
    request: { params: z.object({ sha256: sha256Param }) },
    responses: { 200: { description: "The file", content: { [BYTES]: file } }, ...errors },
  });
  const load = createRoute({
    method: "post",
    path: "/ledger/import",
    middleware: [membersOnly, limit] as const,
    summary:
      "Records from CSV or a workbook: every row is checked before anything is written; all or nothing",
    request: {
      query: z.object({
        kind: z.enum(IMPORT_KINDS),
        dryRun: z.enum(["0", "1"]).default("0").openapi({ description: "1: check and write nothing" }),
      }),
      body: { content: { "text/csv": { schema: z.string() }, [XLSX_TYPE]: file }, required: false },
    },
    responses: {
      200: json(importAnswer, "A dry run: what would be written, and every problem by row"),
      201: json(importAnswer, "Written"),
      ...errors,
    },
  });
  const template = createRoute({
    method: "get",
    path: "/ledger/templates/{file}",
    middleware: membersOnly,
    summary: "A file to fill in, by kind: entries.csv, certificates.xlsx, …",
    request: {
      params: z.object({
        file: z
          .string()
          .regex(new RegExp(`^(${IMPORT_KINDS.join("|")})\\.(csv|xlsx)$`), "{kind}.csv or {kind}.xlsx")
          .openapi({ example: "entries.csv" }),
      }),
      query: z.object({ lang: fileParams.lang }),
    },
    responses: {
      200: {
        description: "The template",
        content: { "text/csv": { schema: z.string() }, [XLSX_TYPE]: file },
      },
      ...errors,
    },
  });
  /** @throws ApiError bad-request: no content, or not that of this hash */
  const keepFile = async (c: Context<ApiEnv>, name: string, expected?: string) => {
    const bytes = new Uint8Array(await c.req.arrayBuffer());
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    if (bytes.length === 0) throw badRequest([{ path: "body", expected: "a file", found: "nothing" }]);
    if (expected !== undefined && expected !== sha256) {
      const found = "that of another";
      throw badRequest([{ path: "sha256", expected: "the SHA-256 of the content", found }]);
    }
    const type = (c.req.header("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
    await ledger.addEvidence({ sha256, name, mediaType: KNOWN_TYPES.has(type) ? type : BYTES, bytes });
    return { sha256, bytes: bytes.length };
  };
  return newRoutes()
    .openapi(keep, async (c) => {
      const { sha256 } = c.req.valid("param");
      return c.json(await keepFile(c, c.req.valid("query").name, sha256), 200);
    })
    .openapi(send, async (c) => c.json(await keepFile(c, c.req.valid("query").name), 201))
    .openapi(find, async (c) => {
      const { sha256 } = c.req.valid("param");
      const kept = (await mayReadFile(c.get("actor"), ledger, sha256))
        ? await ledger.findEvidence(sha256)
        : null;
      if (kept === null) throw new ApiError("not-found", "There is no such file.");
      const name = encodeURIComponent(kept.name).replaceAll(
        /['()*]/g,
        (char) => `%${char.charCodeAt(0).toString(16)}`,
      );
      return c.body(new Uint8Array(kept.bytes), 200, {
        // Never shown in the page's own origin, whatever it is.
        "content-type": KNOWN_TYPES.has(kept.mediaType) ? kept.mediaType : BYTES,
        "content-disposition": `attachment; filename="${sha256.slice(0, 12)}"; filename*=UTF-8''${name}`,
        "x-content-type-options": "nosniff",
      });
    })
    .openapi(load, async (c) => {
      const { kind, dryRun } = c.req.valid("query");
      const actor = c.get("actor");
      if (!isOffice(actor) && kind !== "entries")
        throw new ApiError("forbidden", "An enterprise brings entries of its own, and nothing else.");
      const bytes = new Uint8Array(await c.req.arrayBuffer());
      const nowMs = now();
      const imported = await readImport(
        { park, records: ledger, nowMs, mayWrite: (entry) => mayWriteEntry(actor, entry) },
        kind,
        bytes,
        writerOf(actor, nowMs),
      );
      const { rows, problems } = imported;
      const answer = { kind, rows: rows.length, written: 0, ids: [], problems: [...problems], preview: [] };
      if (dryRun === "1") {
        const preview = rows.slice(0, PREVIEW_ROWS).map(({ value }) => shownRow(value));
        return c.json({ ...answer, preview }, 200);
      }
      if (problems.length > 0) {
        throw badRequest(
          problems.map(({ row, column, expected, found }) => ({
            path: row === 0 ? "file" : `row ${row}: ${column}`,
            expected,
            found,
          })),
        );
      }
      const ids = await written("file", imported.write);
      standards.records.forget();
      return c.json({ ...answer, written: ids.length, ids }, 201);
    })
    .openapi(template, async (c) => {
      const { file: name } = c.req.valid("param");
      const language = languageOf(c.req.valid("query").lang);
      const kind = IMPORT_KINDS.find((k) => name.startsWith(`${k}.`)) ?? "entries";
      return await replyFile(
        c,
        templateTable(kind, language),
        name.endsWith("csv") ? "csv" : "xlsx",
        language,
      );
    });
}

function shownRow(value: Readonly<Record<string, unknown>>): Record<string, string> {
  const cells: [string, string][] = [];
  for (const [key, cell] of Object.entries(value)) {
    if (typeof cell === "object" && cell !== null && !Array.isArray(cell)) {
      for (const [inner, part] of Object.entries(cell)) cells.push([inner, String(part)]);
    } else cells.push([key, String(cell)]);
  }
  return Object.fromEntries(cells);
}
