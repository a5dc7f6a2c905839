import type { CarbonFigure } from "../answers/carbon.ts";
import type { Coverage, FactorUsed } from "../answers/common.ts";
import type { EnterpriseMonthAnswer } from "../answers/enterprise-month.ts";
import { BALANCE_ROWS, mediumWord, REPORT_WORDS, type ReportLanguage, type ReportWord } from "./words.ts";

const STYLE = `
@page{size:A4;margin:14mm 12mm}
*{box-sizing:border-box}
body{margin:0 auto;max-width:190mm;padding:8mm 0;color:#0f172a;background:#fff;font:13px/1.45 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans SC",sans-serif;font-variant-numeric:tabular-nums}
h1{font-size:22px;margin:0 0 4px}h2{font-size:16px;margin:18px 0 6px}h3{font-size:13px;margin:12px 0 4px}
h2,h3,h3+.note,h2+.note{break-after:avoid}
p{margin:2px 0}small,.note{color:#3f4b5f;font-size:12px}
table{width:100%;border-collapse:collapse;margin:4px 0}
th,td{padding:3px 6px;border-bottom:1px solid #cbd5e1;text-align:left;vertical-align:top}
th{font-weight:700;font-size:12px}td.n,th.n{text-align:right;white-space:nowrap}
tr{break-inside:avoid}thead{display:table-header-group}tfoot td{font-weight:700;border-top:1.5px solid #0f172a}
code{font:11px ui-monospace,monospace;overflow-wrap:anywhere}
.badge{display:inline-block;border:1px solid #7c8899;border-radius:6px;padding:0 6px;font-size:12px;margin-right:6px}
.warn{border-style:dashed;color:#9a5200;border-color:#9a5200}
table.fixed{table-layout:fixed}table.fixed td{overflow-wrap:anywhere}table.fixed td.n{white-space:normal}
@media print{body{padding:0;max-width:none}}
`;

/** Text for HTML, in content and in quoted attributes. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

/** True when a term that makes carbon is unknown or known in part: the total is then a lower bound. */
function isLowerBound({ totalKg, terms }: CarbonFigure): boolean {
  const short = terms.some(
    (term) =>
      term.carbonKg === null || (term.coverage.missing > 0 && term.factor.value !== 0 && term.carbonKg >= 0),
  );
  return totalKg !== null && short;
}

