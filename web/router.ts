import { signal } from "@preact/signals";
import { applyTheme, kiosk, setLang, startLang } from "./state.ts";

/** A tiny router: the path names the page, the query holds scope, day, lang and kiosk. */

export interface Place {
  readonly path: string;
  readonly query: URLSearchParams;
}

export const place = signal<Place>({ path: "/", query: new URLSearchParams() });

function readPlace(): void {
  const query = new URLSearchParams(location.search);
  place.value = { path: location.pathname.replace(/(.)\/+$/, "$1"), query };
  const kioskBefore = kiosk.value;
  kiosk.value = query.get("kiosk") === "1";
  if (document.documentElement.toggleAttribute("data-kiosk", kiosk.value) !== kioskBefore) applyTheme();
}

/** Follows the address bar. Call once. */
export function startRouter(): void {
  readPlace();
  setLang(startLang(place.value.query));
  addEventListener("popstate", () => {
    readPlace();
    const asked = place.value.query.get("lang");
    if (asked === "en" || asked === "zh-CN") setLang(asked);
  });
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (!(event.target instanceof Element)) return;
    const link = event.target.closest("a[href]");
    if (!(link instanceof HTMLAnchorElement) || link.target !== "" || link.hasAttribute("download")) return;
    const to = new URL(link.href);
    if (to.origin !== location.origin || to.pathname.startsWith("/api/") || to.pathname === "/docs") return;
    if (to.hash !== "" && to.pathname === location.pathname) return;
    event.preventDefault();
    go(to.pathname + to.search);
  });
}

/** Opens a page of ours. */
export function go(url: string, replace = false): void {
  const from = location.pathname;
  if (replace) history.replaceState(null, "", url);
  else history.pushState(null, "", url);
  readPlace();
  if (location.pathname !== from) {
    scrollTo(0, 0);
    document.getElementById("main")?.focus({ preventScroll: true });
  }
}

/** Changes parts of the query in place; null takes a part out. */
export function setQuery(changes: Readonly<Record<string, string | null>>, replace = true): void {
  const query = new URLSearchParams(location.search);
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) query.delete(key);
    else query.set(key, value);
  }
  const text = query.toString();
  go(text === "" ? location.pathname : `${location.pathname}?${text}`, replace);
}

/** A link to a page that keeps scope, language and wall layout. */
export function linkTo(path: string, extra: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams();
  for (const key of ["scope", "lang", "kiosk"]) {
    const value = place.value.query.get(key);
    if (value !== null) query.set(key, value);
  }
  for (const [key, value] of Object.entries(extra)) query.set(key, value);
  const text = query.toString();
  return text === "" ? path : `${path}?${text}`;
}
