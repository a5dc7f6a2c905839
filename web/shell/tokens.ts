import type { TokensAnswer } from "../../api/answers/park.ts";

/** What the access dialog knows of tokens. */

type Token = TokensAnswer["tokens"][number];
export type Role = Token["role"];

export const ROLES: readonly Role[] = ["enterprise", "vpp", "office"];

/** How long a new token lasts, days; "" is for ever. A year unless another is chosen. */
export const DAYS = ["365", "90", "30", ""] as const;

/** Tokens that still open something first, then those taken back, each newest first. */
export function tokensInOrder(tokens: readonly Token[]): Token[] {
  return tokens.toSorted(
    (a, b) =>
      Number(a.revoked !== null) - Number(b.revoked !== null) ||
      Date.parse(b.created) - Date.parse(a.created),
  );
}

/** What POST /tokens is asked for by a filled form: an enterprise only for an enterprise's token. */
export function newToken(form: FormData): Record<string, string | number> {
  const of = (name: string): string => String(form.get(name) ?? "").trim();
  return {
    role: of("role"),
    label: of("label"),
    ...(of("role") === "enterprise" ? { enterprise: of("enterprise") } : {}),
    ...(of("days") === "" ? {} : { days: Number(of("days")) }),
  };
}
