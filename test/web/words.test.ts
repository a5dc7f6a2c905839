import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

function leaves(node: unknown, prefix = ""): Map<string, string> {
  const found = new Map<string, string>();
  if (typeof node === "string") found.set(prefix, node);
  else if (typeof node === "object" && node !== null) {
    for (const [key, value] of Object.entries(node)) {
      for (const [path, text] of leaves(value, prefix === "" ? key : `${prefix}.${key}`))
        found.set(path, text);
    }
  }
  return found;
}

function words(file: string): Map<string, string> {
  return leaves(JSON.parse(readFileSync(new URL(`../../web/i18n/${file}.json`, import.meta.url), "utf8")));
}

const placeholders = (text: string): string[] =>
  [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1] ?? "").sort();

describe.each([
  ["zh-CN", "en"],
  ["pages.zh-CN", "pages.en"],
])("words of %s and %s", (zhFile, enFile) => {
  const zh = words(zhFile);
  const en = words(enFile);

  it("have the same keys", () => {
    expect([...en.keys()].sort()).toEqual([...zh.keys()].sort());
  });

  it("have the same placeholders", () => {
    for (const [key, text] of zh) {
      expect({ key, placeholders: placeholders(en.get(key) ?? "") }).toEqual({
        key,
        placeholders: placeholders(text),
      });
    }
  });

  it("are not empty, and no Chinese is left in English", () => {
    for (const [key, text] of [...zh, ...en])
      expect({ key, text: text.trim() }).not.toEqual({ key, text: "" });
    for (const [key, text] of en) {
      if (key.startsWith("shell.lang")) continue; // the other language's own name
      expect({ key, chinese: /[\u4e00-\u9fff]/.test(text) ? text : "" }).toEqual({ key, chinese: "" });
    }
  });
});

it("no key is in both pairs of files, where one would hide the other", () => {
  const shell = words("zh-CN");
  expect([...words("pages.zh-CN").keys()].filter((key) => shell.has(key))).toEqual([]);
});
