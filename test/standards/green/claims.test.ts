import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Claim,
  claimsOf,
  countClaims,
  type Generation,
  type Instrument,
  refusalOf,
  type Sale,
} from "../../../standards/green/claims.ts";

const KWH = 1000;
const NOW = "2026-11";

function instrument(kind: Instrument["kind"], kwh: number, more: Partial<Instrument> = {}): Instrument {
  const certificate = kind === "certificate" ? { certificate: { tradable: true, isCancelled: false } } : {};
  return {
    id: `${kind}-${kwh}-${more.beneficiary ?? "a"}-${more.usedIn ?? "10"}`,
    kind,
    project: "roof",
    generatedIn: "2026-10",
    beneficiary: "a",
    usedIn: "2026-10",
    energyWh: kwh * KWH,
    ...certificate,
    ...more,
  };
}
const made = (kwh: number): Generation[] => [{ project: "roof", month: "2026-10", energyWh: kwh * KWH }];
const sale = (kwh: number): Sale[] => [{ project: "roof", month: "2026-10", energyWh: kwh * KWH }];
const totalWh = (c: Claim) => c.selfUseWh + c.networkWh + c.contractWh;
const kwhOf = (list: readonly Claim[]) => list.map((c) => totalWh(c) / KWH);

describe("claimsOf, by hand", () => {
  it("self-use, its own certificate and a trade for the same MWh make one claim", () => {
    const { claims } = claimsOf(
      [instrument("self-use", 1000), instrument("certificate", 1000), instrument("green-trade", 1000)],
      made(1000),
      [],
      NOW,
    );
    expect(claims).toHaveLength(1);
    expect(claims[0]).toMatchObject({ selfUseWh: 1000 * KWH, contractWh: 0, lostWh: 0 });
    expect(claims[0]?.instruments).toHaveLength(3);
  });

  it("the largest kind counts; two trades of one project and month are different energy", () => {
    const { claims } = claimsOf(
      [
        instrument("green-trade", 300),
        instrument("green-trade", 500),
        instrument("certificate", 600),
        instrument("direct-line", 100),
      ],
      [],
      [],
      NOW,
    );
    expect(kwhOf(claims)).toEqual([800]);
    expect(claims[0]?.contractKind).toBe("green-trade");
  });

  it("a trade that the park file declares and the ledger holds is one", () => {
    const { claims } = claimsOf(
      [instrument("green-trade", 500, { isDeclared: true }), instrument("green-trade", 450)],
      [],
      [],
      NOW,
    );
    expect(kwhOf(claims)).toEqual([500]);
  });

  it("certificates of a trade that are used in a later month do not count again there", () => {
    const later = instrument("certificate", 1200, { usedIn: "2026-11" });
    const { claims } = claimsOf([instrument("green-trade", 1000), later], [], [], NOW);
    expect(claims.map((c) => [c.usedIn, c.contractWh / KWH])).toEqual([
      ["2026-10", 1000],
      ["2026-11", 200],
    ]);
  });

  it("certificates that were sold take first what left the park, then deliveries, then own use", () => {
    const used = [instrument("self-use", 600), instrument("network", 200, { beneficiary: "b" })];
    expect(kwhOf(claimsOf(used, made(1000), sale(200), NOW).claims)).toEqual([600, 200]);
    expect(kwhOf(claimsOf(used, made(1000), sale(300), NOW).claims)).toEqual([600, 100]);
    expect(kwhOf(claimsOf(used, made(1000), sale(700), NOW).claims)).toEqual([300, 0]);
    expect(kwhOf(claimsOf(used, made(1000), sale(5000), NOW).claims)).toEqual([0, 0]);
  });

  it("certificates for what left the park are good for what was generated and not sold", () => {
    const list = [instrument("self-use", 600), instrument("certificate", 1000)];
    expect(kwhOf(claimsOf(list, made(1000), [], NOW).claims)).toEqual([1000]);
    expect(kwhOf(claimsOf(list, made(1000), sale(300), NOW).claims)).toEqual([700]);
    expect(kwhOf(claimsOf(list, made(700), [], NOW).claims)).toEqual([700]);
    expect(claimsOf(list, made(700), [], NOW).claims[0]?.lostWh).toBe(300 * KWH);
  });

  it("expired, not tradable and future certificates never count, and say why", () => {
    const of = (more: Partial<Instrument>) => refusalOf(instrument("certificate", 1, more), NOW);
    expect(of({})).toBeNull();
    expect(of({ generatedIn: "2024-11", usedIn: "2026-10" })).toBe("expired");
    expect(of({ generatedIn: "2024-12", usedIn: "2026-11" })).toBeNull();
    expect(of({ generatedIn: "2024-10", usedIn: "2026-09" })).toBe("expired");
    const cancelled = { certificate: { tradable: true, isCancelled: true } };
    expect(of({ generatedIn: "2024-10", usedIn: "2026-09", ...cancelled })).toBeNull();
    expect(of({ generatedIn: "2026-11", usedIn: "2026-10" })).toBe("future-month");
    expect(of({ generatedIn: "2026-12", usedIn: "2026-12" })).toBe("future-month");
    const bound = { certificate: { tradable: false, isCancelled: false } };
    expect(of(bound)).toBe("not-tradable");
    const { claims, refused } = claimsOf(
      [instrument("self-use", 400), instrument("certificate", 1000, bound)],
      made(1000),
      [],
      NOW,
    );
    expect(kwhOf(claims)).toEqual([400]);
    expect(claims[0]?.instruments).toHaveLength(2);
    expect(refused.map((r) => r.reason)).toEqual(["not-tradable"]);
  });

  it("what the month's use does not leave room for is carried, shown, not counted", () => {
    const { claims } = claimsOf(
      [
        instrument("green-trade", 500, { project: "wind" }),
        instrument("certificate", 500, { project: "sun" }),
      ],
      [],
      [],
      NOW,
    );
    const counted = countClaims(claims, 700 * KWH);
    expect(counted.map((c) => [c.claim.project, c.countedWh / KWH, c.carriedWh / KWH])).toEqual([
      ["sun", 200, 300],
      ["wind", 500, 0],
    ]);
  });
});

