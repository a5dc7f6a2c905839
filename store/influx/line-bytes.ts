import type { Channel } from "../../park/quantities.ts";
import type { ReadingRow } from "../telemetry.ts";
import { fieldText, quoted } from "./lines.ts";

/**
 * Lines written straight into the bytes of a request. A text a line, and a text of numbers for each, live just long
 * enough to be carried into the old generation: that was a quarter of what a reading allocates.
 */

const FIRST_BYTES = 262_144;
/** Longer than any number, and than the words between. */
const ROOM = 64;
const NEW_LINE = 0x0a;
const SPACE = 0x20;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
/** Every integer below it is written by its digits; every decimal of so many has a double of its own. */
const MOST_UNITS = 1e15;
const MOST_DECIMALS = 6;
const HALF_DIGITS = 1e7;

const SIMULATED = Buffer.from(" simulated=true");
const MEASURED = Buffer.from(" simulated=false");
const NAMES = new Map<string, Buffer>();

/** The lines of one request. */
export class LineBytes {
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #at = 0;
  lines = 0;

  get length(): number {
    return this.#at;
  }

  /** What was written so far; overwritten by what follows `clear`. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#at);
  }

  clear(): void {
    this.#at = 0;
    this.lines = 0;
  }

  /** A line of any kind. */
  text(line: string): void {
    this.#write(line);
    this.#end();
  }

  /** A reading's line behind its head: of all lines the one that is written most. */
  reading(head: Uint8Array, row: ReadingRow): void {
    this.#copy(head);
    this.#copy(row.simulated ? SIMULATED : MEASURED);
    for (const channel in row.values) {
      const value = row.values[channel as Channel]; // a key of a record of channels
      if (value === undefined) continue;
      this.#copy(nameOf(channel));
      this.#number(value);
    }
    for (const channel in row.superseded) {
      const values = row.superseded[channel as Channel];
      if (values !== undefined) this.#write(`,superseded_${channel}=${quoted(JSON.stringify(values))}`);
    }
    this.#room(ROOM);
    this.#bytes[this.#at++] = SPACE;
    this.#number(row.timeMs);
    this.#end();
  }

  #end(): void {
    this.#room(1);
    this.#bytes[this.#at++] = NEW_LINE;
    this.lines++;
  }

  #write(text: string): void {
    // A character takes three bytes at most; one of four is two characters.
    this.#room(text.length * 3);
    this.#at += this.#bytes.write(text, this.#at, "utf8");
  }

  #copy(part: Uint8Array): void {
    this.#room(part.length);
    this.#bytes.set(part, this.#at);
    this.#at += part.length;
  }

  /** As `fieldText` writes it. */
  #number(value: number): void {
    const size = Math.abs(value);
    let power = 1;
    for (let decimals = 0; decimals <= MOST_DECIMALS; decimals++) {
      const units = Math.round(size * power);
      if (units < MOST_UNITS && units / power === size) {
        this.#decimal(value < 0, units, power, decimals);
        return;
      }
      power *= 10;
    }
    this.#write(fieldText(value));
  }

  #decimal(isNegative: boolean, units: number, power: number, decimals: number): void {
    this.#room(ROOM);
    if (isNegative) this.#bytes[this.#at++] = MINUS;
    const whole = Math.floor(units / power);
    this.#digits(whole, 1);
    if (decimals === 0) return;
    this.#bytes[this.#at++] = POINT;
    this.#digits(units - whole * power, decimals);
  }

  /** An integer in at least so many digits. */
  #digits(value: number, least: number): void {
    if (value >= HALF_DIGITS) {
      // Halves that fit into 32 bits: dividing them is far cheaper.
      const high = Math.floor(value / HALF_DIGITS);
      this.#digits(high, 1);
      this.#digits(value - high * HALF_DIGITS, 7);
      return;
    }
    let count = least;
    while (value >= 10 ** count) count++;
    let left = value | 0;
    for (let i = this.#at + count - 1; i >= this.#at; i--) {
      const next = (left / 10) | 0;
      this.#bytes[i] = ZERO + left - next * 10;
      left = next;
    }
    this.#at += count;
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#at + bytes));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}

function nameOf(channel: string): Buffer {
  let name = NAMES.get(channel);
  if (name === undefined) {
    name = Buffer.from(`,${channel}=`);
    NAMES.set(channel, name);
  }
  return name;
}
