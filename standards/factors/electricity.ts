import { type FactorSet, factorSet, type Grade } from "./factor.ts";
import { POWER_REGIONS, type PowerRegion, PROVINCE_IDS, PROVINCES, type Province } from "./provinces.ts";

/**
 * 电力二氧化碳排放因子 (kgCO2/kWh) of the Ministry of Ecology and Environment and the Bureau of Statistics.
 * A set is chosen from the day it was published until the next one was, so that an answer about a past
 * span does not change with a later publication. No figure is published for 西藏, 香港, 澳门, 台湾.
 */

interface Publication {
  readonly id: string;
  readonly year: number;
  readonly from: string;
  readonly to: string | null;
  readonly number: string;
  readonly url: string | null;
  readonly grades: { readonly nation: Grade; readonly region: Grade; readonly province: Grade };
  readonly nation: { readonly average: number; readonly residual: number; readonly fossil: number };
  readonly regions: Readonly<Record<PowerRegion, number>>;
  readonly provinces: Readonly<Record<Province, number>>;
}

const NATION = {
  average: { zh: "全国平均", en: "National average" },
  residual: {
    zh: "全国平均（不包括市场化交易的非化石能源电量）",
    en: "National average without market-traded non-fossil power (residual)",
  },
  fossil: { zh: "全国化石能源电力", en: "National fossil power" },
} as const;

/** A year's announcement as a set: three national figures, seven regions, thirty provinces. */
export function electricityPublication(p: Publication): FactorSet {
  const title = `生态环境部 国家统计局《关于发布${p.year}年电力二氧化碳排放因子的公告》${p.number}`;
  const source = p.url === null ? title : `${title} ${p.url}`;
  const common = { unit: "kgCO2/kWh", source, year: p.year };
  const nation = (["average", "residual", "fossil"] as const).map((kind) => ({
    ...common,
    id: `${p.id}/nation/${kind}/${p.year}`,
    subject: `nation/${kind}`,
    name: NATION[kind],
    value: p.nation[kind],
    grade: p.grades.nation,
  }));
  const regions = (Object.keys(POWER_REGIONS) as PowerRegion[]).map((region) => ({
    // keys of a const object
    ...common,
    id: `${p.id}/region/${region}/${p.year}`,
    subject: `region/${region}`,
    name: { ...POWER_REGIONS[region] },
    value: p.regions[region],
    grade: p.grades.region,
  }));
  const provinces = PROVINCE_IDS.map((province) => ({
    ...common,
    id: `${p.id}/province/${province}/${p.year}`,
    subject: `province/${province}`,
    name: { zh: PROVINCES[province].zh, en: PROVINCES[province].en },
    value: p.provinces[province],
    grade: p.grades.province,
  }));
  return factorSet({
    id: p.id,
    family: "electricity-co2",
    name: {
      zh: `${p.year}年电力二氧化碳排放因子（${p.number}）`,
      en: `CO2 factors of electricity ${p.year} (MEE and NBS, announcement ${p.number.replace(/\D+/g, " ").trim().replace(" ", " No. ")})`,
    },
    source,
    from: p.from,
    to: p.to,
    factors: [...nation, ...regions, ...provinces],
  });
}
