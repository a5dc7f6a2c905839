import { burnt, type Combustion, fuelSet } from "../fuels.ts";

const ANTHRACITE = { ncvGj: 22.867, carbonTPerGj: 0.02749 };
const LIGNITE = { ncvGj: 14.759, carbonTPerGj: 0.02797 };
const KILN = 0.99;
const POWER_BOILER = 0.95;
const INDUSTRIAL_BOILER = 0.85;

const coal = (
  fuel: "anthracite" | "lignite",
  equipment: string,
  zh: string,
  en: string,
  oxidation: number,
) => {
  const c: Combustion = { ...(fuel === "anthracite" ? ANTHRACITE : LIGNITE), oxidation };
  const of = burnt(`fuel/${fuel}/${equipment}`, fuel, c, "C");
  return { ...of, zh: `${of.zh}（${zh}）`, en: `${of.en} (${en})` };
};

/** Of coals oxidation goes by equipment; the plain fuel is as burnt in a power boiler. */
export const set = fuelSet({
  id: "cn-ndrc-guidelines-b",
  zh: "燃料燃烧缺省因子（行业核算指南 B 组）",
  en: "Fuel combustion defaults (sector guidelines, set B)",
  source: "国家发展改革委 行业企业温室气体排放核算方法与报告指南 缺省值（B 组）",
  grade: "C",
  chosen: "by-pin",
  values: {
    anthracite: { ...ANTHRACITE, oxidation: POWER_BOILER },
    lignite: { ...LIGNITE, oxidation: POWER_BOILER },
    gasoline: { ncvGj: 43.07, carbonTPerGj: 0.0189, oxidation: 0.98 },
    diesel: { ncvGj: 42.652, carbonTPerGj: 0.0202, oxidation: 0.98 },
    lpg: { ncvGj: 50.179, carbonTPerGj: 0.0172, oxidation: 0.98 },
    lng: { ncvGj: 51.498, carbonTPerGj: 0.0172, oxidation: 0.98 },
    "natural-gas": { ncvGj: 389.31, carbonTPerGj: 0.01532, oxidation: 0.99 },
  },
  beside: [
    coal("anthracite", "kiln", "窑炉", "kiln", KILN),
    coal("anthracite", "industrial-boiler", "工业锅炉", "industrial boiler", INDUSTRIAL_BOILER),
    coal("lignite", "kiln", "窑炉", "kiln", KILN),
    coal("lignite", "industrial-boiler", "工业锅炉", "industrial boiler", INDUSTRIAL_BOILER),
    {
      subject: "ncv/bituminous",
      zh: "烟煤低位发热量",
      en: "Net calorific value of bituminous coal",
      value: 23.076,
      unit: "GJ/t",
      grade: "C",
      note: "该组未给出烟煤单位热值含碳量，故无排放因子",
    },
  ],
});
