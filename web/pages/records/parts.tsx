import type { Asked } from "../../api.ts";
import { t } from "../../i18n/i18n.ts";
import type { Question } from "./asked.ts";

/** What the tabs share. */

export function states(asked: Asked<unknown>) {
  return {
    loading: asked.data === null,
    problem: asked.problem,
    retryAt: asked.retryAt,
    onRetry: asked.reload,
  };
}

/** The table at full precision, as the API writes it. */
export function Files({ question }: { question: Question }) {
  return (
    <>
      {(["csv", "xlsx"] as const).map((format) => (
        <a key={format} class="button" href={question.file(format)} download>
          {t(`records.files.${format}`)}
        </a>
      ))}
    </>
  );
}
