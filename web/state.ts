import { signal } from "@preact/signals";

/** What every page shares. The URL holds what is looked at (page, scope, day, language); taste stays in the browser. */

export type Lang = "zh-CN" | "en";
export type Theme = "auto" | "light" | "dark";

/** Language of everything a user reads; set from the URL, else the browser's last choice, else zh-CN. */
export const lang = signal<Lang>("zh-CN");
export const theme = signal<Theme>("auto");
/** Changes whenever colours may have: canvases repaint on it. */
export const paintEpoch = signal(0);
/** Wall layout (`?kiosk=1`). */
export const kiosk = signal(false);
/** The park's IANA zone; every clock and axis on screen is in it. */
export const parkZone = signal("Asia/Shanghai");
/** True once a request came back 401: the sign-in page shows instead. */
export const signedOut = signal(false);
/** The instant live updates were paused at, epoch ms; null while they run. */
export const pausedAt = signal<number | null>(null);

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // storage may be forbidden; taste is then of this visit only
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // as above
  }
}

/** Shows the chosen theme; left to the system, the wall is dark. */
export function applyTheme(): void {
  const root = document.documentElement;
  const shown = theme.value === "auto" && kiosk.value ? "dark" : theme.value;
  if (shown === "auto") root.removeAttribute("data-theme");
  else root.setAttribute("data-theme", shown);
  paintEpoch.value += 1;
}

export function setTheme(next: Theme): void {
  theme.value = next;
  write("lingtan.theme", next);
  applyTheme();
}

/** The language a visit starts with: `?lang`, else the last one chosen, else zh-CN. */
export function startLang(search: URLSearchParams): Lang {
  const asked = search.get("lang") ?? read("lingtan.lang");
  return asked === "en" ? "en" : "zh-CN";
}

export function setLang(next: Lang): void {
  lang.value = next;
  write("lingtan.lang", next);
  document.documentElement.lang = next;
}

/** Restores taste and follows the system's colour scheme. Call once. */
export function startTaste(): void {
  const stored = read("lingtan.theme");
  if (stored === "light" || stored === "dark") setTheme(stored);
  for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)"]) {
    matchMedia(query).addEventListener("change", () => {
      paintEpoch.value += 1;
    });
  }
}
