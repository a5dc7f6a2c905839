import { apiPath } from "../../api.ts";
import { park } from "../../park.ts";
import { place } from "../../router.ts";
import { lang, parkZone } from "../../state.ts";
import { isMonth, monthSpan } from "../common/months.ts";
import { scopeOf } from "../common/scope.ts";
import { localNow } from "../common/when.ts";

/** What the page is asked for: all of it stands in the address. */

export const TABS = ["balance", "bands", "demand", "compare"] as const;
export type Tab = (typeof TABS)[number];

export const MEDIA = ["electricity", "gas", "heat", "water", "fuel"] as const;
export type Medium = (typeof MEDIA)[number];

export interface View {
  readonly tab: Tab;
  readonly scope: string;
  readonly month: string;
  readonly latest: string;
  readonly medium: Medium;
  /** First month of the base period; null: none chosen. */
  readonly base: string | null;
}

/** The tab, scope and month of the address, each with its default. */
export function viewOf(): View {
  const { query } = place.value;
  const latest = localNow().slice(0, 7);
  const month = query.get("month");
  const base = query.get("base");
  return {
    tab: TABS.find((tab) => tab === query.get("tab")) ?? "balance",
    scope: scopeOf(),
    month: month !== null && isMonth(month) ? month : latest,
    latest,
    medium: MEDIA.find((medium) => medium === query.get("medium")) ?? "electricity",
    base: base !== null && isMonth(base) ? base : null,
  };
}

type Query = Readonly<Record<string, string | null>>;

/** A question of the API: its address, and the same as a file. */
export interface Question {
  readonly path: string | null;
  readonly file: (format: "csv" | "xlsx") => string;
}

export function questionOf(view: View): Question {
  const span = monthSpan(view.month, parkZone.value);
  const { scope } = view;
  const asked: readonly [string, Query] = {
    balance: ["/sub-meters", { scope, ...span }] as const,
    bands: ["/tariff", { scope, ...span, resolution: "1d" }] as const,
    demand: ["/demand", { scope, month: view.month }] as const,
    compare: [
      "/comparison",
      {
        scope,
        medium: view.medium,
        ...span,
        with: view.base === null ? "year" : "year,base",
        baseFrom: view.base === null ? null : monthSpan(view.base, parkZone.value).from,
      },
    ] as const,
  }[view.tab];
  const [where, query] = asked;
  return {
    path: park.value === null ? null : apiPath(where, query),
    file: (format) => apiPath(where, { ...query, format, lang: lang.value }),
  };
}
