import { parse } from "csv-parse/sync";
import { readSheet } from "read-excel-file/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import writeXlsxFile from "write-excel-file/node";
import {
  certificatesAnswer,
  entriesAnswer,
  IMPORT_KINDS,
  type ImportKind,
  importAnswer,
} from "../../../api/answers/ledger.ts";
import { COLUMNS } from "../../../api/ledger/columns.ts";
import { readTable } from "../../../api/ledger/sheet.ts";
import { XLSX_TYPE } from "../../../api/tables/reply.ts";
import { type LedgerApi, ledgerApi, refusedFor } from "../../kit/ledger-api.ts";

let api: LedgerApi;
beforeEach(async () => {
  api = await ledgerApi();
});
afterEach(async () => {
  await api.close();
});

type Bytes = string | Uint8Array;
async function load(
  kind: ImportKind,
  file: Bytes,
  dryRun: boolean,
  as: "office" | "wafer" | "vpp" = "office",
) {
  const body = typeof file === "string" ? new TextEncoder().encode(file) : file;
  return await api.ask(`/api/v1/ledger/import?kind=${kind}&dryRun=${dryRun ? 1 : 0}`, api.accounts[as], {
    method: "POST",
    body: new Uint8Array(body),
    headers: { "content-type": typeof file === "string" ? "text/csv" : XLSX_TYPE },
  });
}
async function dry(kind: ImportKind, file: Bytes) {
  const answer = await load(kind, file, true);
  expect(answer.status).toBe(200);
  return importAnswer.parse(await answer.json());
}
async function entries() {
  return entriesAnswer.parse(await (await api.get("entries?all=1")).json()).entries;
}

const HEAD = "类别,范围,对象,月份,数量,单位,凭证";
const CSV = `${HEAD}
产量,硅片厂,硅片,2026-03,"1,200.5",t,月报 3
production,enterprise:wafer,硅片,2026/4,1180,t,月报 4
增加值,Wafer works,,2026年3月,3500,万元,月报 3
固废,park,generated,2026-03-01,12,t,台账
`;

