import type { Park } from "../../park/park.ts";
import { CHANNEL_NAMES, CHANNELS, type Channel, isRegisterChannel } from "../../park/quantities.ts";
import type { ReadingRow } from "../../store/telemetry.ts";
import { MAX_PAYLOAD_BYTES } from "./message.ts";
import { MAX_ELEMENTS, type ParsedMessage, type ParsedReading } from "./parsed.ts";
import { MAX_REGISTER } from "./rejection.ts";
import { plainNumber, plainTime, type Scan } from "./scan.ts";
import { MAX_AHEAD_MS, YEAR_2000_MS } from "./time.ts";

/**
 * The wire format as meters write it, read in place: no text, no tree, no list of keys. It takes only what is plainly
 * right, and leaves every other message to `parseMessage`, which says what it is and what is wrong with it. What it
 * takes, it takes for the same (tested as a property).
 */

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;

const NO_REJECTIONS: ParsedMessage["rejections"] = [];
const TIME = Buffer.from("time");
const SIMULATED = Buffer.from("simulated");

interface Key {
  readonly channel: Channel;
  readonly bytes: Buffer;
  readonly bit: number;
  readonly minimum: number;
  readonly maximum: number;
}

const KEYS: readonly Key[] = CHANNEL_NAMES.map((channel, i) => {
  const spec = CHANNELS[channel];
  const register = spec.kind === "register";
  return {
    channel,
    bytes: Buffer.from(channel),
    bit: 1 << i,
    minimum: register ? 0 : (spec.minimum ?? Number.NEGATIVE_INFINITY),
    // What lies between is left to the other way, too.
    maximum: register ? MAX_REGISTER - 1 : (spec.maximum ?? Number.POSITIVE_INFINITY),
  };
});

/** A meter's topic: the meter, and the channels that it may send. */
interface Target {
  readonly meter: string;
  readonly accepted: number;
}

const NONE_SUPERSEDED: ReadingRow["superseded"] = {};

/** One object of a message as it lies in its bytes; also the row that it becomes where nothing stands at its instant. */
export class PlainReading implements ParsedReading, ReadingRow {
  readonly meter: string;
  readonly timeMs: number;
  readonly values: Readonly<Partial<Record<Channel, number>>>;
  readonly superseded = NONE_SUPERSEDED;
  readonly simulated: boolean;
  readonly #bytes: Uint8Array;
  readonly #from: number;
  readonly #to: number;

  constructor(
    meter: string,
    timeMs: number,
    values: Readonly<Partial<Record<Channel, number>>>,
    simulated: boolean,
    bytes: Uint8Array,
    from: number,
    to: number,
  ) {
    this.meter = meter;
    this.timeMs = timeMs;
    this.values = values;
    this.simulated = simulated;
    this.#bytes = bytes;
    this.#from = from;
    this.#to = to;
  }

