import { describe, expect, it } from "vitest";
import { valueAt } from "../../park/dated.ts";
import { loadParkFile, parsePark } from "../../park/load.ts";
import type { Park } from "../../park/park.ts";
import { describeProblems, ProblemsError } from "../../park/problems.ts";

const HEAD = `
park: { id: p, name: { zh: 甲, en: P }, timeZone: Asia/Shanghai }
enterprises:
  - { id: e, name: { zh: 乙, en: E }, sector: solar-cell }
  - { id: f, name: { zh: 丙, en: F }, sector: carpet }
`;
const withMeters = (...lines: string[]) => `${HEAD}meters:\n${lines.map((l) => `  - ${l}`).join("\n")}\n`;
const LINE = "{ id: line, role: load, enterprise: e }";

function problemsOf(text: string): string[] {
  try {
    parsePark(text);
  } catch (error) {
    if (!(error instanceof ProblemsError)) throw error;
    expect(describeProblems(error).split("\n").length).toBe(error.problems.length + 1);
    return error.problems.map((p) => `${p.path}: expected ${p.expected}, found ${p.found}`);
  }
  return [];
}

function meterOf(park: Park, id: string) {
  const meter = park.meterById.get(id);
  if (meter === undefined) throw new Error(`no meter ${id}`);
  return meter;
}

