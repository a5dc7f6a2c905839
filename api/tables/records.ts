import type { ComparisonAnswer, DemandAnswer, SubMetersAnswer, TariffAnswer } from "../answers/records.ts";
import { coverageNotes } from "./energy.ts";
import type { Cell, FileLanguage, Table } from "./table.ts";
import { qualityWord, type TableWord, wordsOf } from "./words.ts";

/** Sub-meter balance, bands, demand and comparison as tables. */

const STATE_WORDS = {
  ok: "ok",
  over: "over",
  missing: "missingPart",
  hidden: "hidden",
  idle: "idle",
} as const satisfies Record<SubMetersAnswer["rows"][number]["state"], TableWord>;

type Framed = Pick<
  SubMetersAnswer,
  "scope" | "from" | "to" | "through" | "settled" | "simulated" | "remarks"
>;

function fileName(kind: string, answer: Framed): string {
  return `${kind}-${answer.scope.replace(":", "-")}-${answer.from.slice(0, 10)}`;
}

function frameNotes(answer: Framed, language: FileLanguage): Cell[][] {
  const word = wordsOf(language);
  return [
    [word("scope"), answer.scope],
    [word("from"), answer.from],
    [word("to"), answer.to],
    [word("through"), answer.through],
    ...(answer.simulated ? [[word("simulated")]] : []),
    ...(answer.settled ? [] : [[word("unsettled")]]),
    ...answer.remarks.map((r): Cell[] => [r.code, r[language]]),
  ];
}

export function subMetersTable(answer: SubMetersAnswer, language: FileLanguage): Table {
  const word = wordsOf(language);
  return {
    file: fileName("sub-meters", answer),
    sheet: language === "en" ? "Sub-meter balance" : "总分表平衡",
    head: [
      word("level"),
      word("meter"),
      word("name"),
      word("enterprise"),
      word("amount"),
      word("children"),
      word("difference"),
      word("unit"),
      word("share"),
      word("state"),
      word("matchedKnown"),
      word("matchedDifference"),
      word("matchedShare"),
      word("quality"),
      ...(["measured", "estimated", "missing"] as const).map((q) => `${word("amount")} ${word(q)}`),
      ...(["measured", "estimated", "missing"] as const).map((q) => `${word("children")} ${word(q)}`),
      word("parts"),
      word("note"),
    ],
    rows: answer.rows.map((row): Cell[] => [
      row.depth,
      row.meter,
      row.name?.[language] ?? null,
      row.enterprise,
      row.amount,
      row.childrenAmount,
      row.difference,
      row.unit,
      row.share,
      word(STATE_WORDS[row.state]),
      row.matched?.known ?? null,
      row.matched?.difference ?? null,
      row.matched?.share ?? null,
      qualityWord(row.quality, language),
      ...(["measured", "estimated", "missing"] as const).map((q) => row.coverage[q]),
      ...(["measured", "estimated", "missing"] as const).map((q) => row.childrenCoverage[q]),
      row.children.map((c) => c.meter).join(" "),
      answer.simulated ? word("simulated") : null,
    ]),
    notes: [...frameNotes(answer, language), [word("tolerance"), answer.tolerance]],
  };
}

