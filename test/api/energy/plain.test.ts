import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FLOW_KINDS } from "../../../api/energy/flows.ts";
import { EnergyMemory } from "../../../api/energy/memory.ts";
import { EnergyReader } from "../../../api/energy/reader.ts";
import { EnergyService } from "../../../api/energy/service.ts";
import { DAY_MS, QUARTER_MS, type Resolution } from "../../../park/calendar.ts";
import { parsePark } from "../../../park/load.ts";
import type { Scope } from "../../../park/topology.ts";
import type { EnergyRow } from "../../../store/telemetry.ts";
import { MemoryTelemetry } from "../../kit/memory-telemetry.ts";
import { SMALL_PARK_YAML } from "../../kit/small-park.ts";
import { plainBalance } from "./plain.ts";

/** The balance as it is answered, from memory and in one pass, says what the rules say of the stored rows. */

const FIRST = Date.parse("2026-10-24T00:00:00+02:00");
const DAYS = 14;
/** Links change on days and within one; the clocks go back on the second day. */
const park = parsePark(
  SMALL_PARK_YAML.replace("timeZone: Asia/Shanghai", "timeZone: Europe/Berlin")
    .replace(
      "{ id: carpet-line, role: load, enterprise: carpet, parent: carpet-load,",
      `{ id: carpet-line, role: load, enterprise: [{ value: carpet }, { from: "2026-10-28T00:00:00+01:00", value: wafer }],
         parent: [{ value: carpet-load }, { from: "2026-10-28T00:00:00+01:00", value: gate }],`,
    )
    .replace(
      "members: [wafer]\n",
      `members: [{ enterprise: wafer, to: "2026-10-30T06:00:00+01:00" }, { enterprise: carpet, from: "2026-10-27T00:00:00+01:00" }]\n`,
    ),
);
const { calendar } = park;
const days = calendar.buckets(FIRST, FIRST + (DAYS + 1) * DAY_MS, "1d").slice(0, DAYS + 1);
const registers = park.meters
  .filter((m) => m.medium === "electricity")
  .flatMap((m) => m.registers.map((r) => ({ meter: m.id, channel: r.energyChannel })));

type Register = (typeof registers)[number];

/** What is known of a bucket: all, some, nothing; measured or not. */
const rowKind = fc.record({
  micro: fc.integer({ min: 0, max: 50_000_000 }),
  known: fc.oneof({ weight: 6, arbitrary: fc.constant(1) }, fc.constantFrom(0, 0.25, 0.5)),
  flags: fc.oneof({ weight: 4, arbitrary: fc.constant(1023) }, fc.integer({ min: 0, max: 4095 })),
});
type RowKind = typeof rowKind extends fc.Arbitrary<infer T> ? T : never;

function row(startMs: number, lengthMs: number, { micro, known, flags }: RowKind): EnergyRow {
  return {
    startMs,
    micro: known === 0 ? 0 : micro,
    knownMs: lengthMs * known,
    flags: known === 0 ? 0 : flags,
  };
}

/** A late stretch of one register: days, and the quarter-hours of one of them. */
const write = fc.record({
  kind: fc.constant("write" as const),
  register: fc.nat(registers.length - 1),
  day: fc.nat(DAYS - 1),
  rows: fc.array(rowKind, { minLength: 1, maxLength: 4 }),
  quarters: fc.array(rowKind, { minLength: 1, maxLength: 3 }),
  everywhere: fc.boolean(),
});

const scopes: readonly Scope[] = [
  { kind: "park" },
  { kind: "boundary", id: "zero" },
  { kind: "enterprise", id: "wafer" },
  { kind: "enterprise", id: "carpet" },
  { kind: "meter", id: "pack" },
];

const ask = fc.record({
  kind: fc.constant("ask" as const),
  scope: fc.constantFrom(...scopes),
  resolution: fc.constantFrom<Resolution>("15m", "1h", "1d", "1d", "1M", "1y"),
  from: fc.nat(DAYS - 1),
  length: fc.integer({ min: 1, max: DAYS }),
});

const wait = fc.record({ kind: fc.constant("wait" as const), ms: fc.nat(20 * 60_000) });

async function setUp(isKept: boolean) {
  const telemetry = new MemoryTelemetry();
  const clock = { nowMs: (days[DAYS - 1] ?? 0) + 9 * 3_600_000 + 123_000 };
  const kept = isKept ? new EnergyMemory({ telemetry, calendar, now: () => clock.nowMs }) : null;
  const service = new EnergyService(park, new EnergyReader(park, telemetry, kept));
  let rev = 0;
  const put = async (
    register: Register,
    first: number,
    rows: readonly RowKind[],
    quarters: readonly RowKind[],
  ) => {
    rev += 1;
    const dayRows = rows.flatMap((kind, i) => {
      const start = days[first + i];
      const end = days[first + i + 1];
      return start === undefined || end === undefined ? [] : [row(start, end - start, kind)];
    });
    const starts = calendar.buckets(days[first] ?? 0, days[first + 1] ?? 0, "15m");
    const intervals = starts.flatMap((start, i) => {
      const kind = quarters[(i + (i >> 3)) % quarters.length];
      return kind === undefined ? [] : [row(start, QUARTER_MS, kind)];
    });
    await telemetry.writeSettlements([{ ...register, rev, intervals, days: dayRows, judgements: [] }]);
    kept?.forget([{ meter: register.meter, rev, fromMs: days[first] ?? 0 }]);
  };
  return { telemetry, clock, service, put };
}

describe("the balance, from memory and in one pass, is what the rules say of the stored rows", () => {
  it.each([true, false])("whatever came late, is missing, or changed hands (kept: %s)", async (isKept) => {
    const everything = fc.array(
      fc.oneof({ weight: 3, arbitrary: write }, { weight: 3, arbitrary: ask }, wait),
      {
        minLength: 3,
        maxLength: 14,
      },
    );
    await fc.assert(
      fc.asyncProperty(everything, async (steps) => {
        const { telemetry, clock, service, put } = await setUp(isKept);
        for (const step of steps) {
          if (step.kind === "wait") clock.nowMs += step.ms;
          else if (step.kind === "write") {
            const to = step.everywhere ? registers : registers.slice(step.register, step.register + 1);
            for (const register of to) await put(register, step.day, step.rows, step.quarters);
          } else {
            const fromMs = days[step.from] ?? 0;
            const toMs = days[Math.min(DAYS, step.from + step.length)] ?? 0;
            const query = {
              scope: step.scope,
              resolution: step.resolution,
              fromMs,
              toMs,
              nowMs: clock.nowMs,
            };
            const [plain, found] = [await plainBalance(park, telemetry, query), await service.balance(query)];
            for (const kind of [...FLOW_KINDS, "unknown"] as const) {
              expect(found.flows[kind].micro, kind).toEqual(plain.flows[kind]);
              expect(found.flows[kind].complete, kind).toBe(plain.complete[kind]);
            }
            expect(found.known).toEqual(plain.known);
            expect(found.quality).toEqual(plain.quality);
            for (const key of ["measured", "estimated", "missing"] as const)
              expect(found.coverage[key]).toBeCloseTo(plain.coverage[key], 12);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});
