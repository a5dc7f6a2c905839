/** What a run found, as figures with the bar that the product sets itself. */

export interface Figure {
  readonly subject: string;
  readonly what: string;
  /** Null where this system cannot tell it. */
  readonly value: number | null;
  readonly unit: string;
  readonly bar: { readonly at: "least" | "most"; readonly value: number } | null;
}

export interface Environment {
  readonly cores: number;
  readonly memoryGb: number;
  readonly system: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly command: string;
  readonly dateIso: string;
}

/** Null where there is no bar or no value. */
export function isMet({ bar, value }: Figure): boolean | null {
  if (bar === null || value === null) return null;
  return bar.at === "least" ? value >= bar.value : value <= bar.value;
}

/** The figures as a Markdown table, aligned so that a terminal shows it as well. */
export function tableOf(figures: readonly Figure[]): string {
  const rows = [
    ["subject", "what", "value", "bar", "met"],
    ...figures.map((f) => {
      const met = isMet(f);
      return [
        f.subject,
        f.what,
        `${f.value === null ? "unknown" : numberText(f.value)} ${f.unit}`.trim(),
        f.bar === null ? "" : `at ${f.bar.at} ${numberText(f.bar.value)}`,
        met === null ? "" : met ? "yes" : "no",
      ];
    }),
  ];
  const widths = [0, 1, 2, 3, 4].map((i) => Math.max(3, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((c, i) => c.padEnd(widths[i] ?? 0)).join(" | ")} |`;
  const [head = [], ...body] = rows;
  return [line(head), line(widths.map((w) => "-".repeat(w))), ...body.map(line)].join("\n");
}

/** The page docs/benchmarks.md. */
export function pageOf(figures: readonly Figure[], environment: Environment): string {
  const versions = Object.entries(environment.versions).map(([name, version]) => `${name} ${version}`);
  return `# Benchmarks

Made by \`${environment.command}\` on ${environment.dateIso.slice(0, 10)}: ${environment.cores} cores, ${numberText(environment.memoryGb)} GB of memory, ${environment.system};
${versions.join(", ")}. Publisher, broker, stores and Lingtan share these cores, so the ratios of one run say more than its
rates. The same figures for programs: [benchmarks.json](benchmarks.json).

${tableOf(figures)}

How it is measured:

- **Ingest.** One publisher in a process of its own sends one reading a message at QoS 1 as fast as acknowledgements come,
  5 % of them up to two hours late. On servers the ratio is to a bare \`mqtt\` subscriber that discards, with the same kind of
  session on the same broker, once before and once after, the publisher 300,000 readings ahead at most; embedded, to a bare \`aedes\` that acknowledges and discards.
  Mosquitto saves once a second. A reading counts as taken when it is durable and acknowledged. Afterwards all stored
  readings are counted and the energy of every meter is compared with what its display rose; any difference fails the run.
- **Answers.** Over HTTP from a store with a year of day rows and a month of quarter-hours. Cold is the first such question to
  a fresh process, the slowest of several; warm are random spans while readings come in, half of them up to the running day.
  Processor time is that of the whole process in the meantime, by the question.
- **Late burst.** A gateway sends what it has kept of a day five days ago: the quarter-hourly readings of all meters, 96 a
  message. Until then the day was estimated. From the first of them on it is asked for the year, twice a second, until the
  answer has that day measured, exact and settled.
- **Growth.** The same ingest and answers, shorter, with 50, 500 and 2,000 meters.
- **Green engine.** A year of 50 enterprises and 500 meters by quarter-hour, matched and traced; beside it a bare loop that
  only adds the same numbers up, the medians of five rounds in one process, in processor time. Through the API matched days are on disk; cold is
  the first such question to a fresh process.
`;
}

function numberText(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString("en-US");
  return String(Number(value.toPrecision(3)));
}
