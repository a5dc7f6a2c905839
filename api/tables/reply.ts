import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { ApiEnv } from "../context.ts";
import { csvText } from "./csv.ts";
import { FILE_FORMATS, type FileFormat, type FileLanguage, type Table } from "./table.ts";
import { xlsxBytes } from "./xlsx.ts";

/** Tables as files over HTTP. */

export const XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/** `format` and `lang` of a question that can be answered as a file. */
export const fileParams = {
  format: z.enum(FILE_FORMATS).default("json").openapi({ description: "json, or the table as a file" }),
  lang: z.enum(["zh-CN", "en"]).default("zh-CN").openapi({ description: "of the file's words" }),
};

/** A 200 that is JSON or the same table as CSV or workbook. */
export function jsonOrFile<T extends z.ZodType>(schema: T, description: string) {
  return {
    description,
    content: {
      "application/json": { schema },
      "text/csv": { schema: z.string() },
      [XLSX_TYPE]: { schema: z.string().openapi({ format: "binary" }) },
    },
  };
}

export function languageOf(lang: "zh-CN" | "en"): FileLanguage {
  return lang === "en" ? "en" : "zh";
}

/** The table as a download. */
export async function replyFile(
  c: Context<ApiEnv>,
  table: Table,
  format: Exclude<FileFormat, "json">,
  language: FileLanguage,
) {
  const disposition = `attachment; filename="${table.file.replaceAll(/[^A-Za-z0-9.-]+/g, "-")}.${format}"`;
  if (format === "csv") {
    return c.body(csvText([table.head, ...table.rows]), 200, {
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": disposition,
    });
  }
  return c.body(await xlsxBytes(table, language), 200, {
    "content-type": XLSX_TYPE,
    "content-disposition": disposition,
  });
}