/** The enterprise's month as a page to print: self-contained, A4, no script, every text escaped. */
export function enterpriseMonthHtml(answer: EnterpriseMonthAnswer, language: ReportLanguage): string {
  const t = escapeHtml;
  const word = (key: ReportWord) => t(REPORT_WORDS[key][language]);
  const locale = language === "zh" ? "zh-CN" : "en";
  const number = (value: number | null, digits: number) =>
    value === null
      ? "—"
      : new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits })
          .format(value)
          .replace("-", "−");
  const percent = (value: number | null) => (value === null ? "—" : `${number(value * 100, 1)}\u2009%`);
  const cover = (c: Coverage) =>
    `${word("measured")} ${percent(c.measured)} · ${word("estimated")} ${percent(c.estimated)} · ${word("missing")} ${percent(c.missing)}`;
  const table = (
    head: readonly string[],
    numeric: readonly number[],
    rows: readonly (readonly string[])[],
    more: { readonly foot?: readonly string[]; readonly widths?: readonly number[] } = {},
  ) => {
    const cells = (row: readonly string[], tag: "td" | "th") =>
      row.map((c, i) => `<${tag}${numeric.includes(i) ? ' class="n"' : ""}>${c}</${tag}>`).join("");
    const body = rows.map((r) => `<tr>${cells(r, "td")}</tr>`).join("");
    const foot = more.foot === undefined ? "" : `<tfoot><tr>${cells(more.foot, "td")}</tr></tfoot>`;
    const columns =
      more.widths === undefined
        ? ""
        : `<colgroup>${more.widths.map((w) => `<col style="width:${w}%">`).join("")}</colgroup>`;
    const fixed = more.widths === undefined ? "" : ' class="fixed"';
    return `<table${fixed}>${columns}<thead><tr>${cells(head, "th")}</tr></thead><tbody>${body}</tbody>${foot}</table>`;
  };
  /** What is known of an amount; with a part missing it is a lower bound and says so. */
  const known = (value: number | null, coverage: Coverage) =>
    `${value !== null && value > 0 && coverage.missing > 0 ? "≥" : ""}${number(value, 1)}`;
  const badges = [
    ...(answer.simulated || answer.figures === "simulated"
      ? [`<span class="badge">${word("simulated")}</span>`]
      : []),
    ...(answer.complete ? [] : [`<span class="badge warn">◐ ${word("running")}</span>`]),
    ...(answer.settled ? [] : [`<span class="badge warn">◐ ${word("unsettled")}</span>`]),
  ].join("");

  const when = (instant: string) => t(instant.slice(0, 16).replace("T", " "));
  // long ids may go on in the next line behind a slash
  const idOf = (f: FactorUsed) => `<code>${t(f.id).replaceAll("/", "/<wbr>")}</code>`;

  const figure = (f: CarbonFigure) => {
    const provisional = f.provisional ? `<span class="badge warn">◐ ${word("provisional")}</span>` : "";
    const rows = f.terms.map((term) => [
      `${t(term.name[language])}<br><small>${t(term.clause[language])}</small>`,
      `${number(term.amount, 1)} ${t(term.unit)}`,
      `${term.factor.value} ${t(term.factor.unit)} · ${t(term.factor.grade)}<br>${idOf(term.factor)}`,
      number(term.carbonKg, 1),
      percent(term.coverage.measured),
    ]);
    return `<h3>${t(f.name[language])} ${provisional}</h3><p class="note">${word("factorSet")} <code>${t(f.factorSet)}</code></p>${table(
      [word("item"), word("amount"), `${word("factor")} · ${word("grade")}`, "kgCO₂", word("measured")],
      [1, 3, 4],
      rows,
      {
        foot: [word("total"), "", "", `${isLowerBound(f) ? "≥" : ""}${number(f.totalKg, 1)}`, ""],
        widths: [27, 18, 29, 15, 11],
      },
    )}`;
  };
  // on every sheet: that the figures are simulated, of which month, which sheet; words and digits of our own only
  const footer = `@page{@bottom-left{content:"${[
    ...(answer.simulated || answer.figures === "simulated" ? [REPORT_WORDS.simulated[language]] : []),
    REPORT_WORDS.title[language],
    answer.month.replace(/[^\d-]/g, ""),
  ].join(
    " · ",
  )}";font:11px sans-serif;color:#3f4b5f}@bottom-right{content:counter(page) " / " counter(pages);font:11px sans-serif;color:#3f4b5f}}`;
  const factors = new Map<string, FactorUsed>();
  for (const f of answer.carbon) for (const term of f.terms) factors.set(term.factor.id, term.factor);

  return `<!doctype html>
<html lang="${locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${t(answer.enterprise.name[language])} · ${t(answer.month)} · ${word("title")}</title><style>${STYLE}${footer}</style></head><body>
<header>${badges}<h1>${word("title")}</h1>
<p>${word("enterprise")} <b>${t(answer.enterprise.name[language])}</b> · ${word("park")} ${t(answer.park.name[language])} · ${word("month")} <b>${t(answer.month)}</b></p>
<p class="note">${word("span")} ${when(answer.from)} – ${when(answer.to)} (UTC${t(answer.from.slice(-6))}) · ${word("generatedAt")} ${when(answer.generatedAt)}</p>
<p class="note">${word("coverage")} ${cover(answer.coverage)}</p></header>
<h2>${word("energy")}</h2>${table(
    [word("item"), word("import"), word("export"), word("unit"), word("coverage"), word("meters")],
    [1, 2],
    answer.energy.map((e) => [
      t(mediumWord(e.medium, language)),
      known(e.importAmount, e.coverage),
      known(e.exportAmount, e.coverage),
      t(e.unit),
      cover(e.coverage),
      t(e.meters.join(" ")),
    ]),
    { widths: [14, 16, 12, 7, 31, 20] },
  )}
<h2>${word("balance")}</h2>${table(
    [word("item"), "kWh"],
    [1],
    BALANCE_ROWS.map(([key, field]) => [word(key), number(answer.balance[field], 1)]),
  )}
<h2>${word("carbon")}</h2>${answer.carbon.map(figure).join("")}
<h2>${word("green")}</h2>${table(
    [word("item"), "%"],
    [1],
    [
      [word("annualShare"), percent(answer.green.annualShare)],
      [word("hourMatchedShare"), percent(answer.green.hourMatchedShare)],
      [word("directShare"), percent(answer.green.directShare)],
    ],
  )}
<h2>${word("days")}</h2>${table(
    [
      word("date"),
      `${word("use")} kWh`,
      `${word("gridImport")} kWh`,
      `${word("pv")} kWh`,
      "kgCO₂",
      word("quality"),
    ],
    [1, 2, 3, 4],
    answer.days.map((d) => [
      t(d.date),
      number(d.useKwh, 1),
      number(d.gridImportKwh, 1),
      number(d.pvKwh, 1),
      number(d.carbonKg, 1),
      word(d.quality),
    ]),
  )}
<h2>${word("factors")}</h2><p class="note">${word("grades")}</p>${table(
    [word("factorId"), word("factor"), word("grade"), word("source")],
    [1],
    [...factors.values()].map((f) => [
      idOf(f),
      `${f.value} ${t(f.unit)}`,
      t(f.grade),
      // a source is cited by its own title, whatever the page's language
      /[\u4e00-\u9fff]/.test(f.source) ? `<span lang="zh">${t(f.source)}</span>` : t(f.source),
    ]),
    { widths: [27, 22, 10, 41] },
  )}
<h2>${word("remarks")}</h2><ul>${answer.remarks.map((r) => `<li>${t(r[language])}</li>`).join("")}</ul>
</body></html>
`;
}
