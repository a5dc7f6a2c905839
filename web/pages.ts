import type { ComponentType } from "preact";

/**
 * The pages. Each lives in `pages/{folder}/page.tsx`, exports `Page`, imports its own CSS and takes the part of the path
 * behind its own as `rest` (`/enterprises/wafer-works` → "wafer-works"). A page loads when it is opened.
 */
export interface PageProps {
  readonly rest: string | null;
}

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
  /** Only the office has it in its navigation. */
  readonly office?: true;
  /** A VPP operator has it not. */
  readonly members?: true;
  readonly load: () => Promise<PageModule>;
}

const found = import.meta.glob<PageModule>("./pages/*/page.tsx");

function entry(path: string, nav: PageEntry["nav"], folder: string): PageEntry[] {
  const load = found[`./pages/${folder}/page.tsx`];
  return load === undefined ? [] : [{ path, nav, load }];
}

export const PAGES: readonly PageEntry[] = [
  ...entry("/", "overview", "overview"),
  ...entry("/path", "path", "path").map((page) => ({ ...page, office: true as const })),
  ...entry("/green", "green", "green"),
  ...entry("/carbon", "carbon", "carbon").map((page) => ({ ...page, members: true as const })),
  ...entry("/flexibility", "flexibility", "flexibility"),
  ...entry("/enterprises", "enterprises", "enterprise"),
  ...entry("/records", "records", "records"),
  ...entry("/ledger", "ledger", "ledger").map((page) => ({ ...page, members: true as const })),
  ...entry("/repair", "repair", "repair").map((page) => ({ ...page, office: true as const })),
];

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
