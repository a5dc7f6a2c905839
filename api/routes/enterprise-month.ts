import { createRoute, z } from "@hono/zod-openapi";
import { enterpriseMonthAnswer as enterpriseMonthSchema } from "../answers/enterprise-month.ts";
import { enterpriseMonthAnswer } from "../enterprise-month.ts";
import { ApiError } from "../errors.ts";
import { enterpriseMonthCsv } from "../reports/enterprise-csv.ts";
import { enterpriseMonthHtml } from "../reports/enterprise-html.ts";
import { type ApiApp, newRoutes, type RouteDeps } from "../routing.ts";
import { errors } from "./describe.ts";
import { askScope, monthParam } from "./questions.ts";

/** GET /enterprises/{id}/months/{month}. */
export function enterpriseMonthRoutes({ park, standards, now }: RouteDeps): ApiApp {
  const month = createRoute({
    method: "get",
    path: "/enterprises/{id}/months/{month}",
    summary: "An enterprise's month: JSON, CSV or a printable page",
    request: {
      params: z.object({ id: z.string().max(64), month: monthParam }),
      query: z.object({
        format: z.enum(["json", "csv", "html"]).default("json"),
        lang: z.enum(["zh-CN", "en"]).default("zh-CN"),
      }),
    },
    responses: {
      200: {
        description: "The month",
        content: {
          "application/json": { schema: enterpriseMonthSchema },
          "text/csv": { schema: z.string() },
          "text/html": { schema: z.string() },
        },
      },
      ...errors,
    },
  });
  return newRoutes().openapi(month, async (c) => {
    const nowMs = now();
    const { id, month: key } = c.req.valid("param");
    const { format, lang } = c.req.valid("query");
    if (!park.enterpriseById.has(id)) {
      if (c.get("actor").role !== "office")
        throw new ApiError("forbidden", "This account may not read that scope.");
      throw new ApiError("not-found", "There is no such enterprise.");
    }
    askScope(park, c.get("actor"), `enterprise:${id}`, { fromMs: nowMs, toMs: nowMs });
    const answer = await enterpriseMonthAnswer(standards, { enterprise: id, month: key, nowMs });
    if (format === "json") return c.json(answer, 200);
    const language = lang === "en" ? "en" : "zh";
    if (format === "html") return c.html(enterpriseMonthHtml(answer, language), 200);
    return c.body(enterpriseMonthCsv(answer, language), 200, {
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": `attachment; filename="${park.id}-${id}-${key}.csv"`,
    });
  });
}
