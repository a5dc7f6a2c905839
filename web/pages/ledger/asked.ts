import type {
  BillsAnswer,
  CertificatesAnswer,
  EntriesAnswer,
  SettlementsAnswer,
} from "../../../api/answers/ledger.ts";
import { apiPath } from "../../api.ts";
import { nameOf, sideOf, t } from "../../i18n/i18n.ts";
import { park } from "../../park.ts";
import { place } from "../../router.ts";
import { lang } from "../../state.ts";
import { scopeName as nameOfScope } from "../common/scope.ts";

/** What the page is asked for, and how it calls things. */

export const TABS = ["certificates", "settlements", "figures", "bills", "import"] as const;
export type Tab = (typeof TABS)[number];

export type Entry = EntriesAnswer["entries"][number];
export type Lot = CertificatesAnswer["lots"][number];
export type Use = CertificatesAnswer["uses"][number];
export type CertificateRange = Lot["ranges"][number];
export type Settlement = SettlementsAnswer["settlements"][number];
export type Bill = BillsAnswer["bills"][number];

export type Kind = Entry["kind"];
/** What most entries of a kind are in; a kind that the API gains is asked for here. */
export const KIND_UNITS: Readonly<Record<Kind, string>> = {
  production: "t",
  "added-value": "万元",
  fuel: "t",
  "conversion-output": "t",
  process: "t",
  heat: "GJ",
  activity: "kWh",
  bill: "kWh",
  waste: "t",
  water: "m³",
  "waste-heat": "GJ",
  target: "tCO2/tce",
  indicator: "%",
};
/** The kinds in the order they are offered. */
export const KINDS = Object.keys(KIND_UNITS) as readonly Kind[]; // the keys of the record above
/** What an enterprise declares of itself. */
export const OWN_KINDS: readonly Kind[] = ["production", "added-value", "fuel", "bill"];

export function tabOf(): Tab {
  const asked = place.value.query.get("tab");
  return TABS.find((tab) => tab === asked) ?? "certificates";
}

/** The kind whose figures are shown. */
export function kindOf(): Kind {
  const asked = place.value.query.get("kind");
  return KINDS.find((kind) => kind === asked) ?? "production";
}

export function isOffice(): boolean {
  return park.value?.caller.role === "office";
}

/** The enterprise of an enterprise's own account. */
export function ownEnterprise(): string | null {
  return park.value?.caller.enterprise ?? null;
}

/** An enterprise by name; `park` is the park; anything else as it is. */
export function partyName(id: string | null): string {
  if (id === null) return t("ledger.another");
  if (id === "park") return t("ledger.park");
  const found = park.value?.enterprises.find((e) => e.id === id);
  return found === undefined ? id : nameOf(found.name);
}

/** A project: a plant of the park by its name, else in the language of the page. */
export function projectName(project: string): string {
  const asset = park.value?.assets.find((a) => a.id === project);
  return asset === undefined ? sideOf(project) : nameOf(asset.name);
}

/** A scope by the name of what it is of; the park's own entries are the park's. */
export function scopeName(scope: string): string {
  return scope === "park" ? partyName(scope) : nameOfScope(scope);
}

const SUBJECT_PARTS = [
  "generated",
  "used",
  "fresh",
  "reused",
  "heat",
  "cold",
  "pressure",
  "recoverable",
  "recovered",
  "electricity",
  "gas",
  "water",
  "fuel",
] as const;

/** What an entry is about: its fixed parts in words, names as they are. */
export function subjectName(subject: string): string {
  const words = subject.split("/").map((part) => {
    const known = SUBJECT_PARTS.find((one) => one === part);
    return known === undefined ? part : t(`ledger.part.${known}`);
  });
  return words.join(" · ");
}

/** A span of local days, half-open, as people say it: a whole month by its name. */
export function spanText(from: string, to: string): string {
  const month = from.slice(0, 7);
  const next = new Date(Date.UTC(Number(from.slice(0, 4)), Number(from.slice(5, 7)), 1)).toISOString();
  if (from.endsWith("-01") && to === next.slice(0, 10)) return month;
  const last = new Date(Date.parse(`${to}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
  return from === last ? from : `${from} – ${last}`;
}

/** The address of a list, also as a file. */
export function listPath(path: string, query: Readonly<Record<string, string>> = {}) {
  return {
    path: apiPath(path, query),
    file: (format: "csv" | "xlsx") => apiPath(path, { ...query, format, lang: lang.value }),
  };
}
