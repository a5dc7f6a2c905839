import { PassThrough } from "node:stream";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PublishTap } from "../../../ingest/sources/publish-tap.ts";

interface Packet {
  readonly qos: 0 | 1 | 2;
  readonly topic: string;
  readonly messageId: number;
  readonly properties: Uint8Array;
  readonly payload: Uint8Array;
}

const OTHER = [Buffer.from("d000", "hex"), Buffer.from("2003000000", "hex"), Buffer.from("e0018e", "hex")];

function varint(value: number): number[] {
  const bytes: number[] = [];
  for (let left = value; ; left = Math.floor(left / 128)) {
    bytes.push(left >= 128 ? (left % 128) | 128 : left);
    if (left < 128) return bytes;
  }
}

function publish({ qos, topic, messageId, properties, payload }: Packet, version: 4 | 5): Buffer {
  const text = Buffer.from(topic);
  const body = Buffer.concat([
    Buffer.from([text.length >> 8, text.length & 255]),
    text,
    Buffer.from(qos === 0 ? [] : [messageId >> 8, messageId & 255]),
    Buffer.from(version === 5 ? varint(properties.length) : []),
    version === 5 ? properties : Buffer.alloc(0),
    payload,
  ]);
  return Buffer.concat([Buffer.from([0x30 | (qos << 1), ...varint(body.length)]), body]);
}

const packet: fc.Arbitrary<Packet> = fc.record({
  qos: fc.constantFrom<0 | 1 | 2>(0, 1, 1, 1, 2),
  topic: fc.constantFrom("parks/p1/meters/gate/readings", "a", "计量/é"),
  messageId: fc.integer({ min: 1, max: 65_535 }),
  properties: fc.uint8Array({ maxLength: 200 }),
  payload: fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ minLength: 100, maxLength: 20_000 })),
});

describe("PublishTap", () => {
  it("hands over every PUBLISH of QoS 0 and 1 once and in order, however bytes are cut and whenever it is held; all else goes on", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom<4 | 5>(4, 5),
        fc.array(fc.oneof(packet, fc.nat(OTHER.length - 1)), { maxLength: 30 }),
        fc.array(fc.oneof(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 9_000 })), {
          minLength: 1,
        }),
        fc.array(fc.boolean(), { minLength: 1 }),
        async (version, packets, cuts, holds) => {
          const inner = new PassThrough();
          const taken: unknown[] = [];
          let asked = 0;
          let isHeld = false;
          const tap = new PublishTap(inner, {
            version,
            onBytes: () => undefined,
            onPublish: (m) => {
              expect(isHeld).toBe(false);
              taken.push([m.topic, m.messageId, Buffer.from(m.payload).toString("hex")]);
              isHeld = holds[asked++ % holds.length] ?? false;
              return !isHeld;
            },
          });
          const passed: Buffer[] = [];
          tap.on("data", (chunk: Buffer) => passed.push(chunk));
          const toBytes = (p: Packet | number) =>
            typeof p === "number" ? (OTHER[p] ?? Buffer.alloc(0)) : publish(p, version);
          const bytes = Buffer.concat(packets.map(toBytes));
          for (let at = 0, i = 0; at < bytes.length; i++) {
            const size = cuts[i % cuts.length] ?? 1;
            inner.write(bytes.subarray(at, at + size));
            at += size;
          }
          const own = packets.filter((p): p is Packet => typeof p !== "number" && p.qos < 2);
          for (let turn = 0; turn < 10_000 && (taken.length < own.length || isHeld); turn++) {
            await new Promise((resolve) => setImmediate(resolve));
            isHeld = false;
            tap.resumePublishes();
          }
          await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
          expect(taken).toEqual(
            own.map((p) => [p.topic, p.qos === 0 ? 0 : p.messageId, Buffer.from(p.payload).toString("hex")]),
          );
          const others = packets.filter((p) => typeof p === "number" || p.qos === 2);
          expect(Buffer.concat(passed)).toEqual(Buffer.concat(others.map(toBytes)));
        },
      ),
      { numRuns: 150 },
    );
  });

  it("lets what was pushed be read before it closes, and writes pieces as one", async () => {
    const inner = new PassThrough();
    const tap = new PublishTap(inner, { version: 5, onBytes: () => undefined, onPublish: () => true });
    const passed: Buffer[] = [];
    tap.on("data", (chunk: Buffer) => passed.push(chunk));
    const closed = new Promise((resolve) => tap.once("close", resolve));
    inner.end(Buffer.from("e0018e", "hex"));
    await closed;
    expect(Buffer.concat(passed).toString("hex")).toBe("e0018e");

    const sent: Buffer[] = [];
    const other = new PassThrough();
    const writer = new PublishTap(other, { version: 5, onBytes: () => undefined, onPublish: () => true });
    other.write = (chunk: Buffer) => sent.push(chunk) > 0;
    writer.cork();
    for (const byte of [1, 2, 3]) writer.write(Buffer.from([byte]));
    writer.uncork();
    expect(sent).toEqual([Buffer.from([1, 2, 3])]);
  });
});
