/** The thirty provinces that have an electricity factor, with their power region and ISO 3166-2 code. */

export const POWER_REGIONS = {
  north: { zh: "华北", en: "North China" },
  northeast: { zh: "东北", en: "Northeast China" },
  east: { zh: "华东", en: "East China" },
  central: { zh: "华中", en: "Central China" },
  northwest: { zh: "西北", en: "Northwest China" },
  south: { zh: "南方", en: "Southern China" },
  southwest: { zh: "西南", en: "Southwest China" },
} as const;

export type PowerRegion = keyof typeof POWER_REGIONS;

export const PROVINCES = {
  beijing: { zh: "北京", en: "Beijing", iso: "CN-BJ" },
  tianjin: { zh: "天津", en: "Tianjin", iso: "CN-TJ" },
  hebei: { zh: "河北", en: "Hebei", iso: "CN-HE" },
  shanxi: { zh: "山西", en: "Shanxi", iso: "CN-SX" },
  "inner-mongolia": { zh: "内蒙古", en: "Inner Mongolia", iso: "CN-NM" },
  liaoning: { zh: "辽宁", en: "Liaoning", iso: "CN-LN" },
  jilin: { zh: "吉林", en: "Jilin", iso: "CN-JL" },
  heilongjiang: { zh: "黑龙江", en: "Heilongjiang", iso: "CN-HL" },
  shanghai: { zh: "上海", en: "Shanghai", iso: "CN-SH" },
  jiangsu: { zh: "江苏", en: "Jiangsu", iso: "CN-JS" },
  zhejiang: { zh: "浙江", en: "Zhejiang", iso: "CN-ZJ" },
  anhui: { zh: "安徽", en: "Anhui", iso: "CN-AH" },
  fujian: { zh: "福建", en: "Fujian", iso: "CN-FJ" },
  jiangxi: { zh: "江西", en: "Jiangxi", iso: "CN-JX" },
  shandong: { zh: "山东", en: "Shandong", iso: "CN-SD" },
  henan: { zh: "河南", en: "Henan", iso: "CN-HA" },
  hubei: { zh: "湖北", en: "Hubei", iso: "CN-HB" },
  hunan: { zh: "湖南", en: "Hunan", iso: "CN-HN" },
  guangdong: { zh: "广东", en: "Guangdong", iso: "CN-GD" },
  guangxi: { zh: "广西", en: "Guangxi", iso: "CN-GX" },
  hainan: { zh: "海南", en: "Hainan", iso: "CN-HI" },
  chongqing: { zh: "重庆", en: "Chongqing", iso: "CN-CQ" },
  sichuan: { zh: "四川", en: "Sichuan", iso: "CN-SC" },
  guizhou: { zh: "贵州", en: "Guizhou", iso: "CN-GZ" },
  yunnan: { zh: "云南", en: "Yunnan", iso: "CN-YN" },
  shaanxi: { zh: "陕西", en: "Shaanxi", iso: "CN-SN" },
  gansu: { zh: "甘肃", en: "Gansu", iso: "CN-GS" },
  qinghai: { zh: "青海", en: "Qinghai", iso: "CN-QH" },
  ningxia: { zh: "宁夏", en: "Ningxia", iso: "CN-NX" },
  xinjiang: { zh: "新疆", en: "Xinjiang", iso: "CN-XJ" },
} as const;

export type Province = keyof typeof PROVINCES;
export const PROVINCE_IDS = Object.keys(PROVINCES) as Province[]; // keys of a const object: the cast names what Object.keys forgets

/** The province a text names: its id, Chinese or English name (with or without 省, 市 …) or ISO code; null for any other. */
export function findProvince(text: string | null): Province | null {
  if (text === null) return null;
  const wanted = text.trim().toLowerCase();
  for (const id of PROVINCE_IDS) {
    const { zh, en, iso } = PROVINCES[id];
    if (wanted === id || wanted === en.toLowerCase() || wanted === iso.toLowerCase() || wanted.startsWith(zh))
      return id;
  }
  return null;
}
