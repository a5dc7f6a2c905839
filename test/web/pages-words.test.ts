import { expect, test } from "vitest";
import en from "../../web/i18n/pages.en.json" with { type: "json" };
import zh from "../../web/i18n/pages.zh-CN.json" with { type: "json" };

function leaves(node: object, prefix = ""): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(node)) {
    if (typeof value === "string") found.set(prefix + key, value);
    else for (const [inner, text] of leaves(value, `${prefix}${key}.`)) found.set(inner, text);
  }
  return found;
}

const placeholders = (text: string): string[] =>
  [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "").toSorted();

test("the pages speak both languages: the same keys, the same placeholders, no empty words", () => {
  const inZh = leaves(zh);
  const inEn = leaves(en);
  expect([...inEn.keys()].toSorted()).toEqual([...inZh.keys()].toSorted());
  for (const [key, text] of inZh) {
    const other = inEn.get(key) ?? "";
    expect(placeholders(other), key).toEqual(placeholders(text));
    expect(text.trim().length * other.trim().length, key).toBeGreaterThan(0);
    expect(/[\u4e00-\u9fff]/.test(other), `${key}: Chinese in the English text`).toBe(false);
  }
});
