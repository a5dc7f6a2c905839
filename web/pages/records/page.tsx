import type {
  ComparisonAnswer,
  DemandAnswer,
  SubMetersAnswer,
  TariffAnswer,
} from "../../../api/answers/records.ts";
import { useAnswer, useUnsettled } from "../../api.ts";
import { t } from "../../i18n/i18n.ts";
import { linkTo, setQuery } from "../../router.ts";
import { StatusWord } from "../../ui/glyph.tsx";
import { MonthPicker, ScopePicker } from "../common/pickers.tsx";
import { type Question, questionOf, TABS, type View, viewOf } from "./asked.ts";
import { BalanceTab } from "./balance.tsx";
import { BandsTab } from "./bands.tsx";
import { CompareTab } from "./compare.tsx";
import { DemandTab } from "./demand.tsx";
import "../common/pages.css";
import "./records.css";

const EVERY_MS = 5 * 60_000;

interface TabProps {
  readonly view: View;
  readonly question: Question;
}

function useTab<T extends { readonly settled: boolean }>({ view, question }: TabProps) {
  const asked = useAnswer<T>(question.path, view.month === view.latest ? EVERY_MS : null);
  return { asked, unsettled: useUnsettled(asked) };
}

function Unsettled({ unsettled }: { unsettled: boolean }) {
  return unsettled ? (
    <p class="page-tools">
      <StatusWord status="provisional">{t("shared.unsettled")}</StatusWord>
    </p>
  ) : null;
}

function Balance(props: TabProps) {
  const { asked, unsettled } = useTab<SubMetersAnswer>(props);
  return (
    <>
      <Unsettled unsettled={unsettled} />
      <BalanceTab asked={asked} question={props.question} />
    </>
  );
}

function Bands(props: TabProps) {
  const { asked, unsettled } = useTab<TariffAnswer>(props);
  return (
    <>
      <Unsettled unsettled={unsettled} />
      <BandsTab asked={asked} question={props.question} />
    </>
  );
}

function Demand(props: TabProps) {
  const { asked, unsettled } = useTab<DemandAnswer>(props);
  return (
    <>
      <Unsettled unsettled={unsettled} />
      <DemandTab asked={asked} question={props.question} />
    </>
  );
}

function Compare(props: TabProps) {
  const { asked, unsettled } = useTab<ComparisonAnswer>(props);
  return (
    <>
      <Unsettled unsettled={unsettled} />
      <CompareTab asked={asked} question={props.question} view={props.view} />
    </>
  );
}

const BODIES = { balance: Balance, bands: Bands, demand: Demand, compare: Compare } as const;

/** 表计: what a park keeps of its meters: sub-meter balance, bands, demand, comparison. */
export function Page() {
  const view = viewOf();
  const question = questionOf(view);
  const Body = BODIES[view.tab];
  return (
    <div class="sheet records-page">
      <div class="page-tools">
        <ScopePicker scope={view.scope} onPick={(scope) => setQuery({ scope })} />
        <MonthPicker month={view.month} latest={view.latest} onPick={(month) => setQuery({ month })} />
        <nav class="record-tabs" aria-label={t("records.tabs")}>
          {TABS.map((tab) => (
            <a
              key={tab}
              class="button"
              href={linkTo("/records", { tab, month: view.month })}
              aria-current={tab === view.tab ? "page" : undefined}
            >
              {t(`records.tab.${tab}`)}
            </a>
          ))}
        </nav>
      </div>
      <Body key={view.tab} view={view} question={question} />
    </div>
  );
}
