import type { Asked } from "../../api.ts";
import { t } from "../../i18n/i18n.ts";

/** What panels with a list share: the states of its question, and the list as a file. */

export function states(asked: Asked<unknown>) {
  return {
    loading: asked.data === null,
    problem: asked.problem,
    retryAt: asked.retryAt,
    onRetry: asked.reload,
  };
}

/** The table at full precision, as the API writes it. */
export function Files(props: { readonly question: { readonly file: (format: "csv" | "xlsx") => string } }) {
  return (
    <>
      {(["csv", "xlsx"] as const).map((format) => (
        <a key={format} class="button" href={props.question.file(format)} download>
          {t(`records.files.${format}`)}
        </a>
      ))}
    </>
  );
}
