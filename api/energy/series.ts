import type { EnergyQuery, EnergySeries } from "../../store/telemetry.ts";

/** Stretches of stored rows, cut and joined. */

export type Register = EnergyQuery["registers"][number];

/** Registers by channel and meter: their keys are asked for over and over, and made once. */
const keys = new Map<string, Map<string, string>>();

/** The key of a register's column in a table. */
export function columnKey({ meter, channel }: Register): string {
  let ofChannel = keys.get(channel);
  if (ofChannel === undefined) {
    ofChannel = new Map();
    keys.set(channel, ofChannel);
  }
  let key = ofChannel.get(meter);
  if (key === undefined) {
    key = `${meter}/${channel}`;
    ofChannel.set(meter, key);
  }
  return key;
}

export function emptySeries({ meter, channel }: Register): EnergySeries {
  const none = new Float64Array(0);
  const flags = new Uint16Array(0);
  return { meter, channel, startMs: none, micro: none, knownMs: none, flags, revs: none, rev: 0 };
}

/** The rows whose start lies in [fromMs, toMs), as a view. */
export function cut(series: EnergySeries, fromMs: number, toMs: number): EnergySeries {
  const first = firstAtOrAfter(series.startMs, fromMs);
  const end = firstAtOrAfter(series.startMs, toMs);
  if (first === 0 && end === series.startMs.length) return series;
  return {
    ...series,
    startMs: series.startMs.subarray(first, end),
    micro: series.micro.subarray(first, end),
    knownMs: series.knownMs.subarray(first, end),
    flags: series.flags.subarray(first, end),
    revs: series.revs.subarray(first, end),
  };
}

/** Rows of one register that follow each other, in memory of their own. */
export function join(register: Register, parts: readonly EnergySeries[]): EnergySeries {
  const length = parts.reduce((sum, part) => sum + part.startMs.length, 0);
  const startMs = new Float64Array(length);
  const micro = new Float64Array(length);
  const knownMs = new Float64Array(length);
  const flags = new Uint16Array(length);
  const revs = new Float64Array(length);
  let at = 0;
  let rev = 0;
  for (const part of parts) {
    startMs.set(part.startMs, at);
    micro.set(part.micro, at);
    knownMs.set(part.knownMs, at);
    flags.set(part.flags, at);
    revs.set(part.revs, at);
    at += part.startMs.length;
    rev = Math.max(rev, part.rev);
  }
  return { meter: register.meter, channel: register.channel, startMs, micro, knownMs, flags, revs, rev };
}

function firstAtOrAfter(starts: Float64Array, timeMs: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A span of rows to be read, and of which registers. */
export interface Wanted {
  readonly fromMs: number;
  readonly toMs: number;
  readonly registers: Register[];
}

/** What is wanted, collected register by register: those of the same span are read together. */
export class WantedSpans {
  readonly #groups = new Map<string, Wanted>();

  add(register: Register, fromMs: number, toMs: number): void {
    const key = `${fromMs} ${toMs}`;
    const group = this.#groups.get(key) ?? { fromMs, toMs, registers: [] };
    this.#groups.set(key, group);
    group.registers.push(register);
  }

  /** At most so many reads: each group as it is, or all of them as the one that holds them all. */
  reads(most: number): readonly Wanted[] {
    const groups = [...this.#groups.values()];
    if (groups.length <= most) return groups;
    return [
      {
        fromMs: Math.min(...groups.map((g) => g.fromMs)),
        toMs: Math.max(...groups.map((g) => g.toMs)),
        registers: [...new Set(groups.flatMap((g) => g.registers))],
      },
    ];
  }
}

/** Notices of change that come while rows are being read: what was read may be older than they are. */
export class NoticesMeanwhile {
  #earliest: Map<string, number> | null = null;

  /** From here on notices are remembered. */
  begin(): void {
    this.#earliest = new Map();
  }

  take(meter: string, fromMs: number): void {
    if (this.#earliest === null) return;
    this.#earliest.set(meter, Math.min(fromMs, this.#earliest.get(meter) ?? fromMs));
  }

  /** The earliest instant that changed meanwhile; Infinity: none. */
  since(meter: string): number {
    return this.#earliest?.get(meter) ?? Number.POSITIVE_INFINITY;
  }

  end(): void {
    this.#earliest = null;
  }
}