/** A row a bucket and band, so that a pivot table takes it as it is. */
export function tariffTable(answer: TariffAnswer, language: FileLanguage): Table {
  const word = wordsOf(language);
  const simulated = answer.simulated || answer.tariffs.some((t) => t.figures === "simulated");
  return {
    file: fileName("tariff", answer),
    sheet: language === "en" ? "Energy by band" : "峰谷电量",
    head: [
      word("start"),
      word("band"),
      `${word("energy")} (kWh)`,
      `${word("cost")} (${answer.currency ?? "-"})`,
      word("note"),
    ],
    rows: answer.time.flatMap((time, i) =>
      answer.bands.map((b): Cell[] => [
        time,
        word(b.band),
        b.energyKwh[i] ?? null,
        b.cost[i] ?? null,
        simulated ? word("simulated") : null,
      ]),
    ),
    notes: [
      ...frameNotes(answer, language),
      ...answer.tariffs.map((t): Cell[] => [
        word("tariff"),
        t.from,
        t.name[language],
        `${word("authority")}: ${t.authority}`,
      ]),
      ...answer.bands.map((b): Cell[] => [
        `${word("total")} ${word(b.band)}`,
        b.total.energyKwh,
        "kWh",
        b.total.cost,
        answer.currency,
      ]),
      [word("total"), answer.total.energyKwh, "kWh", answer.total.cost, answer.currency],
      ...coverageNotes(answer.coverage, language),
    ],
  };
}

export function demandTable(answer: DemandAnswer, language: FileLanguage): Table {
  const word = wordsOf(language);
  const note = answer.simulated ? word("simulated") : null;
  return {
    file: `demand-${answer.scope.replace(":", "-")}-${answer.month}`,
    sheet: language === "en" ? "Maximum demand" : "最大需量",
    head: [
      word("kind"),
      word("rank"),
      word("start"),
      word("end"),
      `${word("demand")} (kW)`,
      word("quality"),
      word("known"),
      word("note"),
    ],
    rows: [
      ...answer.top.map((t, i): Cell[] => [
        word("monthTop"),
        i + 1,
        t.time,
        t.end,
        t.demandKw,
        word("measured"),
        1,
        note,
      ]),
      ...answer.days.map((d): Cell[] => [
        word("dayPeak"),
        null,
        d.time ?? d.date,
        null,
        d.peakKw,
        d.peakKw === null ? word("missing") : word("measured"),
        d.measured,
        note,
      ]),
      ...answer.estimated.top.map((t, i): Cell[] => [
        word("estimatedTop"),
        i + 1,
        t.time,
        t.end,
        t.demandKw,
        word("estimated"),
        t.known,
        note,
      ]),
      ...answer.meters
        .filter((m) => m.maxDemandKw !== null)
        .map((m): Cell[] => [word("ownDemand"), null, m.time, null, m.maxDemandKw, m.meter, null, note]),
    ],
    notes: [
      ...frameNotes(answer, language),
      [`${word("mean")} (kW)`, answer.meanKw],
      [word("loadFactor"), answer.loadFactor],
      ...coverageNotes(answer.coverage, language),
    ],
  };
}

export function comparisonTable(answer: ComparisonAnswer, language: FileLanguage): Table {
  const word = wordsOf(language);
  const cover = (c: ComparisonAnswer["current"]["coverage"]): Cell[] => [c.measured, c.estimated, c.missing];
  const note = answer.simulated ? word("simulated") : null;
  const { current } = answer;
  return {
    file: fileName("comparison", answer),
    sheet: language === "en" ? "Comparison" : "同比",
    head: [
      word("side"),
      word("from"),
      word("to"),
      `${word("import")} (${answer.unit})`,
      `${word("change")} (${answer.unit})`,
      word("changeShare"),
      `${word("export")} (${answer.unit})`,
      `${word("change")} (${answer.unit})`,
      word("changeShare"),
      word("measured"),
      word("estimated"),
      word("missing"),
      word("note"),
    ],
    rows: [
      [
        word("current"),
        current.from,
        current.to,
        current.importAmount,
        null,
        null,
        current.exportAmount,
        null,
        null,
        ...cover(current.coverage),
        note,
      ],
      ...answer.compared.map((c): Cell[] => [
        word(c.with),
        c.from,
        c.to,
        c.importAmount,
        c.importChange.amount,
        c.importChange.share,
        c.exportAmount,
        c.exportChange.amount,
        c.exportChange.share,
        ...cover(c.coverage),
        note,
      ]),
    ],
    notes: frameNotes(answer, language),
  };
}
