import type { LiveAnswer } from "../../../api/answers/live.ts";
import { DASH, duration, fixed, roundToSum, THIN, type Unit, unitFor } from "../../format.ts";
import { nameOf, t } from "../../i18n/i18n.ts";
import { linkTo } from "../../router.ts";
import { StatusWord } from "../../ui/glyph.tsx";
import { Panel } from "../../ui/panel.tsx";
import type { TableData } from "../../ui/table.tsx";
import { sumsOf } from "./moment.ts";
import type { Trouble } from "./trouble.ts";

type Enterprise = LiveAnswer["enterprises"][number];

/** More rows than fit without scrolling are drawn as one; the table has them all. */
const MOST_ROWS = 14;

function inOrder(enterprises: readonly Enterprise[]): Enterprise[] {
  return [...enterprises].sort((a, b) => {
    const silent = Number(a.powerKw === null) - Number(b.powerKw === null);
    return silent !== 0 ? silent : (b.powerKw ?? 0) - (a.powerKw ?? 0);
  });
}

interface Row {
  readonly id: string;
  readonly href: string | null;
  readonly name: string;
  readonly powerKw: number | null;
  readonly todayKwh: number | null;
  readonly complete: boolean;
  readonly stale: boolean;
  readonly ageSeconds: number | null;
}

function rowsOf(enterprises: readonly Enterprise[]): Row[] {
  const all = inOrder(enterprises);
  const cut = all.length > MOST_ROWS ? MOST_ROWS - 1 : all.length;
  const row = (e: Enterprise): Row => ({
    id: e.id,
    href: linkTo(`/enterprises/${encodeURIComponent(e.id)}`),
    name: nameOf(e.name),
    powerKw: e.powerKw,
    todayKwh: e.todayKwh,
    complete: e.todayComplete,
    stale: e.stale,
    ageSeconds: e.ageSeconds,
  });
  const rows = all.slice(0, cut).map(row);
  const rest = all.slice(cut);
  if (rest.length > 0) {
    const sum = (of: (e: Enterprise) => number | null): number | null => {
      const known = rest.map(of).filter((v) => v !== null);
      return known.length === 0 ? null : known.reduce((a, b) => a + b, 0);
    };
    rows.push({
      id: "others",
      href: null,
      name: t("overview.enterprises.others", { count: rest.length }),
      powerKw: sum((e) => e.powerKw),
      todayKwh: sum((e) => e.todayKwh),
      complete: rest.every((e) => e.todayComplete),
      stale: false,
      ageSeconds: null,
    });
  }
  return rows;
}

/** One column of numbers that add up on screen to the total below them. */
function column(
  values: readonly (number | null)[],
  unit: Unit,
): { cells: (number | null)[]; total: number | null } {
  const digits = unit.per === 1 ? 0 : 1;
  const cells = roundToSum(
    values.map((v) => (v === null ? null : v / unit.per)),
    digits,
  );
  const known = cells.filter((v) => v !== null);
  return { cells, total: known.length === 0 ? null : known.reduce((a, b) => a + b, 0) };
}

function least(text: string, complete: boolean): string {
  return complete || text === DASH ? text : `≥${THIN}${text}`;
}

function tableOf(answer: LiveAnswer, power: Unit, energy: Unit): TableData {
  const { day, yesterday } = sumsOf(answer);
  const list = inOrder(answer.enterprises);
  return {
    file: `enterprises-${day}`,
    caption: t("overview.enterprises.title"),
    columns: [
      { label: t("overview.enterprises.name") },
      { label: t("overview.enterprises.now"), unit: power.text, digits: 3 },
      {
        label: t(yesterday ? "overview.enterprises.yesterday" : "overview.enterprises.today"),
        unit: energy.text,
        digits: 3,
      },
    ],
    rows: list.map((e) => [
      nameOf(e.name),
      e.powerKw === null ? null : e.powerKw / power.per,
      e.todayKwh === null ? null : e.todayKwh / energy.per,
    ]),
  };
}

function Rows({ answer, power, energy }: { answer: LiveAnswer; power: Unit; energy: Unit }) {
  const { yesterday } = sumsOf(answer);
  const rows = rowsOf(answer.enterprises);
  const now = column(
    rows.map((r) => r.powerKw),
    power,
  );
  const today = column(
    rows.map((r) => r.todayKwh),
    energy,
  );
  const most = Math.max(1e-9, ...rows.map((r) => r.powerKw ?? 0));
  const digits = (unit: Unit): number => (unit.per === 1 ? 0 : 1);
  return (
    <table class="bars-table">
      <thead>
        <tr>
          <th scope="col">
            <span class="visually-hidden">{t("overview.enterprises.name")}</span>
          </th>
          <td />
          <th scope="col" class="num">
            {t("overview.enterprises.now")} {power.text}
          </th>
          <th scope="col" class="num">
            {t(yesterday ? "overview.enterprises.yesterday" : "overview.enterprises.today")} {energy.text}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((r, i) => (
          <tr key={r.id} class={r.stale ? "stale" : undefined}>
            <th scope="row">{r.href === null ? r.name : <a href={r.href}>{r.name}</a>}</th>
            {r.stale ? (
              <td class="bar-cell" colSpan={2}>
                <div class="silent-cell">
                  <StatusWord status="warning">
                    {r.ageSeconds === null
                      ? t("overview.enterprises.never")
                      : t("overview.enterprises.silent", { age: duration(r.ageSeconds) })}
                  </StatusWord>
                  <b>{least(fixed(now.cells[i], digits(power)), false)}</b>
                </div>
              </td>
            ) : (
              <>
                <td class="bar-cell">
                  <span
                    class="value-bar"
                    style={{ width: `${Math.max(0, ((r.powerKw ?? 0) / most) * 100).toFixed(1)}%` }}
                  />
                </td>
                <td class="num">
                  <b>{fixed(now.cells[i], digits(power))}</b>
                </td>
              </>
            )}
            <td class="num">{least(fixed(today.cells[i], digits(energy)), r.complete)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{t("overview.enterprises.total")}</th>
          <td />
          <td class="num">
            <b>{fixed(now.total, digits(power))}</b>
          </td>
          <td class="num">
            {least(
              fixed(today.total, digits(energy)),
              rows.every((r) => r.complete),
            )}
          </td>
        </tr>
      </tfoot>
    </table>
  );
}

/** Each enterprise's power now and energy today, largest first, silent ones last and told. */
export function EnterprisesPanel({ answer, trouble }: { answer: LiveAnswer | null; trouble: Trouble }) {
  const power = unitFor("power", answer?.enterprises.map((e) => e.powerKw) ?? []);
  const energy = unitFor("energy", answer?.enterprises.map((e) => e.todayKwh) ?? []);
  const sums = answer === null ? null : sumsOf(answer);
  return (
    <Panel
      {...trouble}
      class="enterprises-panel"
      title={t("overview.enterprises.title")}
      subtitle={
        answer === null || sums === null
          ? undefined
          : answer.today.making
            ? t("overview.tiles.making")
            : sums.yesterday
              ? t("overview.enterprises.subtitleYesterday")
              : t("overview.enterprises.subtitle", { time: sums.to })
      }
      loading={answer === null}
      table={answer === null ? undefined : () => tableOf(answer, power, energy)}
    >
      {answer !== null && <Rows answer={answer} power={power} energy={energy} />}
    </Panel>
  );
}
