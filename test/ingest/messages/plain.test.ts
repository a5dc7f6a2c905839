import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseMessage } from "../../../ingest/messages/message.ts";
import { PlainReader } from "../../../ingest/messages/plain.ts";
import { MINUTE, park, T0 } from "../kit.ts";

const reader = new PlainReader(park);
const NOW = T0 + 10 * MINUTE;

function plain(text: string | Uint8Array, meter = "gate", before = 0) {
  const payload = Buffer.from(text);
  const bytes = Buffer.concat([Buffer.alloc(before, 0x31), payload, Buffer.from("9}")]);
  return reader.read(`parks/p1/meters/${meter}/readings`, bytes, before, before + payload.length, NOW);
}

function whole(text: string | Uint8Array, meter = "gate") {
  return parseMessage({ topic: `parks/p1/meters/${meter}/readings`, payload: Buffer.from(text) }, park, NOW);
}

/** What both say, as plain objects. */
function told(parsed: ReturnType<typeof whole> | null) {
  return (
    parsed && {
      rejections: parsed.rejections,
      readings: parsed.readings.map(({ meter, timeMs, values, simulated, element }) => {
        return { meter, timeMs, values: Object.entries(values), simulated, element };
      }),
    }
  );
}

const blank = fc.constantFrom("", "", "", " ", "\n\t ", "\r");
const digits = fc.stringMatching(/^\d{1,9}$/);
const number = fc.oneof(
  { weight: 12, arbitrary: fc.tuple(fc.nat(2_000_000_000), digits).map(([a, b]) => `${a}.${b}`) },
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e13, max: 1e13 }).map(String),
  fc.tuple(fc.constantFrom("", "", "-"), fc.nat(2_000_000_000), digits).map(([s, a, b]) => `${s}${a}.${b}`),
  fc.constantFrom("0", "-0", "-0.0", "00", "01", ".5", "1.", "1e3", "1E-2", "null", '"1"', "999999999999.99"),
  fc.constantFrom(
    "1e12",
    "1000000000000",
    "0.1",
    "123456.78",
    "9007199254740993",
    "0.30000000000000004",
    "true",
  ),
);
const pad = (n: number, length = 2) => String(n).padStart(length, "0");
const time = fc.oneof(
  { weight: 8, arbitrary: fc.nat(1e9).map((ms) => `"${new Date(T0 - ms * 100).toISOString()}"`) },
  fc
    .date({ min: new Date("1999-01-01"), max: new Date("2037-01-01"), noInvalidDate: true })
    .map((d) => `"${d.toISOString()}"`),
  fc
    .tuple(
      fc.constantFrom("1999", "2000", "2024", "2025", "2026", "2100"),
      fc.tuple(fc.nat(13), fc.nat(32), fc.nat(24), fc.nat(60), fc.nat(60)),
      fc.oneof(
        fc.constant(""),
        digits.map((d) => `.${d}`),
        fc.constantFrom(".", ",5", ".0123456789"),
      ),
      fc.constantFrom("Z", "z", "+08:00", "-03:30", "+0800", "+14:59", "+15:00", "", "+08:60"),
      fc.constantFrom("T", "T", "T", " ", "t"),
    )
    .map(
      ([y, [mo, d, h, mi, s], f, z, t]) =>
        `"${y}-${pad(mo)}-${pad(d)}${t}${pad(h)}:${pad(mi)}:${pad(s)}${f}${z}"`,
    ),
  fc.constantFrom(String(T0), `${T0}.0`, `${T0}.5`, "5", "1e12", "null", String(NOW + 11 * 366 * 86_400_000)),
);
const key = fc.constantFrom(
  "energyImportKwh",
  "powerKw",
  "energyImportKwh",
  "energyExportKwh",
  "powerKw",
  "stateOfCharge",
  "maxDemandKw",
  "volumeM3",
  "other",
  "",
);
const pair = fc.oneof(
  { weight: 20, arbitrary: fc.tuple(key, number) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constant("simulated"), fc.constantFrom("true", "false", "false", "nul")),
  },
  { weight: 1, arbitrary: fc.tuple(fc.constant("time"), time) },
);
const object = fc
  .tuple(time, fc.array(pair, { maxLength: 4 }), fc.nat(4), blank)
  .map(([at, pairs, place, b]) => {
    const all: [string, string][] = [...pairs];
    all.splice(place, 0, ["time", at]);
    return `{${b}${all.map(([k, v]) => `${b}"${k}"${b}:${b}${v}${b}`).join(",")}${b}}`;
  });
const message = fc.oneof(
  object,
  fc
    .tuple(fc.array(object, { maxLength: 4 }), blank)
    .map(([list, b]) => `${b}[${b}${list.join(`${b},${b}`)}${b}]${b}`),
);

describe("a plain message, read in place", () => {
  it("is what parsing the whole of it says, wherever it lies; anything else is left to that", () => {
    let taken = 0;
    fc.assert(
      fc.property(message, fc.constantFrom("gate", "gas", "pv"), fc.nat(20), (text, meter, before) => {
        const found = plain(text, meter, before);
        if (found === null) return;
        taken++;
        expect(told(found)).toEqual(told(whole(text, meter)));
      }),
      { numRuns: 5_000 },
    );
    expect(taken).toBeGreaterThan(100);
  });

  it("is the same where bytes of it were changed, lost or doubled", () => {
    const good = `[{"time":"2026-11-20T00:01:02.5+08:00","energyImportKwh":123456.78,"powerKw":-1.5,"simulated":true}]`;
    let taken = 0;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255), fc.constantFrom(0, 1, 2)), { maxLength: 2 }),
        (changes) => {
          let bytes = Buffer.from(good);
          for (const [at, byte, length] of changes)
            bytes = Buffer.concat([
              bytes.subarray(0, at),
              Buffer.alloc(length, byte),
              bytes.subarray(at + 1),
            ]);
          const found = plain(bytes);
          if (found === null) return;
          taken++;
          expect(told(found)).toEqual(told(whole(bytes)));
        },
      ),
      { numRuns: 5_000 },
    );
    expect(taken).toBeGreaterThan(50);
  });

  it("takes what meters send", () => {
    for (const text of [
      `{"time":"2026-11-19T16:15:00.000Z","energyImportKwh":123456.78,"energyExportKwh":0,"powerKw":412.5}`,
      `{"time":"2026-11-19T16:15:00+08:00","energyImportKwh":1}`,
      `[{"time":${T0},"powerKw":-0.25}, {"time":${T0 + 1},"powerKw":7,"simulated":true}]`,
    ]) {
      expect(plain(text)).not.toBeNull();
      expect(told(plain(text))).toEqual(told(whole(text)));
    }
    expect(plain(`{"time":${T0},"powerKw":1}`, "rest")).toBeNull();
    expect(plain(`{"time":${T0},"powerKw":1}`, "unheard-of")).toBeNull();
  });
});
