const CHINESE = /[\u4e00-\u9fff]/;

/** The side of a text "中文 / English" for a reader of English or of Chinese; any other text stays whole. */
export function sideFor(text: string, english: boolean): string {
  const [a = "", b, more] = text.split(" / ");
  if (b === undefined || more !== undefined || CHINESE.test(a) === CHINESE.test(b)) return text;
  return CHINESE.test(a) === english ? b : a;
}

/** The language to mark a text with that is cited as it was published; undefined: the page's own. */
export function langOf(text: unknown): "zh-CN" | undefined {
  return typeof text === "string" && CHINESE.test(text) ? "zh-CN" : undefined;
}
