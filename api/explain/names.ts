import type { Meter } from "../../park/park.ts";
import type { RegisterChannel } from "../../park/quantities.ts";
import type { LocalName } from "../../park/schema.ts";

/** What registers are called in explanations: as the pages call them, without the unit, which stands beside. */

export const CHANNEL_WORDS: Readonly<Record<RegisterChannel, LocalName>> = {
  energyImportKwh: { zh: "正向有功", en: "active import" },
  energyExportKwh: { zh: "反向有功", en: "active export" },
  reactiveImportKvarh: { zh: "正向无功", en: "reactive import" },
  reactiveExportKvarh: { zh: "反向无功", en: "reactive export" },
  volumeM3: { zh: "体积", en: "volume" },
  heatGj: { zh: "热量", en: "heat" },
  massT: { zh: "质量", en: "mass" },
};

/** A meter's name of the park file; its id where it has none. */
export function meterName(meter: Pick<Meter, "id" | "name">): LocalName {
  return meter.name ?? { zh: meter.id, en: meter.id };
}

/** A meter's register, e.g. 北区总表 · 正向有功. */
export function registerName(meter: Pick<Meter, "id" | "name">, channel: RegisterChannel): LocalName {
  const name = meterName(meter);
  const words = CHANNEL_WORDS[channel];
  return { zh: `${name.zh} · ${words.zh}`, en: `${name.en} · ${words.en}` };
}
