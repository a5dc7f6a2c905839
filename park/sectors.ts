import type { LocalName } from "./schema.ts";

/** Sectors of enterprises and the groups in which the pages show them. */

/** A group of enterprises that are shown together. */
interface SectorGroup {
  readonly id: string;
  readonly name: LocalName;
}

const CRYSTALLINE_SILICON: SectorGroup = {
  id: "crystalline-silicon",
  name: { zh: "晶硅光伏", en: "Crystalline silicon" },
};
const LITHIUM: SectorGroup = { id: "lithium", name: { zh: "锂电材料", en: "Lithium" } };
const DATA_CENTRE: SectorGroup = { id: "data-centre", name: { zh: "数据中心", en: "Data centre" } };
const TEXTILE_PUBLIC_CHARGING: SectorGroup = {
  id: "textile-public-charging",
  name: { zh: "纺织·公共·充电", en: "Textile, public, charging" },
};
const OTHER: SectorGroup = { id: "other", name: { zh: "其他", en: "Other" } };

/** Every group, in the order in which they are shown. */
export const SECTOR_GROUPS: readonly SectorGroup[] = [
  CRYSTALLINE_SILICON,
  LITHIUM,
  DATA_CENTRE,
  TEXTILE_PUBLIC_CHARGING,
  OTHER,
];

const GROUP_OF_SECTOR: ReadonlyMap<string, SectorGroup> = new Map([
  ["polysilicon", CRYSTALLINE_SILICON],
  ["silicon-ingot", CRYSTALLINE_SILICON],
  ["silicon-wafer", CRYSTALLINE_SILICON],
  ["solar-cell", CRYSTALLINE_SILICON],
  ["solar-module", CRYSTALLINE_SILICON],
  ["lithium-battery", LITHIUM],
  ["cathode-material", LITHIUM],
  ["anode-material", LITHIUM],
  ["lithium-salt", LITHIUM],
  ["copper-foil", LITHIUM],
  ["data-centre", DATA_CENTRE],
  ["carpet", TEXTILE_PUBLIC_CHARGING],
  ["wool", TEXTILE_PUBLIC_CHARGING],
  ["textile", TEXTILE_PUBLIC_CHARGING],
  ["public-service", TEXTILE_PUBLIC_CHARGING],
  ["park-operator", TEXTILE_PUBLIC_CHARGING],
  ["charging", TEXTILE_PUBLIC_CHARGING],
]);

/** The group of a sector; sectors nobody has named yet are `other`. */
export function groupOfSector(sector: string): SectorGroup {
  return GROUP_OF_SECTOR.get(sector) ?? OTHER;
}