describe("POST /ledger/import", () => {
  it("takes rows as people write them; a dry run shows them and writes nothing", async () => {
    const answer = await dry("entries", CSV);
    expect(answer).toMatchObject({ rows: 4, written: 0, ids: [], problems: [] });
    expect(answer.preview[0]).toEqual({
      kind: "production",
      scope: "enterprise:wafer",
      subject: "硅片",
      month: "2026-03",
      amount: "1200.5",
      unit: "t",
      evidence: "月报 3",
    });
    expect(await entries()).toEqual([]);
    const written = importAnswer.parse(await (await load("entries", CSV, false)).json());
    expect([written.written, written.ids.length]).toEqual([4, 4]);
    expect((await entries()).map((e) => [e.kind, e.scope, e.from, e.amount])).toEqual([
      ["added-value", "enterprise:wafer", "2026-03-01", 3500],
      ["production", "enterprise:wafer", "2026-03-01", 1200.5],
      ["production", "enterprise:wafer", "2026-04-01", 1180],
      ["waste", "park", "2026-03-01", 12],
    ]);
  });

  it("tells all that is wrong by row before anything is written: all or nothing", async () => {
    const bad = `${CSV}产量,硅片厂,硅片,2026-03,5,t,again
产量,无此厂,硅片,2027-05,-1,t,x1

fuel,park,peat/final-use,2026-01,many,t,
`;
    const answer = await dry("entries", bad);
    expect(answer.problems.map((p) => [p.row, p.column])).toEqual([
      [6, "起 from"],
      [7, "范围 scope"],
      [7, "月份 month"],
      [7, "数量 amount"],
      [9, "数量 amount"],
      [9, "凭证 evidence"],
    ]);
    expect(answer.problems[0]?.found).toContain("2026-03-01 to 2026-04-01 overlaps row 2, 2026-03-01");
    const told = await refusedFor(await load("entries", bad, false));
    expect(told).toHaveLength(answer.problems.length);
    expect(told[1]).toMatch(/^row 7: 范围 scope: /);
    expect(await entries()).toEqual([]);
  });

  it("tells of a header that does not fit, of no rows, of too many, and of what is no table", async () => {
    const told = async (file: Bytes) =>
      (await dry("entries", file)).problems.map((p) => `${p.row} ${p.column}`);
    expect(await told("类别,范围,颜色,类别\n产量,park,red,x\n")).toEqual([
      "1 颜色",
      "1 类别",
      "1 数量",
      "1 单位",
      "1 凭证",
    ]);
    expect(await told(`${HEAD}\n\n`)).toEqual(["0 "]);
    expect(await told("")).toHaveLength(6);
    expect(await told(`${HEAD}\n${"产量,park,硅片,2026-03,1,t,evidence\n".repeat(5_001)}`)).toEqual(["0 "]);
    expect(await told(new Uint8Array([0, 1, 2, 3]))).toEqual(["0 "]);
    expect(await told(new Uint8Array([0x50, 0x4b, 3, 4, 5, 6, 7]))).toEqual(["0 "]);
    expect(await told(`${HEAD}\n"unclosed,park\n`)).toEqual(["0 "]);
  });

  it("reads UTF-8 with a mark, GB 18030, semicolons and workbooks with dates", async () => {
    // 产量,硅片 in GBK, as a spreadsheet on a Chinese system saves it.
    const gbk = (text: string) => {
      const known: Record<string, readonly number[]> = {
        产: [0xb2, 0xfa],
        量: [0xc1, 0xbf],
      };
      return new Uint8Array([...text].flatMap((char) => known[char] ?? [char.charCodeAt(0)]));
    };
    const plain = "kind,scope,subject,month,amount,unit,evidence\n";
    const chinese = await readTable(gbk(`${plain}产量,park,x,2026-01,1,t,e1\n`));
    expect("rows" in chinese ? chinese.rows[1]?.[0] : null).toBe("产量");
    expect((await dry("entries", `\uFEFF${plain}产量,park,x,2026-01,1,t,e1\n`)).problems).toEqual([]);
    expect(
      (await dry("entries", `${plain}产量,park,x,2026-01,1,t,e1\n`.replaceAll(",", ";"))).problems,
    ).toEqual([]);
    const book = await writeXlsxFile([
      {
        sheet: "填报",
        data: [
          ["类别", "范围", "对象", "月份", "起", "止（不含）", "数量", "单位", "凭证"].map((value) => ({
            type: String,
            value,
          })),
          [
            { type: String, value: "产量" },
            { type: String, value: "硅片厂" },
            { type: String, value: "硅片" },
            { type: Date, value: new Date(Date.UTC(2026, 2, 1)), format: "yyyy-mm" },
            null,
            null,
            { type: Number, value: 12.25 },
            { type: String, value: "t" },
            { type: String, value: "月报" },
          ],
          [
            { type: String, value: "产量" },
            { type: String, value: "硅片厂" },
            { type: String, value: "硅片" },
            null,
            { type: Date, value: new Date(Date.UTC(2026, 3, 1)), format: "yyyy-mm-dd" },
            { type: Date, value: new Date(Date.UTC(2026, 3, 16)), format: "yyyy-mm-dd" },
            { type: Number, value: 7 },
            { type: String, value: "t" },
            { type: String, value: "半月报" },
          ],
        ],
      },
    ]).toBuffer();
    expect((await load("entries", new Uint8Array(book), false)).status).toBe(201);
    expect((await entries()).map((e) => [e.from, e.to, e.amount])).toEqual([
      ["2026-03-01", "2026-04-01", 12.25],
      ["2026-04-01", "2026-04-16", 7],
    ]);
  });

  it("brings certificates, allocations and settlements, each all or none", async () => {
    const lots = `series,first,last,project,month,energy,tradable,holder,evidence
S1,1,100,roof,2026-03,光伏,是,硅片厂,证书 1
S1,101,200,roof,2026-03,solar,yes,park,证书 2
S2,1,10,hydro,2026-02,水电,否,carpet,证书 3
`;
    const twice = await dry("certificates", `${lots}S1,150,210,roof,2026-03,solar,yes,park,证书 4\n`);
    expect(twice.problems.map((p) => [p.row, p.column])).toEqual([[5, "起始序号 first"]]);
    expect(twice.problems[0]?.found).toContain("(row 3)");
    expect((await load("certificates", lots, false)).status).toBe(201);
    const uses = `证书系列,起始序号,截止序号,受益企业,月份,核销日期,凭证
S1,50,150,硅片厂,2026-04,,用电 4 月
S2,1,10,藏毯厂,2026-04,2026-06-30,核销单
`;
    const wrong = await dry(
      "allocations",
      `${uses}S1,150,151,carpet,2026-04,,again\nS2,1,1,wafer,2026-04,,x1\n`,
    );
    expect(wrong.problems.map((p) => [p.row, p.column])).toEqual([
      [4, "起始序号 first"],
      [5, "受益企业 beneficiary"],
      [5, "起始序号 first"],
    ]);
    expect(wrong.problems.map((p) => /\(row \d\)/.exec(p.found)?.[0])).toEqual([
      "(row 2)",
      undefined,
      "(row 3)",
    ]);
    expect((await load("allocations", uses, false)).status).toBe(201);
    const { total } = certificatesAnswer.parse(await (await api.get("certificates")).json());
    expect(total).toEqual({ held: 99, allocated: 101, cancelled: 10, expired: 0, sold: 0 });
    const trades = `类别,结算单号,项目,月份,受益企业,电量 kWh,凭证
绿电交易,JS-1,wind,2026-03,硅片厂,5000,结算单
绿电直连,JS-1,wind,2026-03,wafer,6000,结算单
`;
    const double = await dry("settlements", `${trades}green-trade,JS-1,wind,2026-04,wafer,1,x1\n`);
    expect(double.problems.map((p) => [p.row, p.column])).toEqual([[4, "结算单号 reference"]]);
    expect(double.problems[0]?.found).toContain("is row 2 already");
    expect((await load("settlements", trades, false)).status).toBe(201);
    const again = await refusedFor(await load("settlements", trades, false));
    expect(again[0]).toMatch(/is settlement \d+ already/);
  });

  it("an enterprise brings entries of its own alone, the operator nothing", async () => {
    const own = `${HEAD}\n产量,硅片厂,硅片,2026-03,1,t,月报\n`;
    const more = `${own}产量,藏毯厂,地毯,2026-03,1,t,月报\n用水,硅片厂,fresh,2026-03,1,m³,月报\n`;
    const told = await refusedFor(await load("entries", more, false, "wafer"));
    expect(told.map((t) => t.slice(0, 15))).toEqual(["row 3: 范围 scope", "row 4: 范围 scope"]);
    expect((await load("entries", own, false, "wafer")).status).toBe(201);
    expect((await load("certificates", own, true, "wafer")).status).toBe(403);
    expect((await load("entries", own, true, "vpp")).status).toBe(403);
    expect((await load("entries", "x".repeat(5 * 1024 * 1024 + 1), true)).status).toBe(413);
  });
});

