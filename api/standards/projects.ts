import type { Meter, Park } from "../../park/park.ts";
import type { PvAsset } from "../../park/schema.ts";

/** Generating projects: the park's own plants under one name, whatever a document calls them. */

export function pvAssets(park: Park): PvAsset[] {
  return park.assets.filter((a): a is PvAsset => a.kind === "pv");
}

/** By every name of the park's own plants (a plant's id, its certificates' project code) the plant's id. */
export function ownProjects(park: Park): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const asset of pvAssets(park)) {
    names.set(asset.id, asset.id);
    if (asset.certificateProject !== undefined) names.set(asset.certificateProject, asset.id);
  }
  for (const meter of park.meters)
    if (meter.role === "pv") names.set(projectOfMeter(park, meter), projectOfMeter(park, meter));
  return names;
}

/** The project that a PV meter measures: its plant's id, else the meter's own. */
export function projectOfMeter(park: Park, meter: Meter): string {
  return pvAssets(park).find((a) => a.meters.includes(meter.id))?.id ?? meter.id;
}
