import { useEffect, useRef } from "preact/hooks";
import { t } from "../i18n/i18n.ts";
import { type PageEntry, pageOf, pagesFor } from "../pages.ts";
import { park } from "../park.ts";
import { place } from "../router.ts";
import { AccessButton, NavLinks, Taste } from "./header.tsx";

/** How many pages a phone's bar holds beside "more". */
const IN_BAR = 4;
/** What an account looks at most comes first on a phone. */
const FIRST: readonly PageEntry["nav"][] = ["overview", "enterprises", "path", "green", "flexibility"];

/** The pages that stay in a phone's bar, and those behind "more". */
function split(pages: readonly PageEntry[]): { bar: PageEntry[]; more: PageEntry[] } {
  const office = pages.some((page) => page.nav === "overview");
  const wanted = FIRST.filter((nav) => !(office && nav === "enterprises"));
  const first = pages.filter((page) => wanted.includes(page.nav));
  const bar = [...first, ...pages.filter((page) => !first.includes(page))].slice(0, IN_BAR);
  return { bar, more: pages.filter((page) => !bar.includes(page)) };
}

/** The pages at a phone's lower edge: four of them, the others with language, theme and access behind "more". */
export function PhoneNav() {
  const sheet = useRef<HTMLDivElement>(null);
  const { path } = place.value;
  const { bar, more } = split(pagesFor(park.value?.caller.role));
  const inMore = more.some((page) => page.path === pageOf(path)?.page.path);
  // a page that was opened from the sheet is what people want to see then
  useEffect(() => {
    if (sheet.current?.matches(":popover-open") === true) sheet.current.hidePopover();
  }, [path]);
  return (
    <nav class="nav nav-bottom" aria-label={t("shell.nav.label")}>
      <NavLinks pages={bar} short />
      <button type="button" popovertarget="nav-more" data-current={inMore ? "" : undefined}>
        {t("shell.nav.more")}
      </button>
      <div id="nav-more" ref={sheet} popover="auto">
        {more.length > 0 && <NavLinks pages={more} short={false} />}
        <p class="nav-taste">
          <Taste />
          <AccessButton />
        </p>
      </div>
    </nav>
  );
}
