import { useEffect, useRef, useState } from "preact/hooks";
import type { TokenMadeAnswer, TokensAnswer } from "../../api/answers/park.ts";
import { apiPath, postJson, useAnswer } from "../api.ts";
import { nameOf, t } from "../i18n/i18n.ts";
import { park } from "../park.ts";
import { parkZone } from "../state.ts";
import { dayOf } from "../time.ts";
import { Failure, reasonOf } from "../ui/panel.tsx";
import { DAYS, newToken, ROLES, type Role, tokensInOrder } from "./tokens.ts";
import "./access.css";

type Token = TokensAnswer["tokens"][number];

const PATH = apiPath("/tokens");

const day = (instant: string): string => dayOf(Date.parse(instant), parkZone.value);

function holder(token: Pick<Token, "role" | "enterprise">): string {
  const works = park.value?.enterprises.find((e) => e.id === token.enterprise);
  return works === undefined ? t(`access.roles.${token.role}`) : nameOf(works.name);
}

function untilWhen(token: Token): string {
  if (token.revoked !== null) return t("access.revoked", { day: day(token.revoked) });
  return token.expires === null ? t("access.forever") : t("access.until", { day: day(token.expires) });
}

/** A new token's secret: shown until the dialog closes, and never again. */
function Made({ secret }: { secret: string }) {
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState(false);
  useEffect(() => field.current?.select(), [secret]);
  const copy = async (): Promise<void> => {
    field.current?.select();
    // a park's page is often plain http, where browsers give no clipboard but still copy a selection
    if (isSecureContext) await navigator.clipboard.writeText(secret);
    else document.execCommand("copy");
    setCopied(true);
  };
  return (
    <div class="made">
      <label for="made-token">{t("access.once")}</label>
      <div class="field">
        <input id="made-token" ref={field} readOnly value={secret} />
        <button type="button" class="button" onClick={() => copy().catch(() => setCopied(false))}>
          {t(copied ? "access.copied" : "access.copy")}
        </button>
      </div>
    </div>
  );
}

function Tokens() {
  const asked = useAnswer<TokensAnswer>(PATH);
  const [made, setMade] = useState<TokenMadeAnswer | null>(null);
  const [sure, setSure] = useState<string | null>(null);
  const [said, setSaid] = useState("");
  const [role, setRole] = useState<Role>("enterprise");
  const status = useRef<HTMLParagraphElement>(null);

  const make = async (form: HTMLFormElement): Promise<void> => {
    try {
      // our own API's schema-checked answer
      const answer = (await postJson(PATH, newToken(new FormData(form)))) as TokenMadeAnswer;
      setMade(answer);
      setSaid("");
      form.reset();
      setRole("enterprise");
      asked.reload();
    } catch (error) {
      setSaid(t("access.failed", { reason: reasonOf(error) }));
    }
  };
  const revoke = async (token: Token): Promise<void> => {
    if (sure !== token.id) {
      setSure(token.id);
      setSaid(t("access.sure", { label: token.label }));
      return;
    }
    try {
      await postJson(`${PATH}/${token.id}`, null, "DELETE");
      if (made?.id === token.id) setMade(null);
      setSaid(t("access.done", { label: token.label }));
      // its button is about to go
      status.current?.focus();
      asked.reload();
    } catch (error) {
      setSaid(t("access.failed", { reason: reasonOf(error) }));
    }
    setSure(null);
  };

  return (
    <>
      {asked.problem !== null && (
        <Failure problem={asked.problem} retryAt={asked.retryAt} onRetry={asked.reload} />
      )}
      <ul class="tokens">
        {tokensInOrder(asked.data?.tokens ?? []).map((token) => (
          <li key={token.id} class={token.revoked === null ? undefined : "quiet"}>
            <span>
              <b>{token.label}</b> {holder(token)}
            </span>
            <span class="quiet">
              {day(token.created)} · {untilWhen(token)}
            </span>
            {token.revoked === null && (
              <button
                type="button"
                class="button"
                aria-label={t(sure === token.id ? "access.sure" : "access.revokeOne", { label: token.label })}
                onClick={() => revoke(token).catch(() => undefined)}
                onBlur={() => setSure(null)}
              >
                {t(sure === token.id ? "access.really" : "access.revoke")}
              </button>
            )}
          </li>
        ))}
      </ul>
      <p role="status" ref={status} tabIndex={-1}>
        {said}
      </p>
      {made !== null && <Made secret={made.token} />}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          make(event.currentTarget).catch(() => undefined);
        }}
      >
        <label>
          {t("access.who")}
          <select
            name="role"
            value={role}
            onChange={(e) => setRole(ROLES[e.currentTarget.selectedIndex] ?? role)}
          >
            {ROLES.map((one) => (
              <option key={one} value={one}>
                {t(`access.roles.${one}`)}
              </option>
            ))}
          </select>
        </label>
        {role === "enterprise" && (
          <label>
            {t("access.roles.enterprise")}
            <select name="enterprise">
              {park.value?.enterprises.map((one) => (
                <option key={one.id} value={one.id}>
                  {nameOf(one.name)}
                </option>
              ))}
            </select>
          </label>
        )}
        <label>
          {t("access.label")}
          <input name="label" required maxLength={80} />
        </label>
        <label>
          {t("access.days")}
          <select name="days">
            {DAYS.map((one) => (
              <option key={one} value={one}>
                {one === "" ? t("access.forever") : t("access.for", { days: one })}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" class="button button-strong">
          {t("access.make")}
        </button>
      </form>
    </>
  );
}

/** Who may come in: tokens for the office, and the way out for everybody. Escape closes; the focus goes back. */
export function AccessDialog({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [said, setSaid] = useState("");
  const close = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
    // a dialog gives the focus to its first button, which would sign out at the next Enter
    close.current?.focus();
  }, []);
  const caller = park.value?.caller;
  const signOut = async (): Promise<void> => {
    try {
      await postJson(apiPath("/session"), null, "DELETE");
      location.assign("/sign-in");
    } catch (error) {
      setSaid(t("access.failed", { reason: reasonOf(error) }));
    }
  };
  return (
    <dialog ref={dialog} class="access" aria-labelledby="access-title" onClose={onClose}>
      <header class="panel-head">
        <h2 id="access-title" class="panel-title">
          {t("access.title")}
        </h2>
        {caller !== undefined && <p class="panel-subtitle">{t("access.you", { who: holder(caller) })}</p>}
        <div class="panel-tools">
          <button type="button" class="button" onClick={() => signOut().catch(() => undefined)}>
            {t("access.signOut")}
          </button>
          <button type="button" class="button" ref={close} onClick={() => dialog.current?.close()}>
            {t("access.close")}
          </button>
        </div>
      </header>
      <p class="access-docs">
        <a href="/docs" target="_blank" rel="noreferrer">
          {t("access.docs")}
        </a>
      </p>
      <p role="alert">{said}</p>
      {caller?.role === "office" && <Tokens />}
    </dialog>
  );
}
