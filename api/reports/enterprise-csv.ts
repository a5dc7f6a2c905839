import type { Coverage } from "../answers/common.ts";
import type { EnterpriseMonthAnswer } from "../answers/enterprise-month.ts";
import { csvText } from "../tables/csv.ts";
import type { Cell } from "../tables/table.ts";
import { BALANCE_ROWS, mediumWord, REPORT_WORDS, type ReportLanguage, type ReportWord } from "./words.ts";

/** The enterprise's month as CSV (UTF-8 with a mark, CRLF), every figure at full precision with unit, factor and coverage. */
export function enterpriseMonthCsv(answer: EnterpriseMonthAnswer, language: ReportLanguage): string {
  const word = (key: ReportWord) => REPORT_WORDS[key][language];
  const cover = (c: Coverage): Cell[] => [c.measured, c.estimated, c.missing];
  const coverHead = [word("measured"), word("estimated"), word("missing")];
  const rows: Cell[][] = [
    [word("title")],
    [word("enterprise"), answer.enterprise.name[language], answer.enterprise.id],
    [word("park"), answer.park.name[language], answer.park.id],
    [word("month"), answer.month],
    [word("span"), answer.from, answer.to],
    [word("generatedAt"), answer.generatedAt],
    ...(answer.simulated || answer.figures === "simulated" ? [[word("simulated")]] : []),
    ...(answer.complete ? [] : [[word("running")]]),
    ...(answer.settled ? [] : [[word("unsettled")]]),
    [word("coverage"), ...coverHead],
    ["", ...cover(answer.coverage)],
    [],
    [word("energy")],
    [word("item"), word("import"), word("export"), word("unit"), ...coverHead, word("meters")],
    ...answer.energy.map((e): Cell[] => [
      mediumWord(e.medium, language),
      e.importAmount,
      e.exportAmount,
      e.unit,
      ...cover(e.coverage),
      e.meters.join(" "),
    ]),
    [],
    [word("balance")],
    [word("item"), word("amount"), word("unit")],
    ...BALANCE_ROWS.map(([key, field]): Cell[] => [word(key), answer.balance[field], "kWh"]),
    [],
  ];
  for (const figure of answer.carbon) {
    rows.push(
      [
        word("carbon"),
        figure.name[language],
        word("factorSet"),
        figure.factorSet,
        figure.provisional ? word("provisional") : "",
      ],
      [
        word("item"),
        word("amount"),
        word("unit"),
        word("factor"),
        word("unit"),
        word("factorId"),
        word("grade"),
        "kgCO2",
        ...coverHead,
        word("clause"),
        word("source"),
      ],
      ...figure.terms.map((t): Cell[] => [
        t.name[language],
        t.amount,
        t.unit,
        t.factor.value,
        t.factor.unit,
        t.factor.id,
        t.factor.grade,
        t.carbonKg,
        ...cover(t.coverage),
        t.clause[language],
        t.factor.source,
      ]),
      [word("total"), "", "", "", "", "", "", figure.totalKg],
      [],
    );
  }
  rows.push(
    [word("green")],
    [word("annualShare"), answer.green.annualShare],
    [word("hourMatchedShare"), answer.green.hourMatchedShare],
    [word("directShare"), answer.green.directShare],
    [],
    [word("days")],
    [
      word("date"),
      `${word("use")} kWh`,
      `${word("gridImport")} kWh`,
      `${word("pv")} kWh`,
      "kgCO2",
      word("quality"),
    ],
    ...answer.days.map((d): Cell[] => [
      d.date,
      d.useKwh,
      d.gridImportKwh,
      d.pvKwh,
      d.carbonKg,
      word(d.quality),
    ]),
    [],
    [word("remarks")],
    ...answer.remarks.map((r): Cell[] => [r.code, r[language]]),
  );
  return csvText(rows);
}
