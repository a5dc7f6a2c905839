import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FrameGuard } from "../../../ingest/sources/frame-guard.ts";

/** A packet of a type with a body of that length (MQTT 3.1.1, 2.2.3). */
function packet(bytes: number): Buffer {
  const length: number[] = [];
  let left = bytes;
  do {
    length.push((left % 128) | (left >= 128 ? 128 : 0));
    left = Math.floor(left / 128);
  } while (left > 0);
  return Buffer.concat([Buffer.from([0x30, ...length]), Buffer.alloc(bytes, 0xff)]);
}

describe("FrameGuard", () => {
  it("lets any packets within the limit pass, however they are cut", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 400 })),
        fc.array(fc.integer({ min: 1, max: 50 })),
        (sizes, cuts) => {
          const guard = new FrameGuard(400);
          const stream = Buffer.concat(sizes.map(packet));
          let at = 0;
          for (const cut of [...cuts, stream.length]) {
            expect(guard.accepts(stream.subarray(at, at + cut))).toBe(true);
            at += cut;
          }
        },
      ),
    );
  });

  it("stops at the length of a packet that is too long, before its body", () => {
    const guard = new FrameGuard(400);
    expect(guard.accepts(packet(400))).toBe(true);
    expect(guard.accepts(packet(401).subarray(0, 3))).toBe(false);
  });

  it("stops at a length of more than four bytes", () => {
    expect(new FrameGuard(1e9).accepts(Buffer.from([0x30, 0x80, 0x80, 0x80, 0x80, 0x01]))).toBe(false);
  });
});
