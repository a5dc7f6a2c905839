import { significant } from "../../format.ts";

/** A currency as people write it: 元 in Chinese, else its code. */
export function currencyName(currency: string, chinese: boolean): string {
  return chinese && currency === "CNY" ? "元" : currency;
}

/** An amount of money short enough for a key figure: 万 in Chinese, k and M elsewhere; the table has it in full. */
export function money(amount: number, currency: string, chinese: boolean): { text: string; unit: string } {
  const size = Math.abs(amount);
  const [per, prefix] = chinese
    ? size >= 1e4
      ? [1e4, "万 "]
      : [1, ""]
    : size >= 1e6
      ? [1e6, "M "]
      : size >= 1e3
        ? [1e3, "k "]
        : [1, ""];
  const name = currencyName(currency, chinese);
  // 万元 is one word
  return {
    text: significant(amount / per, 4),
    unit: name === "元" ? `${prefix.trim()}元` : `${prefix}${name}`,
  };
}
