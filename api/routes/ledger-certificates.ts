import { createRoute, z } from "@hono/zod-openapi";
import { certificatesAnswer, writtenIdAnswer } from "../answers/ledger.ts";
import { officeOnly } from "../authenticate.ts";
import type { Actor } from "../context.ts";
import { ApiError, badRequest } from "../errors.ts";
import { checkEvidence, isOffice, membersOnly, writerOf, written } from "../ledger/access.ts";
import {
  type AllocationBody,
  allocationBody,
  lotBody,
  type SaleBody,
  saleBody,
  useBody,
  withdrawalBody,
} from "../ledger/asked.ts";
import { Draft } from "../ledger/draft.ts";
import { shownCertificates } from "../ledger/shown.ts";
import { type ApiApp, newRoutes, type RouteDeps } from "../routing.ts";
import { certificatesTable } from "../tables/ledger.ts";
import { fileParams, jsonOrFile, languageOf, replyFile } from "../tables/reply.ts";
import { errors, json } from "./describe.ts";
import { monthParam } from "./questions.ts";

/** GET and POST /ledger/certificates, and what becomes of them: allocations, sales, releases, cancellations, withdrawals. */
export function ledgerCertificateRoutes({ park, ledger, standards, now }: RouteDeps): ApiApp {
  const office = officeOnly("Only the office keeps the ledger's certificates.");
  const post = <T extends z.ZodType>(
    path: string,
    schema: T,
    summary: string,
    middleware: typeof membersOnly,
  ) =>
    createRoute({
      method: "post",
      path: `/ledger/certificates${path}`,
      middleware,
      summary,
      request: { body: { content: { "application/json": { schema } }, required: true } },
      responses: { 201: json(writtenIdAnswer, "Written"), ...errors },
    });
  const list = createRoute({
    method: "get",
    path: "/ledger/certificates",
    middleware: membersOnly,
    summary:
      "Green certificates 绿证 by number ranges: held, allocated, cancelled, expired, sold; and their uses",
    request: {
      query: z.object({
        project: z.string().max(64).optional(),
        month: monthParam.optional().openapi({ description: "of generation" }),
        all: z.enum(["0", "1"]).default("0").openapi({ description: "1: also uses that were released" }),
        ...fileParams,
      }),
    },
    responses: { 200: jsonOrFile(certificatesAnswer, "Lots by what became of their numbers"), ...errors },
  });
  const add = post("", lotBody, "Enter certificates as a range of numbers; a number exists once", office);
  const allocate = post(
    "/allocations",
    allocationBody,
    "Allocate certificates to an enterprise's use of a month; a number is in one standing use at most",
    membersOnly,
  );
  const sell = post(
    "/sales",
    saleBody,
    "Note that certificates were sold: they count here no longer",
    office,
  );
  const release = post("/releases", useBody, "Give the numbers of a use free again", office);
  const cancel = post("/cancellations", useBody, "Note that an allocation was cancelled 核销: final", office);
  const withdraw = post("/withdrawals", withdrawalBody, "Take back a lot entered by mistake", office);

  /** @throws ApiError forbidden: an enterprise allocates what it holds, to itself */
  const checkHolder = async (actor: Actor, asked: AllocationBody) => {
    if (isOffice(actor)) return;
    const lots = (await ledger.listLots()).filter(
      (l) => l.series === asked.series && l.first <= asked.last && asked.first <= l.last,
    );
    const own = lots.length > 0 && lots.every((lot) => lot.holder === actor.enterprise);
    if (!own || asked.beneficiary !== actor.enterprise)
      throw new ApiError("forbidden", "An enterprise allocates certificates that it holds, to its own use.");
  };
  const use = async (actor: Actor, asked: AllocationBody | SaleBody): Promise<number> => {
    const nowMs = now();
    const draft = await Draft.read({ park, records: ledger, nowMs }, ["certificates"]);
    const { evidence, evidenceFile } = asked;
    const { row, problems } = draft.use(asked, { ...writerOf(actor, nowMs), evidence, evidenceFile });
    const all = [...problems, ...(await checkEvidence(ledger, evidenceFile))];
    if (all.length > 0) throw badRequest(all);
    const [id = 0] = await written("first", () => ledger.addUses([row]));
    standards.records.forget();
    return id;
  };
  const note = async (
    actor: Actor,
    path: string,
    asked: { readonly evidence: string; readonly evidenceFile: string | null },
    write: (row: Parameters<typeof ledger.releaseUse>[1]) => Promise<void>,
  ): Promise<void> => {
    const { evidence, evidenceFile } = asked;
    const problems = await checkEvidence(ledger, evidenceFile);
    if (problems.length > 0) throw badRequest(problems);
    await written(path, () => write({ ...writerOf(actor, now()), evidence, evidenceFile }));
    standards.records.forget();
  };

  return newRoutes()
    .openapi(list, async (c) => {
      const asked = c.req.valid("query");
      const revision = await ledger.recordsRevision();
      const lots = (await ledger.listLots()).filter(
        (lot) =>
          (asked.project === undefined || lot.project === asked.project) &&
          (asked.month === undefined || lot.month === asked.month),
      );
      const uses = await ledger.listUses({ all: asked.all === "1" });
      const answer = {
        revision,
        ...shownCertificates(park.calendar, c.get("actor"), now(), lots, uses),
      };
      if (asked.format === "json") return c.json(answer, 200);
      const language = languageOf(asked.lang);
      return await replyFile(c, certificatesTable(answer, language), asked.format, language);
    })
    .openapi(add, async (c) => {
      const asked = c.req.valid("json");
      const nowMs = now();
      const draft = await Draft.read({ park, records: ledger, nowMs }, ["certificates"]);
      const { evidence, evidenceFile } = asked;
      const { row, problems } = draft.lot(asked, {
        ...writerOf(c.get("actor"), nowMs),
        evidence,
        evidenceFile,
      });
      const all = [...problems, ...(await checkEvidence(ledger, evidenceFile))];
      if (all.length > 0) throw badRequest(all);
      const id = await written("first", () => ledger.addLot(row));
      standards.records.forget();
      return c.json({ id }, 201);
    })
    .openapi(allocate, async (c) => {
      const asked = c.req.valid("json");
      await checkHolder(c.get("actor"), asked);
      return c.json({ id: await use(c.get("actor"), asked) }, 201);
    })
    .openapi(sell, async (c) => c.json({ id: await use(c.get("actor"), c.req.valid("json")) }, 201))
    .openapi(release, async (c) => {
      const asked = c.req.valid("json");
      await note(c.get("actor"), "use", asked, (row) => ledger.releaseUse(asked.use, row));
      return c.json({ id: asked.use }, 201);
    })
    .openapi(cancel, async (c) => {
      const asked = c.req.valid("json");
      await note(c.get("actor"), "use", asked, (row) => ledger.cancelUse(asked.use, row));
      return c.json({ id: asked.use }, 201);
    })
    .openapi(withdraw, async (c) => {
      const asked = c.req.valid("json");
      await note(c.get("actor"), "lot", asked, (row) => ledger.withdrawLot(asked.lot, row));
      return c.json({ id: asked.lot }, 201);
    });
}
