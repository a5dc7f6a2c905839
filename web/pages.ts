import type { ComponentType } from "preact";
import type { ParkAnswer } from "../api/answers/park.ts";

/**
 * The pages. Each lives in `pages/{folder}/page.tsx`, exports `Page`, imports its own CSS and takes the part of the path
 * behind its own as `rest` (`/enterprises/wafer-works` → "wafer-works"). A page loads when it is opened.
 */
export interface PageProps {
  readonly rest: string | null;
}

export type Role = ParkAnswer["caller"]["role"];

interface PageModule {
  readonly Page: ComponentType<PageProps>;
}

export interface PageEntry {
  readonly path: string;
  readonly nav:
    | "overview"
    | "path"
    | "green"
    | "carbon"
    | "flexibility"
    | "enterprises"
    | "records"
    | "ledger"
    | "repair";
  /** Whose account has it: in the navigation, and by its address. */
  readonly roles: readonly Role[];
  readonly load: () => Promise<PageModule>;
}

const found = import.meta.glob<PageModule>("./pages/*/page.tsx");

function entry(path: string, nav: PageEntry["nav"], folder: string, roles: readonly Role[]): PageEntry[] {
  const load = found[`./pages/${folder}/page.tsx`];
  return load === undefined ? [] : [{ path, nav, roles, load }];
}

const OFFICE: readonly Role[] = ["office"];
const MEMBERS: readonly Role[] = ["office", "enterprise"];

export const PAGES: readonly PageEntry[] = [
  ...entry("/", "overview", "overview", OFFICE),
  ...entry("/path", "path", "path", OFFICE),
  ...entry("/green", "green", "green", MEMBERS),
  ...entry("/carbon", "carbon", "carbon", MEMBERS),
  ...entry("/flexibility", "flexibility", "flexibility", ["office", "vpp"]),
  ...entry("/enterprises", "enterprises", "enterprise", MEMBERS),
  ...entry("/records", "records", "records", MEMBERS),
  ...entry("/ledger", "ledger", "ledger", MEMBERS),
  ...entry("/repair", "repair", "repair", OFFICE),
];

/** What a role's account opens with. */
export const HOMES: Readonly<Record<Role, string>> = {
  office: "/",
  enterprise: "/enterprises",
  vpp: "/flexibility",
};

/** The pages of a role in their order; none before it is known. */
export function pagesFor(role: Role | undefined): PageEntry[] {
  return role === undefined ? [] : PAGES.filter((page) => page.roles.includes(role));
}

/** The page of a path and what follows its own part; null when there is none. */
export function pageOf(path: string): { page: PageEntry; rest: string | null } | null {
  for (const page of PAGES) {
    if (path === page.path) return { page, rest: null };
    if (page.path !== "/" && path.startsWith(`${page.path}/`)) {
      return { page, rest: decodeURIComponent(path.slice(page.path.length + 1)) };
    }
  }
  return null;
}
