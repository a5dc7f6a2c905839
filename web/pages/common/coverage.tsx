import type { Coverage as Shares } from "../../../api/answers/common.ts";
import { percents, THIN } from "../../format.ts";
import { t } from "../../i18n/i18n.ts";

/** How much of a span is measured, estimated, missing; its line is kept until that is known. */
export function Coverage({ coverage }: { coverage: Shares | undefined }) {
  return (
    <span class="quiet spring coverage-line">
      {coverage === undefined ? THIN : t("shared.coverage", percents(coverage))}
    </span>
  );
}