describe("a park file that is wrong", () => {
  it("is not YAML", () => {
    expect(problemsOf("park: { id: p")[0]).toContain("expected YAML");
  });

  it("cannot be read", () => {
    expect(() => loadParkFile("/nowhere/park.yaml")).toThrow(ProblemsError);
  });

  it("blows up through aliases", () => {
    const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
    for (let i = 1; i < 8; i++)
      lines.push(`a${i}: &a${i} [${Array.from({ length: 10 }, () => `*a${i - 1}`).join(", ")}]`);
    expect(problemsOf(lines.join("\n"))[0]).toContain("at most 100 aliases");
  });

  it("tells every wrong shape at once, with path, expected and found", () => {
    const problems = problemsOf(`
park: { id: Bad Id, name: { zh: 甲 }, timeZone: Asia/Shanghai, colour: red }
enterprises: [{ id: e, name: { zh: 乙, en: E }, sector: Solar }]
meters:
  - { id: line, role: laod, enterprise: e, multiplier: -4, reportsEvery: 15, registers: { energyImportKwh: { digits: 2 }, volts: {} } }
  - { id: other, role: load, enterprise: e, maxPowerKw: much, parent: [{ from: yesterday, value: line }] }
assets:
  - { id: a, name: { zh: 丁, en: A }, kind: windmill, enterprise: e, meters: [line] }
`);
    const paths = problems.map((p) => p.split(": expected")[0]);
    for (const path of [
      "park.id",
      "park.name.en",
      "park.colour",
      "enterprises[0] (e).sector",
      "meters[0] (line).role",
      "meters[0] (line).multiplier",
      "meters[0] (line).reportsEvery",
      "meters[1] (other).maxPowerKw",
      "meters[1] (other).parent[0].from",
      "meters[0] (line).registers.energyImportKwh.digits",
      "meters[0] (line).registers.volts",
      "assets[0] (a).kind",
    ])
      expect(paths).toContain(path);
    expect(problems).toContain(
      'park.id: expected lower-case letters, digits and hyphens, at most 63 long, found "Bad Id"',
    );
    expect(problems).toContain("park.name.en: expected text, found nothing");
    expect(problems).toContain("meters[0] (line).multiplier: expected number to be >0, found -4");
  });

  it("has keys nobody knows, each told by itself", () => {
    expect(
      problemsOf(
        withMeters("{ id: line, role: load, enterprise: [{ form: x, value: e }], maxPower: 5, colour: red }"),
      ),
    ).toEqual([
      'meters[0] (line).enterprise[0].form: expected no such key, found "x"',
      "meters[0] (line).maxPower: expected no such key, found 5",
      'meters[0] (line).colour: expected no such key, found "red"',
    ]);
  });

  it("has no such time zone", () => {
    const text = withMeters(LINE).replace("Asia/Shanghai", "Asia/Xining");
    expect(problemsOf(text)).toEqual([
      "park.timeZone: expected an IANA time zone, e.g. Asia/Shanghai, found Asia/Xining",
    ]);
  });

  it("names what is not declared, and names it twice, all told together", () => {
    const problems = problemsOf(`${withMeters(
      "{ id: line, role: load, enterprise: nobody, parent: nothing }",
      "{ id: line, role: load, enterprise: e }",
      "{ id: rest, role: load, enterprise: e, sum: [{ meter: ghost, factor: 1 }] }",
      "{ id: lost, role: load }",
    )}
boundaries: [{ id: b, standard: cn-910-2025, members: [nobody] }]
networks: [{ id: n, kind: private, members: [nobody] }]
assets: [{ id: a, name: { zh: 丁, en: A }, kind: charger, enterprise: nobody, meters: [ghost], points: 2, maxPowerKw: 5 }]
contracts: [{ id: c, kind: certificate, enterprise: nobody, month: "2026-10", energyKwh: 1, project: x, evidence: y }]
`);
    expect(problems).toEqual([
      "meters[1] (line).id: expected an id of its own, found the id of meters[0]",
      "boundaries[0] (b).members[0]: expected a declared enterprise, found nobody",
      "networks[0] (n).members[0]: expected a declared enterprise, found nobody",
      "contracts[0] (c).enterprise: expected a declared enterprise, found nobody",
      "meters[0] (line).enterprise: expected a declared enterprise, found nobody",
      "meters[0] (line).parent: expected a declared meter, found nothing",
      "meters[2] (rest).sum[0].meter: expected a declared meter, found ghost",
      "meters[3] (lost).enterprise: expected the enterprise it belongs to, found nothing",
      "assets[0] (a).enterprise: expected a declared enterprise, found nobody",
      "assets[0] (a).meters[0]: expected a declared meter, found ghost",
    ]);
  });

  it("has a multiplier above 1 without a resolution", () => {
    expect(
      problemsOf(
        withMeters(
          "{ id: one, role: load, enterprise: e, multiplier: 400, registers: { energyImportKwh: {} } }",
          "{ id: two, role: load, enterprise: e, multiplier: [{ value: 1 }, { from: '2026-01-01T00:00:00+08:00', value: 40 }] }",
          "{ id: fine, role: load, enterprise: e, multiplier: 400, registers: { energyImportKwh: { resolution: 0.01 } } }",
        ),
      ),
    ).toEqual([
      "meters[0] (one).registers.energyImportKwh.resolution: expected a resolution, as the multiplier is above 1, found nothing",
      "meters[1] (two).registers: expected a resolution for each register, as the multiplier is above 1, found nothing",
    ]);
  });

  it("goes in a circle: parents, dated parents, sums", () => {
    expect(
      problemsOf(
        withMeters(
          "{ id: a, role: load, enterprise: e, parent: b }",
          "{ id: b, role: load, enterprise: e, parent: a }",
        ),
      ),
    ).toEqual([
      "meters[0] (a).parent: expected no circle, found a → b → a",
      "meters[1] (b).parent: expected no circle, found b → a → b",
    ]);
    expect(
      problemsOf(
        withMeters(
          "{ id: a, role: load, enterprise: e, parent: [{ value: null }, { from: '2026-06-01T00:00:00+08:00', value: b }] }",
          "{ id: b, role: load, enterprise: e, parent: a }",
        ),
      ).length,
    ).toBeGreaterThan(0);
    expect(
      problemsOf(
        withMeters(
          "{ id: a, role: load, enterprise: e, sum: [{ meter: b, factor: 1 }] }",
          "{ id: b, role: load, enterprise: e, sum: [{ meter: a, factor: -1 }] }",
        ),
      )[0],
    ).toBe("meters[0] (a).sum: expected no circle, found a → b → a");
  });

  it("two meters that swap places on a date are no circle", () => {
    expect(
      problemsOf(
        withMeters(
          "{ id: a, role: load, enterprise: e, parent: [{ value: b }, { from: '2026-06-01T00:00:00+08:00', value: null }] }",
          "{ id: b, role: load, enterprise: e, parent: [{ value: null }, { from: '2026-06-01T00:00:00+08:00', value: a }] }",
        ),
      ),
    ).toEqual([]);
  });

  it("a circle that a later entry of another meter closes is one", () => {
    // a hangs on b from the start; b comes to hang on a later, while a still hangs on b.
    expect(
      problemsOf(
        withMeters(
          "{ id: a, role: load, enterprise: e, parent: b }",
          "{ id: b, role: load, enterprise: e, parent: [{ value: null }, { from: '2026-06-01T00:00:00+08:00', value: a }] }",
        ),
      ).length,
    ).toBeGreaterThan(0);
  });

  it("has dated lists and exchanges out of order", () => {
    const problems = problemsOf(
      withMeters(
        "{ id: line, role: load, enterprise: [{ value: e }, { from: '2026-06-01T00:00:00+08:00', value: f }, { from: '2026-05-01T00:00:00+08:00', value: e }], maxPowerKw: [{ value: 1 }, { value: 2 }], registers: { energyImportKwh: { digits: [{ value: 5 }, { value: 6 }], exchanges: [{ at: '2026-03-02T10:00:00+08:00', final: 5, initial: 0 }, { at: '2026-03-02T10:00:00+08:00', final: 6, initial: 0 }] } } }",
      ),
    );
    expect(problems).toEqual([
      "meters[0] (line).enterprise[2].from: expected a date after the entry before it, found 2026-05-01T00:00:00+08:00",
      "meters[0] (line).maxPowerKw[1].from: expected a date after the entry before it, found the beginning",
      "meters[0] (line).registers.energyImportKwh.exchanges[1].at: expected an instant after the exchange before it, found 2026-03-02T10:00:00+08:00",
      "meters[0] (line).registers.energyImportKwh.digits[1].from: expected a date after the entry before it, found the beginning",
    ]);
  });

  it("mixes media, roles and limits", () => {
    const problems = problemsOf(`${withMeters(
      LINE,
      "{ id: boiler, role: gas, enterprise: e }",
      "{ id: steam, role: heat, enterprise: e }",
      "{ id: odd, role: load, enterprise: e, registers: { heatGj: {} } }",
      "{ id: rest, role: load, enterprise: e, sum: [{ meter: boiler, factor: 1 }], registers: { energyImportKwh: {} } }",
    )}
boundaries: [{ id: b, standard: cn-910-2025, members: [e], targets: [{ year: 2028, tco2PerTce: 0.2 }, { year: 2025, tco2PerTce: 2 }], declared: [{ year: 2025, tco2PerTce: 2, evidence: a }, { year: 2025, tco2PerTce: 3, evidence: b }], electricityEquivalent: [{ kgcePerKwh: 0.3024, authority: a, grade: C }, { kgcePerKwh: 0.31, authority: b, grade: C }] }]
assets:
  - { id: pack, name: { zh: 丁, en: A }, kind: storage, enterprise: e, meters: [line], capacityKwh: 1, maxChargeKw: 1, maxDischargeKw: 1, chargeEfficiency: 0.9, dischargeEfficiency: 0.9, minStateOfCharge: 0.9, maxStateOfCharge: 0.1 }
`);
    expect(problems).toEqual([
      "boundaries[0] (b).targets[1].year: expected a year after the one before it, found 2025",
      "boundaries[0] (b).declared[1].year: expected a year after the one before it, found 2025",
      "boundaries[0] (b).electricityEquivalent[1].from: expected a date after the one before it, found none",
      "meters[1] (boiler).fuel: expected the fuel measured, e.g. natural-gas, found nothing",
      "meters[2] (steam).heatSource: expected fossil or non-fossil, found nothing",
      "meters[3] (odd).registers.heatGj: expected a register of role load (energyImportKwh), found heatGj",
      "meters[4] (rest).sum[0].meter: expected a meter of electricity, found boiler, a meter of gas",
      'meters[4] (rest).registers: expected none, as a virtual meter has no registers, found ["energyImportKwh"]',
      "assets[0] (pack).meters[0]: expected a meter of role storage, found line, of role load",
      "assets[0] (pack).minStateOfCharge: expected less than maxStateOfCharge (0.1), found 0.9",
    ]);
  });

  it("gives one array's meter to two, limits to a load, and a membership that ends before it begins", () => {
    const array = (id: string) =>
      `  - { id: ${id}, name: { zh: 丁, en: A }, kind: pv, enterprise: e, meters: [roof], capacityKwp: 1, tiltDeg: 1, azimuthDeg: 1, commissioned: 2020-01-01 }`;
    expect(
      problemsOf(`${withMeters(
        "{ id: roof, role: pv, enterprise: e }",
        "{ id: line, role: load, enterprise: e, limits: { importKw: 5, exportKw: 0 } }",
      )}
boundaries: [{ id: b, standard: x, members: [{ enterprise: e, from: "2026-05-01T00:00:00+08:00", to: "2026-04-01T00:00:00+08:00" }] }]
assets:
${array("one")}
${array("two")}
`),
    ).toEqual([
      "boundaries[0] (b).members[0].to: expected an instant after from, found 2026-04-01T00:00:00+08:00",
      'meters[1] (line).limits: expected none, as only a connection (role grid) has limits, found {"importKw":5,"exportKw":0}',
      "assets[1] (two).meters[0]: expected a meter of no other asset, found roof, of one",
    ]);
  });

  it("lets a meter hang only on a meter of its own medium", () => {
    expect(
      problemsOf(
        withMeters(LINE, "{ id: boiler, role: gas, fuel: natural-gas, enterprise: e, parent: line }"),
      ),
    ).toEqual(["meters[1] (boiler).parent: expected a meter of gas, found line, a meter of electricity"]);
  });
});

