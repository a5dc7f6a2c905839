import { GAS_REFERENCE } from "../../park/gas-volume.ts";
import type { Park, RegisterDeclaration } from "../../park/park.ts";
import { registerTerms } from "../../park/topology.ts";
import type { EnergyAnswer } from "../answers/energy.ts";
import type { FlowTerm } from "./flows.ts";

/** What an answer about gas says of its volumes. */

const FORMULA = "V(20 °C, 101.325 kPa) = V × p / 101.325 × 293.15 / (273.15 + t) / z";

/** At what conditions the volumes of these registers are, and the conversion of each, those of virtual meters' parts included. */
export function gasVolumesOf(park: Park, terms: readonly FlowTerm[]): NonNullable<EnergyAnswer["gas"]> {
  const parts = terms.flatMap(({ meter, channel }) => registerTerms(park, meter, channel));
  const registers = new Map<string, { readonly meter: string; readonly declared: RegisterDeclaration }>();
  for (const { meter, channel } of parts) {
    const declared = meter.registers.find((r) => r.energyChannel === channel);
    if (declared !== undefined) registers.set(`${meter.id}/${channel}`, { meter: meter.id, declared });
  }
  const shown = [...registers.values()].map(({ meter, declared }) => ({
    meter,
    channel: declared.channel,
    display: declared.gas?.basis ?? ("undeclared" as const),
    conversions: (declared.gas?.conversion ?? []).map(({ fromMs, value }, i) => ({
      ...value,
      from: Number.isFinite(fromMs) ? park.calendar.iso(fromMs) : null,
      factor: declared.gas?.factor[i]?.value ?? 1,
    })),
  }));
  const undeclared = shown.filter((r) => r.display === "undeclared").length;
  return {
    basis: undeclared === 0 ? "standard" : undeclared === shown.length ? "as-displayed" : "mixed",
    reference: undeclared === shown.length && shown.length > 0 ? null : GAS_REFERENCE,
    formula: FORMULA,
    registers: shown,
  };
}
