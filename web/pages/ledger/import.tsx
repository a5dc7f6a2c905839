import { useState } from "preact/hooks";
import type { ImportAnswer } from "../../../api/answers/ledger.ts";
import { ApiProblem, apiPath, postFile } from "../../api.ts";
import { t } from "../../i18n/i18n.ts";
import { place, setQuery } from "../../router.ts";
import { lang } from "../../state.ts";
import { StatusWord } from "../../ui/glyph.tsx";
import { Panel } from "../../ui/panel.tsx";
import { FileInput } from "../common/file-input.tsx";
import { Picker } from "../common/pickers.tsx";
import { isOffice } from "./asked.ts";
import { Heads } from "./parts.tsx";

const KINDS = ["entries", "certificates", "allocations", "settlements"] as const;
type ImportKind = (typeof KINDS)[number];

type State =
  | { readonly is: "empty" }
  | { readonly is: "busy" }
  | { readonly is: "checked"; readonly file: File; readonly answer: ImportAnswer }
  | { readonly is: "written"; readonly count: number }
  | { readonly is: "failed"; readonly said: string };

function failed(error: unknown): State {
  if (!(error instanceof ApiProblem)) return { is: "failed", said: String(error) };
  const issues = error.issues.map((issue) => t("repair.issue", { ...issue }));
  return { is: "failed", said: issues.length > 0 ? issues.join("\n") : t(`ui.problem.${error.code}`) };
}

function Problems({ answer }: { readonly answer: ImportAnswer }) {
  return (
    <>
      <p>
        <StatusWord status="broken">
          {t("ledger.import.problems", { count: answer.problems.length })}
        </StatusWord>
      </p>
      <table class="rows stack-rows">
        <Heads
          heads={[
            t("ledger.import.row"),
            t("ledger.import.column"),
            t("ledger.import.expected"),
            t("ledger.import.found"),
          ]}
        />
        <tbody>
          {answer.problems.map((p) => (
            <tr key={`${p.row} ${p.column} ${p.expected} ${p.found}`}>
              <th scope="row">{p.row === 0 ? t("ledger.import.file") : p.row}</th>
              <td data-label={t("ledger.import.column")}>{p.column}</td>
              <td data-label={t("ledger.import.expected")}>{p.expected}</td>
              <td data-label={t("ledger.import.found")}>{p.found}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function Preview({ answer }: { readonly answer: ImportAnswer }) {
  const columns = [...new Set(answer.preview.flatMap((row) => Object.keys(row)))];
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keys
    <section class="table-box" tabIndex={0} aria-label={t("ledger.import.preview")}>
      <table class="rows">
        <Heads heads={columns} />
        <tbody>
          {answer.preview.map((row) => (
            <tr key={JSON.stringify(row)}>
              {columns.map((column) => (
                <td key={column}>{row[column] ?? ""}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** 导入: a file is checked row by row; only a file without a problem can be written, all of it. */
export function ImportTab() {
  const kinds = isOffice() ? KINDS : KINDS.slice(0, 1);
  const asked = place.value.query.get("import");
  const kind: ImportKind = kinds.find((one) => one === asked) ?? "entries";
  const [state, setState] = useState<State>({ is: "empty" });
  const send = async (file: File, dryRun: boolean): Promise<void> => {
    setState({ is: "busy" });
    try {
      const path = apiPath("/ledger/import", { kind, dryRun: dryRun ? "1" : "0" });
      // the API's own answer
      const answer = (await postFile(path, file, file.type || "application/octet-stream")) as ImportAnswer;
      setState(dryRun ? { is: "checked", file, answer } : { is: "written", count: answer.written });
    } catch (error) {
      setState(failed(error));
    }
  };
  const take = (files: FileList | null | undefined): void => {
    const [file] = files ?? [];
    if (file !== undefined) send(file, true).catch(() => undefined);
  };
  return (
    <Panel
      title={t("ledger.tab.import")}
      subtitle={t("ledger.import.why")}
      actions={
        <>
          <Picker
            label={t("ledger.head.kind")}
            value={kind}
            choices={kinds.map((one) => ({ value: one, label: t(`ledger.import.kind.${one}`) }))}
            onPick={(one) => {
              setState({ is: "empty" });
              setQuery({ import: one });
            }}
          />
          {(["csv", "xlsx"] as const).map((format) => (
            <a
              key={format}
              class="button"
              href={apiPath(`/ledger/templates/${kind}.${format}`, { lang: lang.value })}
              download
            >
              {t("ledger.import.template", { format: format.toUpperCase() })}
            </a>
          ))}
        </>
      }
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the button inside does the same by keys */}
      <div
        class="ledger-drop"
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault();
          take(event.dataTransfer?.files);
        }}
      >
        <FileInput
          label={t("ledger.import.drop")}
          key={state.is === "empty" || state.is === "written" ? "empty" : "filled"}
          accept=".csv,.xlsx,text/csv"
          onFiles={take}
        />
        <p class="quiet">{t("ledger.import.how")}</p>
      </div>
      <div role="status" aria-live="polite">
        {state.is === "busy" && <p>{t("ledger.import.busy")}</p>}
        {state.is === "failed" && <p class="tone-bad ledger-said">{state.said}</p>}
        {state.is === "written" && (
          <p>
            <StatusWord status="met">{t("ledger.import.written", { count: state.count })}</StatusWord>
          </p>
        )}
        {state.is === "checked" && state.answer.problems.length > 0 && <Problems answer={state.answer} />}
        {state.is === "checked" && state.answer.problems.length === 0 && (
          <>
            <p class="ledger-confirm">
              <StatusWord status="met">{t("ledger.import.clean", { count: state.answer.rows })}</StatusWord>
              <button
                type="button"
                class="button button-strong"
                onClick={() => send(state.file, false).catch(() => undefined)}
              >
                {t("ledger.import.confirm", { count: state.answer.rows })}
              </button>
            </p>
            <Preview answer={state.answer} />
          </>
        )}
      </div>
    </Panel>
  );
}
