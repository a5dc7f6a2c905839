import { useEffect, useState } from "preact/hooks";
import { ApiProblem, apiPath, postJson } from "../api.ts";
import { t } from "../i18n/i18n.ts";
import { Taste } from "./header.tsx";

type Step = "ask" | "working" | "failed" | "link-failed";

/** Signing in: by the one-time link `/sign-in#secret`, or by a pasted token; then to the overview. */
export function SignIn() {
  const [step, setStep] = useState<Step>("ask");
  const [why, setWhy] = useState("");
  const [token, setToken] = useState("");

  const post = async (body: { link: string } | { token: string }): Promise<void> => {
    setStep("working");
    try {
      await postJson(apiPath("/session"), body);
      // a whole load: every request so far was refused
      location.replace(location.pathname === "/sign-in" ? "/" : location.pathname + location.search);
    } catch (error) {
      const problem = error instanceof ApiProblem ? error : null;
      setWhy(problem === null ? String(error) : t(`ui.problem.${problem.code}`));
      setStep("link" in body && problem?.status === 401 ? "link-failed" : "failed");
    }
  };

  useEffect(() => {
    const secret = location.hash.slice(1);
    if (location.pathname !== "/sign-in" || secret === "") return;
    // the secret leaves the address bar and the history before anything else
    history.replaceState(null, "", "/sign-in");
    post({ link: secret }).catch(() => undefined);
  }, []);

  const onSubmit = (event: Event): void => {
    event.preventDefault();
    const text = token.trim();
    if (text !== "") post({ token: text }).catch(() => undefined);
  };

  return (
    <main id="main" class="sign-in" tabIndex={-1}>
      <section class="panel">
        <h1 class="panel-title">
          {t("shell.name")} · {t("signIn.title")}
        </h1>
        <p>{t("signIn.why")}</p>
        {step === "link-failed" && (
          <p role="alert" class="status-broken">
            {t("signIn.linkFailed")}
          </p>
        )}
        <p>{t("signIn.how")}</p>
        <pre>
          <code>npm run lingtan -- token --role office</code>
        </pre>
        <form onSubmit={onSubmit}>
          <label for="token">{t("signIn.token")}</label>
          <div class="field">
            <input
              id="token"
              type="password"
              autocomplete="current-password"
              spellcheck={false}
              value={token}
              onInput={(event) => setToken(event.currentTarget.value)}
            />
            <button type="submit" class="button button-strong" disabled={step === "working"}>
              {t("signIn.submit")}
            </button>
          </div>
          <p role="status" class={step === "failed" ? "status-broken" : undefined}>
            {step === "working" && t("signIn.working")}
            {step === "failed" && t("signIn.failed", { reason: why })}
          </p>
        </form>
        <div class="sign-in-taste">
          <Taste />
        </div>
      </section>
    </main>
  );
}
