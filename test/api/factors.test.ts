import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { carbonAnswer } from "../../api/answers/carbon.ts";
import { factorsAnswer, ruleSetsAnswer } from "../../api/answers/factors.ts";
import { type TestApi, testApi } from "../kit/api.ts";
import { greenPark, putDays } from "../kit/green-park.ts";

const DAY = Date.parse("2026-11-10T00:00:00+08:00");
const NOW = Date.parse("2026-11-20T12:00:00+08:00");

let api: TestApi;
let office: string;

beforeEach(async () => {
  const park = greenPark();
  api = await testApi(park, NOW);
  office = await api.token("office");
  await putDays(api.telemetry, park, DAY, 1);
});

afterEach(async () => {
  await api.close();
});

const ask = async (pathAndQuery: string) => await api.ask(`/api/v1${pathAndQuery}`, office);
const DAY_OF_PARK = "scope=boundary:zc&from=2026-11-10T00:00:00%2B08:00&to=2026-11-11T00:00:00%2B08:00";

describe("GET /factors, /rule-sets", () => {
  it("list every set with values, source, grade and validity", async () => {
    const { sets } = factorsAnswer.parse(await (await ask("/factors")).json());
    const set = sets.find((s) => s.id === "cn-mee-2025-47");
    expect(set).toMatchObject({ from: "2025-12-31", to: null, chosen: "by-date", supersedes: null });
    expect(set?.factors.find((f) => f.subject === "province/qinghai")).toMatchObject({
      value: 0.1796,
      grade: "B",
    });
    const one = factorsAnswer.parse(await (await ask("/factors?family=fuel-co2")).json());
    expect(one.sets.map((s) => [s.id, s.chosen])).toEqual([
      ["cn-ndrc-guidelines-a", "by-date"],
      ["cn-ndrc-guidelines-b", "by-pin"],
    ]);
    const { ruleSets } = ruleSetsAnswer.parse(await (await ask("/rule-sets")).json());
    expect(ruleSets.map((r) => [r.id, r.grade, r.boundaries])).toEqual([
      ["cn-910-2025", "A", ["zc"]],
      ["hunan-2026", "B", []],
      ["park-draft-example", "D", []],
    ]);
  });

  it("are for whoever is signed in, and nobody else", async () => {
    expect((await api.ask("/api/v1/factors")).status).toBe(401);
    expect((await api.ask("/api/v1/rule-sets", await api.token("enterprise", "wafer"))).status).toBe(200);
  });
});

describe("factors=", () => {
  it("asks for an answer by its sets: the same again, and others by others", async () => {
    const plain = carbonAnswer.parse(await (await ask(`/carbon?${DAY_OF_PARK}`)).json());
    expect(plain.factorSets.map((s) => s.id)).toEqual([
      "gb-t-2589-2020",
      "cn-mee-2025-47",
      "cn-ndrc-guidelines-a",
      "cn-910-2025-annex-4",
    ]);
    const again = await (
      await ask(`/carbon?${DAY_OF_PARK}&factors=${plain.factorSets.map((s) => s.id)}`)
    ).json();
    expect(again).toEqual(plain);
    const other = carbonAnswer.parse(
      await (
        await ask(`/carbon?${DAY_OF_PARK}&factors=cn-910-2025-annex-4-fossil-2023,cn-ndrc-guidelines-b`)
      ).json(),
    );
    const [before] = plain.figures;
    const [after] = other.figures;
    expect(after?.terms[0]?.factor.value).toBe(0.8273);
    expect(after?.factorSet).toBe("cn-910-2025-annex-4-fossil-2023");
    expect(after?.totalKg).not.toBe(before?.totalKg);
  });

  it("refuses unknown ids, two of a family, and a set that does not hold on the span's last day, all at once", async () => {
    const reply = await ask(
      `/carbon?${DAY_OF_PARK}&factors=cn-mee-1999-1,cn-mee-2024-33,cn-ndrc-guidelines-a,cn-ndrc-guidelines-b`,
    );
    expect(reply.status).toBe(400);
    const { issues } = (await reply.json()) as {
      issues: { path: string; expected: string; found: string }[];
    };
    expect(issues.map((i) => [i.expected, i.found])).toEqual([
      ["ids of factor sets, as /factors lists them", '"cn-mee-1999-1"'],
      [
        "a span whose last day lies in the validity of cn-mee-2024-33: 2024-12-20 to 2025-12-31 (the day it ends is not in it)",
        "2026-11-10",
      ],
      ["one set of fuel-co2", "cn-ndrc-guidelines-a and cn-ndrc-guidelines-b"],
    ]);
  });

  it("stands for /indicators and /pathway as well", async () => {
    for (const path of ["/indicators?boundary=zc&", "/pathway?boundary=zc&"])
      expect((await ask(`${path}factors=cn-mee-2024-33`)).status, path).toBe(400);
    expect((await ask("/indicators?boundary=zc&factors=equivalent-seen-0298")).status).toBe(200);
  });
});