const months = ["2026-08", "2026-09", "2026-10"] as const;
const instruments: fc.Arbitrary<Instrument[]> = fc
  .array(
    fc.record({
      kind: fc.constantFrom<Instrument["kind"]>(
        "self-use",
        "network",
        "direct-line",
        "green-trade",
        "certificate",
      ),
      project: fc.constantFrom("roof", "wind"),
      generatedIn: fc.constantFrom(...months),
      beneficiary: fc.constantFrom("a", "b", "c"),
      later: fc.integer({ min: 0, max: 2 }),
      energyWh: fc.integer({ min: 0, max: 5_000_000 }),
      tradable: fc.boolean(),
    }),
    { maxLength: 14 },
  )
  .map((list) =>
    list.map(({ later, tradable, ...one }, i): Instrument => {
      const place = months.indexOf(one.generatedIn);
      const usedIn = one.kind === "certificate" ? (months[place + later] ?? "2026-10") : one.generatedIn;
      const certificate = one.kind === "certificate" ? { certificate: { tradable, isCancelled: false } } : {};
      return { id: `i${i}`, ...one, usedIn, ...certificate };
    }),
  );
const amounts = fc.array(
  fc.record({
    project: fc.constant("roof"),
    month: fc.constantFrom(...months),
    energyWh: fc.integer({ min: 0, max: 9_000_000 }),
  }),
  { maxLength: 4 },
);

describe("claims, whatever the instruments", () => {
  const sum = (list: readonly number[]) => list.reduce((a, b) => a + b, 0);

  it("Σ claims + sold ≤ generation where it is metered, whenever meters say no more than was made", () => {
    fc.assert(
      fc.property(instruments, amounts, amounts, (list, generations, sales) => {
        const { claims } = claimsOf(list, generations, sales, NOW);
        for (const month of months) {
          const of = (one: { project: string; month: string }) =>
            one.project === "roof" && one.month === month;
          if (!generations.some(of)) continue;
          const generated = sum(generations.filter(of).map((g) => g.energyWh));
          const metered = sum(
            list
              .filter(
                (i) =>
                  i.project === "roof" && i.generatedIn === month && ["self-use", "network"].includes(i.kind),
              )
              .map((i) => i.energyWh),
          );
          const sold = sum(sales.filter(of).map((s) => s.energyWh));
          if (metered > generated || sold > generated) continue;
          const claimed = sum(
            claims.filter((c) => c.project === "roof" && c.generatedIn === month).map(totalWh),
          );
          expect(claimed + sold).toBeLessThanOrEqual(generated);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("a claim is never more than the sum of its instruments' largest kind, never less than nothing", () => {
    fc.assert(
      fc.property(instruments, amounts, amounts, (list, generations, sales) => {
        const { claims } = claimsOf(list, generations, sales, NOW);
        for (const claim of claims) {
          expect(
            Math.min(claim.selfUseWh, claim.networkWh, claim.contractWh, claim.lostWh),
          ).toBeGreaterThanOrEqual(0);
        }
        const groups = new Set(claims.map((c) => `${c.project} ${c.generatedIn} ${c.beneficiary}`));
        for (const group of groups) {
          const mine = (of: { project: string; generatedIn: string; beneficiary: string }) =>
            `${of.project} ${of.generatedIn} ${of.beneficiary}` === group;
          const of = (...kinds: Instrument["kind"][]) =>
            sum(
              list
                .filter((i) => mine(i) && kinds.includes(i.kind) && i.certificate?.tradable !== false)
                .map((i) => i.energyWh),
            );
          const most = Math.max(
            of("self-use", "network"),
            of("direct-line"),
            of("green-trade"),
            of("certificate"),
          );
          expect(sum(claims.filter(mine).map((c) => totalWh(c) + c.lostWh))).toBe(most);
        }
        expect(new Set(claims.flatMap((c) => c.instruments)).size).toBe(list.length);
      }),
      { numRuns: 500 },
    );
  });

  it("the order of instruments, generation and sales changes nothing", () => {
    fc.assert(
      fc.property(instruments, amounts, amounts, (list, generations, sales) => {
        const turned = claimsOf([...list].reverse(), [...generations].reverse(), [...sales].reverse(), NOW);
        expect(turned).toEqual(claimsOf(list, generations, sales, NOW));
      }),
      { numRuns: 200 },
    );
  });

  it("counted + carried = documents, Σ counted ≤ what the month leaves", () => {
    fc.assert(
      fc.property(instruments, fc.integer({ min: -10, max: 9_000_000 }), (list, limitWh) => {
        const { claims } = claimsOf(list, [], [], NOW);
        const counted = countClaims(claims, limitWh);
        expect(sum(counted.map((c) => c.countedWh))).toBeLessThanOrEqual(Math.max(0, limitWh));
        for (const c of counted) expect(c.countedWh + c.carriedWh).toBe(c.claim.contractWh);
      }),
    );
  });
});
