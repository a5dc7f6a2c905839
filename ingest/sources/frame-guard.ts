/**
 * Follows the packet lengths of an MQTT byte stream (MQTT 3.1.1, 2.2.3) and says when one is announced that is too
 * long, before its bytes have come.
 */
export class FrameGuard {
  readonly #maxBytes: number;
  /** Bytes of the running packet still to come. */
  #left = 0;
  #part: "type" | "length" | "body" = "type";
  #length = 0;
  #shift = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Takes the next bytes; false as soon as a packet is too long or its length is malformed. */
  accepts(chunk: Uint8Array): boolean {
    let i = 0;
    while (i < chunk.length) {
      if (this.#part === "body") {
        const step = Math.min(this.#left, chunk.length - i);
        this.#left -= step;
        i += step;
        if (this.#left === 0) this.#part = "type";
        continue;
      }
      const byte = chunk[i++] ?? 0;
      if (this.#part === "type") {
        this.#part = "length";
        this.#length = 0;
        this.#shift = 0;
        continue;
      }
      this.#length += (byte & 127) * 2 ** this.#shift;
      this.#shift += 7;
      if ((byte & 128) !== 0) {
        if (this.#shift > 21) return false;
        continue;
      }
      if (this.#length > this.#maxBytes) return false;
      this.#left = this.#length;
      this.#part = this.#length === 0 ? "type" : "body";
    }
    return true;
  }
}