  get element(): unknown {
    return JSON.parse(Buffer.from(this.#bytes.subarray(this.#from, this.#to)).toString());
  }
}

/** Reads plain messages of one park. */
export class PlainReader {
  readonly #targets: ReadonlyMap<string, Target>;
  readonly #scan: Scan = { at: 0 };
  #simulated = false;
  #timeMs = 0;

  constructor(park: Park) {
    this.#targets = new Map(
      park.meters
        .filter((m) => m.sum === null)
        .map((m) => {
          const own = new Set<string>(m.registers.map((r) => r.channel));
          const keys = KEYS.filter((k) => !isRegisterChannel(k.channel) || own.has(k.channel));
          const accepted = keys.reduce((mask, k) => mask | k.bit, 0);
          return [`parks/${park.id}/meters/${m.id}/readings`, { meter: m.id, accepted }];
        }),
    );
  }

  /** The payload bytes[from … to) of a topic; null: not plain. */
  read(topic: string, bytes: Uint8Array, from: number, to: number, nowMs: number): ParsedMessage | null {
    const target = this.#targets.get(topic);
    if (target === undefined || to - from > MAX_PAYLOAD_BYTES) return null;
    const scan = this.#scan;
    scan.at = from;
    const first = skipBlank(bytes, scan, to);
    let readings: ParsedReading[];
    if (first === OPEN) {
      const reading = this.#object(target, bytes, to, nowMs);
      if (reading === null) return null;
      readings = [reading];
    } else if (first === OPEN_LIST) {
      readings = [];
      for (let next = COMMA; next === COMMA; next = skipBlank(bytes, scan, to)) {
        scan.at++;
        if (skipBlank(bytes, scan, to) !== OPEN) return null;
        const reading = this.#object(target, bytes, to, nowMs);
        if (reading === null || readings.push(reading) > MAX_ELEMENTS) return null;
      }
      if (bytes[scan.at++] !== CLOSE_LIST) return null;
    } else return null;
    skipBlank(bytes, scan, to);
    return scan.at === to ? { readings, rejections: NO_REJECTIONS } : null;
  }

  /** From the opening brace to behind the closing one. */
  #object({ meter, accepted }: Target, bytes: Uint8Array, to: number, nowMs: number): ParsedReading | null {
    const scan = this.#scan;
    const from = scan.at;
    const values: Partial<Record<Channel, number>> = {};
    let seen = 0;
    let hasTime = false;
    let hasSimulated = false;
    this.#simulated = false;
    do {
      scan.at++;
      if (skipBlank(bytes, scan, to) !== QUOTE) return null;
      const keyFrom = ++scan.at;
      while (scan.at < to && bytes[scan.at] !== QUOTE) scan.at++;
      const keyTo = scan.at++;
      if (skipBlank(bytes, scan, to) !== COLON) return null;
      scan.at++;
      skipBlank(bytes, scan, to);
      if (isAt(TIME, bytes, keyFrom, keyTo)) {
        if (hasTime || !this.#time(bytes, to, nowMs)) return null;
        hasTime = true;
      } else if (isAt(SIMULATED, bytes, keyFrom, keyTo)) {
        if (hasSimulated || !this.#flag(bytes, to)) return null;
        hasSimulated = true;
      } else {
        const key = keyAt(bytes, keyFrom, keyTo);
        if (key === null || (key.bit & accepted & ~seen) === 0) return null;
        const value = plainNumber(bytes, scan, to);
        if (!(value >= key.minimum && value <= key.maximum)) return null;
        values[key.channel] = value;
        seen |= key.bit;
      }
    } while (skipBlank(bytes, scan, to) === COMMA);
    if (scan.at >= to || bytes[scan.at] !== CLOSE || !hasTime || seen === 0) return null;
    scan.at++;
    return new PlainReading(meter, this.#timeMs, values, this.#simulated, bytes, from, scan.at);
  }

  #time(bytes: Uint8Array, to: number, nowMs: number): boolean {
    const timeMs = plainTime(bytes, this.#scan, to);
    this.#timeMs = timeMs;
    return timeMs >= YEAR_2000_MS && timeMs <= nowMs + MAX_AHEAD_MS;
  }

  #flag(bytes: Uint8Array, to: number): boolean {
    for (const [word, value] of FLAGS) {
      const end = this.#scan.at + word.length;
      if (end > to || !isAt(word, bytes, this.#scan.at, end)) continue;
      this.#simulated = value;
      this.#scan.at = end;
      return true;
    }
    return false;
  }
}

const FLAGS = [
  [Buffer.from("true"), true],
  [Buffer.from("false"), false],
] as const;

function keyAt(bytes: Uint8Array, from: number, to: number): Key | null {
  for (const key of KEYS) if (isAt(key.bytes, bytes, from, to)) return key;
  return null;
}

function isAt(word: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (word.length !== to - from) return false;
  for (let i = 0; i < word.length; i++) if (word[i] !== bytes[from + i]) return false;
  return true;
}

/** Skips what JSON allows between its parts; the next byte, or 0 at the end. */
function skipBlank(bytes: Uint8Array, scan: Scan, to: number): number {
  while (scan.at < to) {
    const byte = bytes[scan.at] ?? 0;
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return byte;
    scan.at++;
  }
  return 0;
}