describe("GET /ledger/templates", () => {
  it.each(IMPORT_KINDS)(
    "gives a file to fill in for %s, in both languages, which reads back",
    async (kind) => {
      const csv = await api.get(`templates/${kind}.csv?lang=en`);
      expect(csv.headers.get("content-disposition")).toContain(`ledger-${kind}-template.csv`);
      const [head] = parse(new Uint8Array(await csv.arrayBuffer()), { bom: true }) as string[][]; // csv-parse types rows as unknown
      expect(head).toEqual(COLUMNS[kind].map((c) => c.en));
      const book = await api.get(`templates/${kind}.xlsx`);
      const rows = await readSheet(Buffer.from(await book.arrayBuffer()));
      expect(rows[0]).toEqual(COLUMNS[kind].map((c) => c.zh));
      const { problems } = await dry(kind, `${head?.join(",")}\n`);
      expect(problems).toEqual([{ row: 0, column: "", expected: "1 to 5000 rows", found: "0" }]);
    },
  );

  it("knows no other kind", async () => {
    expect((await api.get("templates/tokens.csv")).status).toBe(400);
    expect((await api.get("templates/entries.csv", "vpp")).status).toBe(403);
  });
});

describe("lists", () => {
  it("are tables, too, and no cell of them is a formula", async () => {
    await load("entries", `${HEAD}\n产量,硅片厂,硅片,2026-03,1,t,=cmd|evil\n`, false);
    const csv = await (await api.get("entries?format=csv&lang=en")).text();
    expect(csv).toContain("production,enterprise:wafer,硅片,2026-03-01,2026-04-01,1,t,,,yes,test,");
    expect(csv).toContain("'=cmd|evil");
    for (const list of ["entries", "certificates", "settlements", "bills"]) {
      const query = list === "bills" ? "from=2026-03-01&to=2026-04-01&format=xlsx" : "format=xlsx";
      const book = await api.get(`${list}?${query}`);
      expect(book.headers.get("content-type")).toBe(XLSX_TYPE);
      expect((await readSheet(Buffer.from(await book.arrayBuffer())))[0]?.length).toBeGreaterThan(8);
    }
  });
});
