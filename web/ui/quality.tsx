import type { Coverage, Quality } from "../../api/answers/common.ts";
import { percent, percents } from "../format.ts";
import { t } from "../i18n/i18n.ts";

/** How sure: solid = measured, hatch = estimated, open red = missing, blank = still to come. */

/** The mark of one quality with its word and, if given, its share. */
export function QualityMark({ quality, share }: { quality: Quality; share?: string | undefined }) {
  return (
    <span class="quality-mark">
      <span class={`cell cell-${quality}`} aria-hidden="true" />
      <span>{t(`ui.quality.${quality}`)}</span>
      {share !== undefined && <b>{share}</b>}
    </span>
  );
}

/** Shares of measured, estimated, missing under a chart. */
export function QualityShares({ coverage }: { coverage: Coverage | null }) {
  const shares = coverage === null ? null : percents(coverage);
  return (
    <span class="quality-shares">
      {(["measured", "estimated", "missing"] as const).map((q) => (
        <QualityMark key={q} quality={q} share={shares?.[q] ?? percent(null)} />
      ))}
    </span>
  );
}
