import { type Key, t } from "../../i18n/i18n.ts";

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
