import { duration, percent } from "../format.ts";
import { nameOf, t } from "../i18n/i18n.ts";
import { dataAge, link, live, serverNow, togglePause } from "../live.ts";
import { type PageEntry, pageOf, pagesFor } from "../pages.ts";
import { park } from "../park.ts";
import { linkTo, place, setQuery } from "../router.ts";
import { kiosk, lang, parkZone, pausedAt, setLang, setTheme, theme } from "../state.ts";
import { clock, dayLabel, dayOf } from "../time.ts";
import { openAccess } from "./open-access.ts";

const THEMES = ["auto", "light", "dark"] as const;

/** Links to pages, the open one marked. */
export function NavLinks({ pages, short }: { pages: readonly PageEntry[]; short: boolean }) {
  const current = pageOf(place.value.path)?.page.path;
  return (
    <ul>
      {pages.map((page) => (
        <li key={page.path}>
          <a href={linkTo(page.path)} aria-current={page.path === current ? "page" : undefined}>
            {t(`shell.${short ? "navShort" : "nav"}.${page.nav}`)}
          </a>
        </li>
      ))}
    </ul>
  );
}

function LiveState() {
  const now = link.value;
  const seconds = dataAge.value;
  const age = seconds === null ? null : duration(seconds);
  let kind: string = now.kind;
  let text: string;
  if (pausedAt.value !== null) {
    kind = "paused";
    text = t("shell.live.paused", { time: clock(pausedAt.value, parkZone.value) });
  } else if (now.kind === "down" || now.kind === "connecting" || now.kind === "refused")
    text = t(`shell.live.${now.kind}`);
  else if (age === null) text = t("shell.live.unknownAge");
  else if (now.kind === "polling") text = t("shell.live.polling", { age });
  else text = t("shell.live.open", { age });
  return (
    <span class="live-state">
      <span class={`dot dot-${kind}`} aria-hidden="true" />
      <span>{text}</span>
    </span>
  );
}

function Clock() {
  const at = pausedAt.value ?? serverNow.value;
  const zone = parkZone.value;
  const day = dayOf(at, zone);
  const date =
    lang.value === "en" || kiosk.value
      ? dayLabel(day, lang.value, kiosk.value)
      : `${day.slice(5)} ${dayLabel(day, lang.value, true).split(" ").at(-1) ?? ""}`;
  return (
    <span class="clock">
      <span class="clock-date">{date}</span> <time>{clock(at, zone)}</time>
    </span>
  );
}

/** Language and theme; in the bar on desks, behind "more" on phones. */
export function Taste() {
  const name = t(`shell.theme.${theme.value}`);
  const other = lang.value === "en" ? "zh-CN" : "en";
  const next = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] ?? "auto";
  return (
    <>
      <button
        type="button"
        class="button icon-button"
        title={t("shell.theme.label", { name })}
        aria-label={t("shell.theme.label", { name })}
        onClick={() => setTheme(next)}
      >
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <circle
            cx="8"
            cy="8"
            r="6"
            fill={theme.value === "dark" ? "currentColor" : "none"}
            stroke="currentColor"
            stroke-width="1.5"
          />
          {theme.value === "auto" && <path d="M8 2a6 6 0 0 1 0 12z" fill="currentColor" />}
        </svg>
      </button>
      <button
        type="button"
        class="button"
        lang={other}
        aria-label={t("shell.langLabel")}
        onClick={() => {
          setLang(other);
          setQuery({ lang: other });
        }}
      >
        {t("shell.langOther")}
      </button>
    </>
  );
}

/** Opens the access dialog; in the bar on desks, behind "more" on phones. */
export function AccessButton() {
  return (
    <button type="button" class="button" aria-haspopup="dialog" onClick={openAccess}>
      {t("access.open")}
    </button>
  );
}

/** The bar: whose park, which page, whether simulated, how fresh, how much measured, when, and the pause. */
export function Header() {
  const answer = live.value?.answer;
  const simulated = answer?.simulated ?? park.value?.figures === "simulated";
  const paused = pausedAt.value !== null;
  return (
    <header class="bar">
      <div class="brand">
        <a class="brand-name" href={linkTo("/")}>
          {t("shell.name")}
        </a>
        <span class="brand-park">{park.value === null ? "" : nameOf(park.value.name)}</span>
      </div>
      {!kiosk.value && (
        <nav class="nav nav-top" aria-label={t("shell.nav.label")}>
          <NavLinks pages={pagesFor(park.value?.caller.role)} short={false} />
        </nav>
      )}
      {simulated && <span class="tag tag-simulated">{t("shell.simulated")}</span>}
      <div class="bar-state">
        <LiveState />
        {answer !== undefined && (
          <span class="bar-measured">
            {t("shell.measured")} <b>{percent(answer.dataQuality?.measured ?? null)}</b>
          </span>
        )}
        <Clock />
      </div>
      <div class="bar-buttons">
        <button
          type="button"
          class="button pause"
          aria-pressed={paused}
          aria-label={t(paused ? "shell.resume" : "shell.pause")}
          onClick={togglePause}
        >
          <svg viewBox="0 0 12 12" aria-hidden="true">
            <path d={paused ? "M2.5 1v10l8-5z" : "M2 1h3v10H2zM7 1h3v10H7z"} fill="currentColor" />
          </svg>
          <span class="pause-word">{t(paused ? "shell.resume" : "shell.pause")}</span>
        </button>
        {!kiosk.value && (
          <>
            <Taste />
            <AccessButton />
          </>
        )}
      </div>
    </header>
  );
}
