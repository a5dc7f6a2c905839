import { type Lang, lang } from "../state.ts";
import en from "./en.json" with { type: "json" };
import pagesEn from "./pages.en.json" with { type: "json" };
import pagesZh from "./pages.zh-CN.json" with { type: "json" };
import { sideFor } from "./sides.ts";
import zh from "./zh-CN.json" with { type: "json" };

/**
 * Words. Keys are `section.component.purpose`; each page has a section of its own. Punctuation stays in the
 * texts, `{name}` marks a value. Both files have the same keys and placeholders (tested).
 */

type Leaves<T> = T extends string
  ? ""
  : { [K in keyof T & string]: Leaves<T[K]> extends "" ? K : `${K}.${Leaves<T[K]>}` }[keyof T & string];

export type Key = Leaves<typeof zh> | Leaves<typeof pagesZh>;
export type Params = Readonly<Record<string, string | number>>;

function flatten(node: object, prefix: string, into: Map<string, string>): Map<string, string> {
  for (const [key, value] of Object.entries(node)) {
    const path = prefix === "" ? key : `${prefix}.${key}`;
    if (typeof value === "string") into.set(path, value);
    else if (typeof value === "object" && value !== null) flatten(value, path, into);
  }
  return into;
}

const WORDS: Readonly<Record<Lang, Map<string, string>>> = {
  "zh-CN": flatten(pagesZh, "", flatten(zh, "", new Map())),
  en: flatten(pagesEn, "", flatten(en, "", new Map())),
};

/** The text of a key in a language; a key that is missing shows itself. */
export function translate(language: Lang, key: Key, params: Params = {}): string {
  const text = WORDS[language].get(key) ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = params[name];
    return value === undefined ? whole : String(value);
  });
}

/** The text of a key in the current language; components that call it follow a change of language. */
export function t(key: Key, params: Params = {}): string {
  return translate(lang.value, key, params);
}

/** A name from the API in the current language. */
export function nameOf(name: { readonly zh: string; readonly en: string }): string {
  return lang.value === "en" ? name.en : name.zh;
}

/** The side of a text "中文 / English" in the current language. */
export function sideOf(text: string): string {
  return sideFor(text, lang.value === "en");
}
