import { describe, expect, it } from "vitest";
import { parsePark } from "../../park/load.ts";
import { ProblemsError } from "../../park/problems.ts";

const park = (boundary: string) => `
park: { id: p, name: { zh: 甲, en: P }, timeZone: Asia/Shanghai }
enterprises: [{ id: e, name: { zh: 乙, en: E }, sector: solar-cell }]
meters: [{ id: line, role: load, enterprise: e }]
boundaries: [{ id: b, standard: cn-910-2025, members: [e], ${boundary} }]
`;
const PROJECT =
  "{ id: x, name: { zh: 直连, en: Line }, lever: directLineGwh, amount: 12, from: 2027-07-01, evidence: 批文 }";

function problemsOf(boundary: string): string[] {
  try {
    parsePark(park(boundary));
  } catch (error) {
    if (!(error instanceof ProblemsError)) throw error;
    return error.problems.map((p) => p.path);
  }
  return [];
}

describe("a boundary's projects and levers", () => {
  it("are read as written; without them there are none", () => {
    const [boundary] = parsePark(
      park(
        `projects: [${PROJECT}], levers: { pvMwp: { limit: 34, evidence: 屋顶普查 } }, gasReplacement: { kwhPerM3: 3.2, evidence: 热泵 }`,
      ),
    ).boundaries;
    expect(boundary?.projects.map((p) => [p.lever, p.amount, p.from])).toEqual([
      ["directLineGwh", 12, "2027-07-01"],
    ]);
    expect(boundary?.levers.pvMwp?.limit).toBe(34);
    expect(boundary?.gasReplacement?.kwhPerM3).toBe(3.2);
    const [bare] = parsePark(park("targets: []")).boundaries;
    expect([bare?.projects, bare?.levers, bare?.gasReplacement]).toEqual([[], {}, undefined]);
  });

  it("an unknown lever, an amount of nothing, a limit without evidence and an id given twice are told at once", () => {
    expect(problemsOf(`projects: [${PROJECT.replace("directLineGwh", "wind")}]`)[0]).toContain("lever");
    expect(problemsOf(`projects: [${PROJECT.replace("12", "0")}]`)[0]).toContain("amount");
    expect(problemsOf("levers: { pvMwp: { limit: 34 } }")[0]).toContain("evidence");
    expect(problemsOf(`projects: [${PROJECT}, ${PROJECT}]`)).toEqual([
      "boundaries[0] (b).projects[1] (x).id",
    ]);
  });
});
