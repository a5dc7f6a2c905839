import { type Key, nameOf, t } from "../../i18n/i18n.ts";
import { park } from "../../park.ts";

const NAMED = [
  "energyImportKwh",
  "energyExportKwh",
  "reactiveImportKvarh",
  "reactiveExportKvarh",
  "maxDemandKw",
  "volumeM3",
  "heatGj",
  "massT",
] as const satisfies readonly string[];

/** A register as people call it; one of an unknown name by that. */
export function registerName(channel: string): string {
  const known = NAMED.find((one) => one === channel);
  const key: Key | null = known === undefined ? null : `shared.register.${known}`;
  return key === null ? channel : t(key);
}

/** A meter as the park calls it; one that the caller does not see, or of no name, by its id. */
export function meterName(id: string): string {
  const name = park.value?.meters.find((m) => m.id === id)?.name ?? null;
  return name === null ? id : nameOf(name);
}
