import type { Remark } from "../../../api/answers/common.ts";
import { nameOf, t } from "../../i18n/i18n.ts";

/** What an answer does not consider yet, in its own words; nothing when there is nothing to say. */
export function Remarks({ remarks }: { remarks: readonly Remark[] }) {
  if (remarks.length === 0) return null;
  return (
    <ul class="remarks" aria-label={t("shared.remarks")}>
      {remarks.map((remark) => (
        <li key={remark.code + remark.zh}>{nameOf(remark)}</li>
      ))}
    </ul>
  );
}
