import type { Channel } from "../../park/quantities.ts";
import type { ReadingRow } from "../../store/telemetry.ts";
import type { ParsedReading } from "../messages/parsed.ts";

/** How many replaced values are kept for one channel and instant (E9). */
export const MAX_SUPERSEDED = 8;

export interface Merged {
  readonly row: ReadingRow;
  /** Channels whose value is new or another one; empty: an exact repetition, nothing is to be written. */
  readonly changed: readonly Channel[];
  /** Channels with a further different value that is no longer kept. */
  readonly overflow: readonly Channel[];
}

/**
 * A reading laid over what is stored at its instant (E9): a value already seen there, standing or replaced, is
 * nothing; a different one stands from now on and the earlier one is kept as superseded.
 */
export function mergeReading(before: ReadingRow | null, reading: ParsedReading): Merged {
  const { meter, timeMs, simulated } = reading;
  if (before === null) {
    const row = { meter, timeMs, values: reading.values, superseded: {}, simulated };
    return { row, changed: channelsOf(reading.values), overflow: [] };
  }
  const changed: Channel[] = [];
  const overflow: Channel[] = [];
  const values = { ...before.values };
  const superseded = { ...before.superseded };
  for (const channel of channelsOf(reading.values)) {
    const value = reading.values[channel];
    const standing = values[channel];
    const replaced = superseded[channel] ?? [];
    if (value === undefined || value === standing || replaced.includes(value)) continue;
    if (standing !== undefined) {
      if (replaced.length >= MAX_SUPERSEDED) {
        overflow.push(channel);
        continue;
      }
      superseded[channel] = [...replaced, standing];
    }
    values[channel] = value;
    changed.push(channel);
  }
  const allNew = channelsOf(values).every((c) => changed.includes(c));
  const row = {
    meter,
    timeMs,
    values,
    superseded,
    simulated: allNew ? simulated : before.simulated || simulated,
  };
  return { row, changed, overflow };
}

function channelsOf(values: ParsedReading["values"]): Channel[] {
  return Object.keys(values) as Channel[]; // keys of a record of channels: the cast names what Object.keys forgets
}
