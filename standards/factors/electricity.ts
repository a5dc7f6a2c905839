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

const PUBLICATIONS: readonly Publication[] = [
  {
    id: "cn-mee-2024-12",
    year: 2021,
    from: "2024-04-12",
    to: "2024-12-20",
    number: "公告2024年第12号",
    url: null,
    grades: { nation: "B", region: "C", province: "C" },
    nation: { average: 0.5568, residual: 0.5942, fossil: 0.8426 },
    regions: {
      north: 0.712,
      northeast: 0.6012,
      east: 0.5992,
      central: 0.5354,
      northwest: 0.5951,
      south: 0.4326,
      southwest: 0.2113,
    },
    provinces: {
      beijing: 0.5688,
      tianjin: 0.7355,
      hebei: 0.7901,
      shanxi: 0.7222,
      "inner-mongolia": 0.7025,
      liaoning: 0.5876,
      jilin: 0.5629,
      heilongjiang: 0.6342,
      shanghai: 0.5834,
      jiangsu: 0.6451,
      zhejiang: 0.5422,
      anhui: 0.7075,
      fujian: 0.4711,
      jiangxi: 0.5835,
      shandong: 0.6838,
      henan: 0.6369,
      hubei: 0.3672,
      hunan: 0.5138,
      guangdong: 0.4715,
      guangxi: 0.5154,
      hainan: 0.4524,
      chongqing: 0.4743,
      sichuan: 0.1255,
      guizhou: 0.5182,
      yunnan: 0.1235,
      shaanxi: 0.6336,
      gansu: 0.4955,
      qinghai: 0.1326,
      ningxia: 0.6546,
      xinjiang: 0.6577,
    },
  },
  {
    id: "cn-mee-2024-33",
    year: 2022,
    from: "2024-12-20",
    to: "2025-12-31",
    number: "公告2024年第33号",
    url: "https://www.mee.gov.cn/xxgk2018/xxgk/xxgk01/202412/t20241226_1099413.html",
    grades: { nation: "B", region: "B", province: "B" },
    nation: { average: 0.5366, residual: 0.5856, fossil: 0.8325 },
    regions: {
      north: 0.6776,
      northeast: 0.5564,
      east: 0.5617,
      central: 0.5395,
      northwest: 0.5857,
      south: 0.3869,
      southwest: 0.2268,
    },
    provinces: {
      beijing: 0.558,
      tianjin: 0.7041,
      hebei: 0.7252,
      shanxi: 0.7096,
      "inner-mongolia": 0.6849,
      liaoning: 0.5626,
      jilin: 0.4932,
      heilongjiang: 0.5368,
      shanghai: 0.5849,
      jiangsu: 0.5978,
      zhejiang: 0.5153,
      anhui: 0.6782,
      fujian: 0.4092,
      jiangxi: 0.5752,
      shandong: 0.641,
      henan: 0.6058,
      hubei: 0.4364,
      hunan: 0.49,
      guangdong: 0.4403,
      guangxi: 0.4044,
      hainan: 0.4184,
      chongqing: 0.5227,
      sichuan: 0.1404,
      guizhou: 0.4989,
      yunnan: 0.1073,
      shaanxi: 0.6558,
      gansu: 0.4772,
      qinghai: 0.1567,
      ningxia: 0.6423,
      xinjiang: 0.6231,
    },
  },
  {
    id: "cn-mee-2025-47",
    year: 2023,
    from: "2025-12-31",
    to: null,
    number: "公告2025年第47号",
    url: "https://www.mee.gov.cn/xxgk2018/xxgk/xxgk01/202512/t20251231_1139517.html",
    grades: { nation: "B", region: "B", province: "B" },
    nation: { average: 0.5306, residual: 0.6096, fossil: 0.8273 },
    regions: {
      north: 0.6361,
      northeast: 0.5122,
      east: 0.55,
      central: 0.5271,
      northwest: 0.5543,
      south: 0.4042,
      southwest: 0.2472,
    },
    provinces: {
      beijing: 0.5554,
      tianjin: 0.6796,
      hebei: 0.6516,
      shanxi: 0.6634,
      "inner-mongolia": 0.6479,
      liaoning: 0.4878,
      jilin: 0.4671,
      heilongjiang: 0.5229,
      shanghai: 0.5737,
      jiangsu: 0.5827,
      zhejiang: 0.4974,
      anhui: 0.6553,
      fujian: 0.4211,
      jiangxi: 0.5836,
      shandong: 0.6191,
      henan: 0.5897,
      hubei: 0.4044,
      hunan: 0.4976,
      guangdong: 0.4419,
      guangxi: 0.4476,
      hainan: 0.3648,
      chongqing: 0.5581,
      sichuan: 0.1564,
      guizhou: 0.5683,
      yunnan: 0.1333,
      shaanxi: 0.6335,
      gansu: 0.4471,
      qinghai: 0.1796,
      ningxia: 0.6187,
      xinjiang: 0.6021,
    },
  },
];

function publish(p: Publication): FactorSet {
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

export const ELECTRICITY_SETS: readonly FactorSet[] = PUBLICATIONS.map(publish);
