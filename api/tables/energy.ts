import type { Calendar } from "../../park/calendar.ts";
import type { BalanceAnswer, EnergyAnswer } from "../answers/energy.ts";
import type { Cell, FileLanguage, Table } from "./table.ts";
import { qualityWord, type TableWord, wordsOf } from "./words.ts";

/** /energy and /balance as tables: a row a bucket, stamped at its start or, as the grid does, at its end (E1). */

type Stamp = "start" | "end";

/** Energy by bucket. */
export function energyTable(
  answer: EnergyAnswer,
  calendar: Calendar,
  stamp: Stamp,
  language: FileLanguage,
): Table {
  const word = wordsOf(language);
  const electric = answer.medium === "electricity";
  const series = {
    import: (electric ? answer.importKwh : answer.import) ?? [],
    export: (electric ? answer.exportKwh : answer.export) ?? [],
  };
  const total = {
    import: (electric ? answer.total.importKwh : answer.total.import) ?? null,
    export: (electric ? answer.total.exportKwh : answer.total.export) ?? null,
  };
  return bucketTable(answer, calendar, stamp, language, {
    file: "energy",
    sheet: word("energy"),
    columns: (["import", "export"] as const).map((key) => ({
      word: key,
      unit: answer.unit,
      values: series[key],
      total: total[key],
    })),
  });
}

const BALANCE_COLUMNS = [
  ["gridImport", "gridImportKwh"],
  ["gridExport", "gridExportKwh"],
  ["pv", "pvKwh"],
  ["storageIn", "storageInKwh"],
  ["storageOut", "storageOutKwh"],
  ["use", "useKwh"],
  ["unknown", "unknownKwh"],
] as const;

/** The balance by bucket. */
export function balanceTable(
  answer: BalanceAnswer,
  calendar: Calendar,
  stamp: Stamp,
  language: FileLanguage,
): Table {
  return bucketTable(answer, calendar, stamp, language, {
    file: "balance",
    sheet: language === "en" ? "Balance" : "电量平衡",
    columns: BALANCE_COLUMNS.map(([key, field]) => ({
      word: key,
      unit: "kWh",
      values: answer[field],
      total: answer.total[field],
    })),
  });
}

function bucketTable(
  answer: EnergyAnswer | BalanceAnswer,
  calendar: Calendar,
  stamp: Stamp,
  language: FileLanguage,
  made: {
    readonly file: string;
    readonly sheet: string;
    readonly columns: readonly {
      readonly word: TableWord;
      readonly unit: string;
      readonly values: readonly (number | null)[];
      readonly total: number | null;
    }[];
  },
): Table {
  const word = wordsOf(language);
  const note = (time: string) =>
    [answer.simulated ? word("simulated") : "", time === answer.openFrom ? word("running") : ""]
      .filter((text) => text !== "")
      .join(", ");
  return {
    file: `${made.file}-${answer.scope.replace(":", "-")}-${answer.from.slice(0, 10)}-${answer.resolution}`,
    sheet: made.sheet,
    head: [
      word(stamp),
      ...made.columns.map((c) => `${word(c.word)} (${c.unit})`),
      word("quality"),
      word("known"),
      word("note"),
    ],
    rows: answer.time.map((time, i): Cell[] => [
      stamp === "start" ? time : endText(calendar, Date.parse(answer.time[i + 1] ?? answer.to)),
      ...made.columns.map((c) => c.values[i] ?? null),
      qualityWord(answer.quality[i], language),
      answer.known[i] ?? 0,
      note(time),
    ]),
    notes: [
      [word("scope"), answer.scope],
      [word("from"), answer.from],
      [word("to"), answer.to],
      [word("resolution"), answer.resolution],
      [word("timeZone"), calendar.timeZone],
      [word(stamp === "end" ? "stampEnd" : "stampStart")],
      ...made.columns.map((c): Cell[] => [`${word("total")} ${word(c.word)} (${c.unit})`, c.total]),
      ...("gas" in answer && answer.gas !== undefined ? gasNotes(answer.gas, language) : []),
      ...coverageNotes(answer.coverage, language),
      [word("sharing"), word(answer.sharing)],
      ...(answer.simulated ? [[word("simulated")]] : []),
      ...(answer.settled ? [] : [[word("unsettled")]]),
    ],
  };
}

/** At what conditions gas volumes are, and what each register's display was multiplied with. */
function gasNotes(gas: NonNullable<EnergyAnswer["gas"]>, language: FileLanguage): Cell[][] {
  const word = wordsOf(language);
  return [
    [
      word("gasBasis"),
      word(gas.basis === "standard" ? "gasStandard" : gas.basis === "mixed" ? "gasMixed" : "gasAsDisplayed"),
    ],
    [word("gasFormula"), gas.formula],
    ...gas.registers.flatMap(({ meter, channel, display, conversions }): Cell[][] =>
      conversions.length === 0
        ? [[`${meter} ${channel}`, display]]
        : conversions.map(({ from, factor }) => [`${meter} ${channel}`, display, from ?? "", factor]),
    ),
  ];
}

/** The end of a bucket on the park's clock; midnight is 24:00 of the day it ends. */
function endText(calendar: Calendar, endMs: number): string {
  const text = calendar.iso(endMs);
  if (!text.slice(11).startsWith("00:00:00")) return text;
  return `${calendar.dateKey(endMs - 1)}T24:00:00${text.slice(19)}`;
}

export function coverageNotes(coverage: EnergyAnswer["coverage"], language: FileLanguage): Cell[][] {
  const word = wordsOf(language);
  return (["measured", "estimated", "missing"] as const).map((key): Cell[] => [
    `${word("coverage")}: ${word(key)}`,
    coverage[key],
  ]);
}
