import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { balanceAnswer, energyAnswer } from "../../api/answers/energy.ts";
import { Calendar, HOUR_MS, QUARTER_MS } from "../../park/calendar.ts";
import { type Lingtan, startLingtan } from "../kit/lingtan.ts";
import { publishAll } from "../kit/replay.ts";
import { type StartedShape, startShape } from "../kit/shapes.ts";

/**
 * Signs are seen from the thing metered, one golden meter a role: import is what it takes, export what it gives. The
 * second works has the same meters wired the wrong way round, mended by `invert`.
 */

const calendar = new Calendar("Asia/Shanghai");
const T0 = calendar.at(2026, 3, 2);
const STEPS = 8;

/** kWh (m³, GJ, t) a quarter-hour that the thing takes and gives; null: it has no such register. */
const ROLES = {
  grid: [25, 5],
  pv: [1, 10],
  storage: [4, 3],
  load: [20, null],
  "it-load": [2, null],
  charger: [3, 1],
  gas: [7, null],
  heat: [0.5, null],
  water: [6, null],
  fuel: [0.25, null],
} as const;
type Role = keyof typeof ROLES;
const NAMES = Object.keys(ROLES) as Role[]; // keys of a const object
const ELECTRIC: readonly Role[] = ["grid", "pv", "storage", "load", "it-load", "charger"];
const OTHER = {
  gas: ["volumeM3", "fuel: natural-gas"],
  heat: ["heatGj", "heatSource: fossil"],
  water: ["volumeM3", ""],
  fuel: ["massT", "fuel: anthracite"],
} as const;

const isElectric = (role: Role) => ELECTRIC.includes(role);

function declared(role: Role, works: "right" | "wrong"): string {
  const more = role in OTHER ? OTHER[role as keyof typeof OTHER][1] : works === "wrong" ? "invert: true" : ""; // just asked
  const both = ROLES[role][1] === null ? "" : "registers: { energyImportKwh: {}, energyExportKwh: {} }";
  const parts = [
    `id: ${works}-${role}`,
    `role: ${role}`,
    `enterprise: ${works}`,
    "maxPowerKw: 400",
    more,
    both,
  ];
  return `  - { ${parts.filter((part) => part !== "").join(", ")} }`;
}

const METERS = [
  ...NAMES.map((role) => declared(role, "right")),
  ...ELECTRIC.map((role) => declared(role, "wrong")),
];
const PARK = `
park: { id: replay, name: { zh: 园, en: Park }, timeZone: Asia/Shanghai }
enterprises:
  - { id: right, name: { zh: 甲, en: A }, sector: steel }
  - { id: wrong, name: { zh: 乙, en: B }, sector: steel }
meters:
${METERS.join("\n")}
`;

function readings(role: Role, works: "right" | "wrong"): { meter: string; payload: string }[] {
  const [takes, gives] = ROLES[role];
  const [own, other] =
    works === "right" ? ["energyImportKwh", "energyExportKwh"] : ["energyExportKwh", "energyImportKwh"];
  const channel = role in OTHER ? OTHER[role as keyof typeof OTHER][0] : (own ?? ""); // just asked
  return Array.from({ length: STEPS + 1 }, (_, step) => ({
    meter: `${works}-${role}`,
    payload: JSON.stringify({
      time: calendar.iso(T0 + step * QUARTER_MS),
      [channel]: 100 + step * takes,
      ...(gives === null ? {} : { [other ?? ""]: 50 + step * gives }),
    }),
  }));
}

describe("signs by role", () => {
  let started: StartedShape;
  let lingtan: Lingtan;
  const span = `from=${encodeURIComponent(calendar.iso(T0))}&to=${encodeURIComponent(calendar.iso(T0 + 2 * HOUR_MS))}`;
  const ask = async (question: string): Promise<unknown> => {
    const answer = await lingtan.get(`/api/v1/${question}&${span}&resolution=1h`);
    return await answer.json();
  };

  beforeAll(async () => {
    started = await startShape("embedded", PARK);
    lingtan = await startLingtan(started.env, ["--no-simulate"]);
    const sent = [
      ...NAMES.flatMap((role) => readings(role, "right")),
      ...ELECTRIC.flatMap((role) => readings(role, "wrong")),
    ];
    await publishAll(lingtan.mqttUrl, sent);
    for (let tries = 0; tries < 300; tries++) {
      const answer = balanceAnswer.parse(await ask("balance?scope=park"));
      if (answer.settled && answer.coverage.measured === 1) return;
      await delay(100);
    }
  }, 120_000);
  afterAll(async () => {
    await lingtan?.stop();
    await started?.close();
  });

  test.each(NAMES)("%s: import is what it takes, export what it gives", async (role) => {
    const [takes, gives] = ROLES[role];
    const medium = isElectric(role) ? "electricity" : role;
    const works = isElectric(role) ? (["right", "wrong"] as const) : (["right"] as const);
    for (const one of works) {
      const answer = energyAnswer.parse(await ask(`energy?scope=meter:${one}-${role}&medium=${medium}`));
      const imported = answer.importKwh ?? answer.import;
      expect(imported, one).toEqual([takes * 4, takes * 4]);
      const exported = answer.exportKwh ?? answer.export;
      if (gives !== null) expect(exported, one).toEqual([gives * 4, gives * 4]);
      else expect(exported, one).toEqual([null, null]);
      expect(answer.coverage.measured, one).toBe(1);
    }
  });

  test("and they add up: what comes in and is made less what goes out, is stored and used is not attributed", async () => {
    for (const works of ["right", "wrong"]) {
      const { total } = balanceAnswer.parse(await ask(`balance?scope=enterprise:${works}`));
      expect(total).toEqual({
        gridImportKwh: 200,
        gridExportKwh: 40,
        // 10 made less 1 taken at night, a quarter-hour
        pvKwh: 72,
        storageInKwh: 32,
        storageOutKwh: 24,
        // 20 + 2 + 3 taken less 1 given back by a charger
        useKwh: 192,
        // 25 + 9 + 3 − 5 − 4 − 24 = 4
        unknownKwh: 32,
      });
    }
  });
});
