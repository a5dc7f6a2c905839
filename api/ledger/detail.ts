import { z } from "@hono/zod-openapi";
import type { Park } from "../../park/park.ts";
import { type Problem, show } from "../../park/problems.ts";
import { problemsOf } from "../../park/shape-problems.ts";
import type { EntryKind } from "../../store/records.ts";
import { billOf } from "./kinds.ts";

/** What an entry says beside its amount, by kind. */

const comment = z.string().trim().min(1).max(500).optional();

const processDetail = z.strictObject({
  factorTco2PerT: z.number().min(0).max(1_000),
  source: z.string().trim().min(2).max(500),
  comment,
});

/** Fossil heat may bring a measured factor in place of Annex 4's default. */
const heatDetail = z.union([
  z.strictObject({
    factorTco2PerGj: z.number().min(0).max(1),
    source: z.string().trim().min(2).max(500),
    comment,
  }),
  z.strictObject({ comment }),
]);

export const billDetail = z.strictObject({
  meters: z.array(z.string().max(64)).min(1).max(50).optional(),
  owner: z.string().trim().min(1).max(120).optional(),
  comment,
});

const otherDetail = z.strictObject({ comment });

/** What is wrong with an entry's detail. A process has no factor by default: its entry brings one, with its source. */
export function checkDetail(
  park: Park,
  kind: EntryKind,
  subject: string,
  detail: Readonly<Record<string, unknown>>,
): Problem[] {
  const wrong = (schema: z.ZodType) => {
    const { error } = schema.safeParse(detail);
    if (error === undefined) return [];
    return problemsOf(detail, error, "").map((p) => ({ ...p, path: `detail.${p.path}` }));
  };
  if (kind === "heat") return wrong(heatDetail);
  if (kind !== "bill") return wrong(kind === "process" ? processDetail : otherDetail);
  const bill = billDetail.safeParse(detail);
  if (!bill.success) return wrong(billDetail);
  const medium = billOf(subject)?.medium;
  const meters = bill.data.meters ?? [];
  return meters.flatMap((id, i) => {
    const meter = park.meterById.get(id);
    if (meter !== undefined && meter.medium === medium) return [];
    const expected = `a ${medium ?? ""} meter of this park`.replace("  ", " ");
    return [{ path: `detail.meters.${i}`, expected, found: show(id) }];
  });
}

/** An entry's detail as it was kept; nothing where it is none. */
export function detailOf(text: string): Readonly<Record<string, unknown>> {
  const parsed = z.record(z.string(), z.unknown()).safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : {};
}