describe("a park file that is right", () => {
  it("has its defaults: multiplier 1, 15 minutes, resolution 0.01, the role's registers", () => {
    const meter = meterOf(
      parsePark(withMeters("{ id: gate, role: grid, enterprise: e, maxPowerKw: 70 }")),
      "gate",
    );
    expect(meter.reportsEveryMs).toBe(900_000);
    expect(meter.registers.map((r) => [r.channel, r.expected])).toEqual([
      ["energyImportKwh", true],
      ["energyExportKwh", false],
    ]);
    const [register] = meter.registers;
    expect(valueAt(register?.multiplier ?? [], 0)).toBe(1);
    expect(valueAt(register?.resolution ?? [], 0)).toBe(0.01);
    expect(valueAt(register?.digits ?? [], 0)).toBeNull();
    expect(valueAt(register?.maxRatePerHour ?? [], 0)).toBe(70);
  });

  it("invert swaps the direction under which energy is kept, not the channel on the wire (E11)", () => {
    const meter = meterOf(
      parsePark(withMeters("{ id: roof, role: pv, enterprise: e, invert: true }")),
      "roof",
    );
    expect(meter.registers.map((r) => [r.channel, r.energyChannel, r.expected])).toEqual([
      ["energyImportKwh", "energyExportKwh", true],
      ["energyExportKwh", "energyImportKwh", false],
    ]);
  });

  it("invert of a one-way role expects the display's other register (E11)", () => {
    for (const role of ["load", "it-load"]) {
      const meter = (more: string) =>
        meterOf(
          parsePark(withMeters(`{ id: line, role: ${role}, enterprise: e, invert: true${more} }`)),
          "line",
        ).registers.map((r) => [r.channel, r.energyChannel, r.expected]);
      expect(meter("")).toEqual([["energyExportKwh", "energyImportKwh", true]]);
      expect(meter(", registers: { energyExportKwh: { digits: 6 } }")).toEqual([
        ["energyExportKwh", "energyImportKwh", true],
      ]);
      // What a file says of the other register stands.
      expect(meter(", registers: { energyImportKwh: { digits: 6 } }")).toEqual([
        ["energyExportKwh", "energyImportKwh", false],
        ["energyImportKwh", "energyExportKwh", true],
      ]);
    }
  });

  it("an exchange may bring new digits, resolution and multiplier from its instant on (E6)", () => {
    const park = parsePark(
      withMeters(
        "{ id: line, role: load, enterprise: e, multiplier: 40, registers: { energyImportKwh: { digits: 5, resolution: 0.1, exchanges: [{ at: '2026-03-02T10:00:00+08:00', final: 918221.4, initial: 0, digits: 6, resolution: 0.01, multiplier: 80 }] } } }",
      ),
    );
    const [register] = meterOf(park, "line").registers;
    const at = Date.parse("2026-03-02T10:00:00+08:00");
    expect(register?.exchanges).toEqual([{ atMs: at, final: 918221.4, initial: 0 }]);
    for (const [key, before, after] of [
      ["multiplier", 40, 80],
      ["digits", 5, 6],
      ["resolution", 0.1, 0.01],
    ] as const) {
      expect(valueAt(register?.[key] ?? [], at - 1)).toBe(before);
      expect(valueAt(register?.[key] ?? [], at)).toBe(after);
    }
  });

  it("reports on change with a heartbeat", () => {
    const meter = meterOf(
      parsePark(
        withMeters("{ id: line, role: load, enterprise: e, reportsEvery: { onChange: 5, heartbeat: 1h } }"),
      ),
      "line",
    );
    expect(meter.reportsEveryMs).toBe(3_600_000);
    expect(meter.registers[0]?.onChange).toBe(5);
  });

  it("gaps are shared linearly, or by the typical day where the park or the meter says so (E3)", () => {
    const tariff = `
tariffs:
  - from: "2026-01-01T00:00:00+08:00"
    name: { zh: 甲, en: A }
    currency: CNY
    authority: test
    figures: simulated
    prices: { flat: 0.5 }
    holidays: [{ id: spring-festival, dates: ["2026-02-17", "2027-02-06"] }]
    workedWeekends: ["2026-02-14"]
    seasons: [{ months: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], days: { workday: { 00:00-24:00: flat } } }]
`;
    const text = withMeters(LINE, "{ id: other, role: load, enterprise: e, sharing: typicalDay }");
    const of = (park: Park, id: string) => meterOf(park, id).registers[0]?.typicalDay;
    expect(of(parsePark(text), "line")).toBeUndefined();
    expect(of(parsePark(text), "other")).toEqual({ datedDays: [] });
    const whole = parsePark(
      `${text.replace("timeZone", "sharing: typicalDay, timeZone").replace("enterprise: e }", "enterprise: e, sharing: linear }")}${tariff}`,
    );
    expect(of(whole, "line")).toBeUndefined();
    expect(of(whole, "other")).toEqual({
      datedDays: [
        ["2026-02-14", "workday"],
        ["2026-02-17", "holiday"],
        ["2027-02-06", "holiday"],
      ],
    });
    expect(problemsOf(text.replace("typicalDay", "even"))[0]).toContain("sharing");
  });

  it("dated links keep their past", () => {
    const meter = meterOf(
      parsePark(
        withMeters(
          "{ id: line, role: load, enterprise: [{ value: e }, { from: '2026-06-01T00:00:00+08:00', value: f }] }",
        ),
      ),
      "line",
    );
    const change = Date.parse("2026-06-01T00:00:00+08:00");
    expect(valueAt(meter.enterprise, change - 1)).toBe("e");
    expect(valueAt(meter.enterprise, change)).toBe("f");
  });
});
