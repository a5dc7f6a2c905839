import { z } from "zod";
import { isChannel, isRegisterChannel, type RegisterChannel } from "../../park/quantities.ts";

/** Which figures can be asked for. */

export const CARBON_METHODS = ["cn-910-2025-annex-4", "location-based", "market-based"] as const;
export const GREEN_SHARES = ["annual", "hour-matched", "direct"] as const;
export const HALL_INDICATORS = ["pue", "cue", "wue"] as const;

export type Figure =
  | { readonly kind: "carbon-per-tce" }
  | {
      readonly kind: "carbon";
      readonly method: (typeof CARBON_METHODS)[number];
      readonly term: string | null;
    }
  | { readonly kind: "consumption"; readonly term: string | null }
  | { readonly kind: "green"; readonly share: (typeof GREEN_SHARES)[number] }
  | { readonly kind: "pathway-gap" }
  | { readonly kind: "hall"; readonly hall: string; readonly indicator: (typeof HALL_INDICATORS)[number] }
  | { readonly kind: "register"; readonly meter: string; readonly channel: RegisterChannel };

const method = z.enum(CARBON_METHODS);
const share = z.enum(GREEN_SHARES);
const indicator = z.enum(HALL_INDICATORS);

/** What a figure's id may be, in words. */
export const FIGURES_EXPECTED =
  "carbon-per-tce, carbon:{method}, carbon:{method}/{term}, consumption, consumption/{term}, green:annual, green:hour-matched, green:direct, pathway-gap, hall:{asset}/{pue|cue|wue} or register:{meter}/{channel}";

/** The figure that an id names; null for none. */
export function parseFigure(id: string): Figure | null {
  if (id === "carbon-per-tce" || id === "pathway-gap") return { kind: id };
  const [head, ...tail] = id.split("/");
  const rest = tail.length === 0 ? null : tail.join("/");
  if (head === undefined || rest === "") return null;
  if (head === "consumption") return { kind: "consumption", term: rest };
  const colon = head.indexOf(":");
  const [family, name] = [head.slice(0, Math.max(0, colon)), head.slice(colon + 1)];
  if (family === "carbon") {
    const found = method.safeParse(name);
    return found.success ? { kind: "carbon", method: found.data, term: rest } : null;
  }
  if (family === "green" && rest === null) {
    const found = share.safeParse(name);
    return found.success ? { kind: "green", share: found.data } : null;
  }
  if (family === "hall" && rest !== null) {
    const found = indicator.safeParse(rest);
    return found.success ? { kind: "hall", hall: name, indicator: found.data } : null;
  }
  if (family === "register" && rest !== null && isChannel(rest) && isRegisterChannel(rest))
    return { kind: "register", meter: name, channel: rest };
  return null;
}
