import type { Remark } from "../../../api/answers/common.ts";
import { nameOf, t } from "../../i18n/i18n.ts";

/** What an answer does not consider yet, in its own words; those after the `first` few fold away. */
export function Remarks({ remarks, first }: { remarks: readonly Remark[]; first?: number | undefined }) {
  if (remarks.length === 0) return null;
  if (first !== undefined && remarks.length > first + 1)
    return (
      <>
        <Remarks remarks={remarks.slice(0, first)} />
        <details class="more-remarks">
          <summary>{t("shared.moreRemarks", { count: remarks.length - first })}</summary>
          <Remarks remarks={remarks.slice(first)} />
        </details>
      </>
    );
  return (
    <ul class="remarks" aria-label={t("shared.remarks")}>
      {remarks.map((remark) => (
        <li key={remark.code + remark.zh}>{nameOf(remark)}</li>
      ))}
    </ul>
  );
}
