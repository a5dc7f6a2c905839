import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiProblem } from "../../api.ts";
import { t } from "../../i18n/i18n.ts";
import { reasonOf } from "../../ui/panel.tsx";

/** What is wrong with a request: every issue the API names, else its own words. */
function wrong(error: unknown): string {
  if (!(error instanceof ApiProblem) || error.issues.length === 0) return reasonOf(error);
  return error.issues.map((i) => t("repair.issue", { ...i })).join("\n");
}

/** Asks why, or on what evidence, before anything is written. Escape closes; the focus goes back to the button. */
export function Ask(props: {
  readonly title: string;
  readonly about: string;
  readonly send: (form: FormData) => Promise<void>;
  readonly onClose: () => void;
  /** What stands in place of the reason, below the other fields. */
  readonly why?: ComponentChildren;
  /** The word on the button that sends. */
  readonly verb?: string;
  readonly children?: ComponentChildren;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [said, setSaid] = useState("");
  const [busy, setBusy] = useState(false);
  useEffect(() => dialog.current?.showModal(), []);
  const send = async (form: FormData): Promise<void> => {
    setBusy(true);
    try {
      await props.send(form);
      dialog.current?.close();
    } catch (error) {
      setSaid(wrong(error));
      setBusy(false);
    }
  };
  return (
    <dialog ref={dialog} class="ask" aria-labelledby="ask-title" onClose={props.onClose}>
      <h2 id="ask-title" class="panel-title">
        {props.title}
      </h2>
      <p class="quiet">{props.about}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          send(new FormData(event.currentTarget)).catch(() => undefined);
        }}
      >
        {props.children}
        {props.why ?? (
          <label>
            {t("repair.reason")}
            <textarea name="reason" required minLength={2} maxLength={500} rows={2} />
          </label>
        )}
        <p role="alert" class="tone-bad">
          {said}
        </p>
        <p class="ask-buttons">
          <button type="button" class="button" onClick={() => dialog.current?.close()}>
            {t("repair.cancel")}
          </button>
          <button type="submit" class="button button-strong" disabled={busy}>
            {props.verb ?? t("repair.decide")}
          </button>
        </p>
      </form>
    </dialog>
  );
}
