import { t } from "../../i18n/i18n.ts";
import { park } from "../../park.ts";
import { linkTo } from "../../router.ts";
import { TABS, tabOf } from "./asked.ts";
import { BillsTab } from "./bills.tsx";
import { CertificatesTab } from "./certificates.tsx";
import { FiguresTab } from "./figures.tsx";
import { ImportTab } from "./import.tsx";
import { SettlementsTab } from "./settlements.tsx";
import "../common/pages.css";
import "./ledger.css";

const BODIES = {
  certificates: CertificatesTab,
  settlements: SettlementsTab,
  figures: FiguresTab,
  bills: BillsTab,
  import: ImportTab,
} as const;

/** 台账: what meters do not say and an auditor asks for: who declared it, when, on what evidence. */
export function Page() {
  const tab = tabOf();
  const Body = BODIES[tab];
  return (
    <div class="sheet ledger-page">
      <div class="page-tools">
        <nav class="record-tabs" aria-label={t("ledger.tabs")}>
          {TABS.map((one) => (
            <a
              key={one}
              class="button"
              href={linkTo("/ledger", { tab: one })}
              aria-current={one === tab ? "page" : undefined}
            >
              {t(`ledger.tab.${one}`)}
            </a>
          ))}
        </nav>
      </div>
      {park.value !== null && <Body key={tab} />}
    </div>
  );
}
