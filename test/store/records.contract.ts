import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type {
  CertificateLot,
  CertificateUse,
  Entry,
  New,
  Records,
  Settlement,
  Written,
} from "../../store/records.ts";

/** Records under test, empty at first; what `other` writes the first sees. */
interface RecordsUnderTest {
  readonly records: Records;
  readonly other: Records;
  close(): Promise<void>;
}

const NOW = Date.UTC(2026, 10, 20);
const BY: Written = {
  by: "c-1",
  byLabel: "能源办 “office”",
  atMs: NOW,
  evidence: "统计月报 2026-03 第 7 号",
  evidenceFile: null,
};
const rejected = { name: "StoreError", code: "rejected" };
const production: New<Entry> = {
  ...BY,
  kind: "production",
  scope: "enterprise:wafer",
  subject: "wafer",
  from: "2026-03-01",
  to: "2026-04-01",
  amount: 1234.5,
  unit: "t",
  detail: '{"注":1}',
  replaces: null,
};

/** What every engine's records must do; run against each. */
export function recordsContract(name: string, open: () => Promise<RecordsUnderTest>): void {
  describe(`records on ${name}`, () => {
    let under: RecordsUnderTest;
    let records: Records;
    let other: Records;
    let made = 0;
    beforeAll(async () => {
      under = await open();
      ({ records, other } = under);
    });
    afterAll(async () => {
      await under?.close();
    });

    /** A lot of a series of its own. */
    function lot(given: Partial<New<CertificateLot>> = {}): New<CertificateLot> {
      return {
        ...BY,
        series: `S-${++made}`,
        first: 1,
        last: 100,
        project: "roof",
        month: "2026-03",
        energy: "solar",
        tradable: true,
        holder: "wafer",
        ...given,
      };
    }
    function use(of: { readonly series: string }, given: Partial<New<CertificateUse>> = {}) {
      const { series } = of;
      return {
        ...BY,
        series,
        first: 1,
        last: 100,
        purpose: "allocated" as const,
        beneficiary: "wafer",
        month: "2026-03",
        ...given,
      };
    }
    function trade(given: Partial<New<Settlement>> = {}): New<Settlement> {
      return {
        ...BY,
        kind: "green-trade",
        reference: `T-${++made}`,
        project: "roof",
        month: "2026-03",
        beneficiary: "wafer",
        energyKwh: 1000,
        quarterHoursKwh: null,
        replaces: null,
        ...given,
      };
    }
    async function changes(work: () => Promise<unknown>): Promise<boolean> {
      const before = await records.recordsRevision();
      await work();
      return (await records.recordsRevision()) !== before;
    }

    describe("entries", () => {
      test("come back whole, in order, and only those that meet the question", async () => {
        expect(await records.listEntries({})).toEqual([]);
        const later = { ...production, from: "2026-04-01", to: "2026-05-01", evidenceFile: "f".repeat(64) };
        const water = { ...production, kind: "water" as const, subject: "fresh", unit: "m³" };
        const elsewhere = { ...production, scope: "park" };
        expect(
          await changes(async () => {
            await records.addEntries([water, later, elsewhere, production]);
          }),
        ).toBe(true);
        const all = await other.listEntries({});
        expect(all.map(({ id: _, ...rest }) => rest)).toEqual([production, later, elsewhere, water]);
        expect(new Set(all.map((e) => e.id)).size).toBe(4);
        expect(await other.listEntries({ kinds: ["water"] })).toHaveLength(1);
        expect(await other.listEntries({ kinds: [] })).toEqual([]);
        expect(await other.listEntries({ scopes: ["park"] })).toHaveLength(1);
        const april = { kinds: ["production"] as const, from: "2026-04-01", to: "2026-04-02" };
        expect((await other.listEntries(april)).map((e) => e.from)).toEqual(["2026-04-01"]);
        expect(await other.listEntries({ ...april, to: "2026-04-01" })).toEqual([]);
      });

      test("of a series never overlap; another subject or scope may", async () => {
        const mine = { ...production, subject: "overlap" };
        const [first = 0] = await records.addEntries([mine]);
        const met = { ...mine, from: "2026-03-31", to: "2026-06-01" };
        await expect(other.addEntries([met])).rejects.toMatchObject(rejected);
        await expect(other.addEntries([met])).rejects.toThrow(`entry ${first}, 2026-03-01 to 2026-04-01`);
        await other.addEntries([
          { ...met, from: "2026-04-01" },
          { ...met, scope: "enterprise:cell" },
        ]);
        await expect(
          records.addEntries([{ ...mine, from: "2027-01-01", to: "2027-01-01" }]),
        ).rejects.toMatchObject(rejected);
      });

      test("are all written or none", async () => {
        const mine = { ...production, subject: "all-or-none" };
        const far = { ...mine, from: "2030-01-01", to: "2030-02-01" };
        expect(
          await changes(async () => {
            await expect(records.addEntries([far, mine, { ...mine, amount: 2 }])).rejects.toMatchObject(
              rejected,
            );
          }),
        ).toBe(false);
        expect((await records.listEntries({})).filter((e) => e.subject === "all-or-none")).toEqual([]);
      });

      test("a correction replaces one that stands; null takes it back; all of it stays", async () => {
        const mine = { ...production, subject: "corrected" };
        const [first = 0] = await records.addEntries([mine]);
        const [second = 0] = await other.addEntries([{ ...mine, amount: 7, replaces: first }]);
        await expect(other.addEntries([{ ...mine, amount: 8, replaces: first }])).rejects.toMatchObject(
          rejected,
        );
        const elsewhere = { ...mine, scope: "enterprise:cell", replaces: second };
        await expect(other.addEntries([elsewhere])).rejects.toMatchObject(rejected);
        const here = async (all: boolean) =>
          (await records.listEntries({ all })).filter((e) => e.subject === "corrected");
        expect((await here(false)).map((e) => e.amount)).toEqual([7]);
        await records.addEntries([{ ...mine, amount: null, replaces: second, evidence: "录入错误" }]);
        expect(await here(false)).toEqual([]);
        expect((await here(true)).map((e) => e.amount)).toEqual([1234.5, 7, null]);
        await expect(records.addEntries([{ ...mine, amount: null }])).rejects.toMatchObject(rejected);
        await records.addEntries([mine]);
        expect(await here(false)).toHaveLength(1);
      });

      test("of 20 that write the same at once, one does", async () => {
        const mine = { ...production, subject: "at-once" };
        const tries = await Promise.allSettled(
          Array.from({ length: 20 }, (_, i) => (i % 2 ? records : other).addEntries([mine])),
        );
        expect(tries.filter((t) => t.status === "fulfilled")).toHaveLength(1);
        for (const t of tries) if (t.status === "rejected") expect(t.reason).toMatchObject(rejected);
      });
    });

    describe("certificates", () => {
      test("a number exists once in its series", async () => {
        const mine = lot({ tradable: false });
        const id = await records.addLot(mine);
        expect((await other.listLots()).find((l) => l.id === id)).toEqual({ ...mine, id });
        await expect(other.addLot({ ...mine, first: 100, last: 200 })).rejects.toMatchObject(rejected);
        await expect(other.addLot({ ...mine, first: 100, last: 200 })).rejects.toThrow(`lot ${id}`);
        await other.addLot({ ...mine, first: 101, last: 200 });
        await other.addLot({ ...mine, series: `${mine.series}x` });
        await expect(other.addLot({ ...mine, first: 300, last: 299 })).rejects.toMatchObject(rejected);
        await expect(other.addLot({ ...mine, first: 1000, last: 1_001_000 })).rejects.toMatchObject(rejected);
      });

      test("a number is in one standing use; released it is free, cancelled it stays", async () => {
        const mine = lot();
        await records.addLot(mine);
        const id = await records.useCertificates(use(mine, { first: 10, last: 20 }));
        for (const [first, last] of [
          [20, 30],
          [1, 10],
          [12, 13],
          [1, 100],
        ])
          await expect(
            other.useCertificates(use(mine, { first: first ?? 0, last: last ?? 0, purpose: "sold" })),
          ).rejects.toMatchObject(rejected);
        await expect(other.useCertificates(use(mine))).rejects.toThrow(
          `10–20 are allocated to wafer in 2026-03 (use ${id})`,
        );
        const kept = (await other.listUses({})).find((u) => u.id === id);
        expect(kept).toMatchObject({ first: 10, last: 20, releasedAtMs: null, cancelledAtMs: null });
        expect(
          await changes(() => other.releaseUse(id, { ...BY, atMs: NOW + 5, evidence: "分错企业" })),
        ).toBe(true);
        await expect(other.releaseUse(id, BY)).rejects.toMatchObject(rejected);
        await expect(other.cancelUse(id, BY)).rejects.toMatchObject(rejected);
        expect((await records.listUses({})).some((u) => u.id === id)).toBe(false);
        expect((await records.listUses({ all: true })).find((u) => u.id === id)).toMatchObject({
          releasedAtMs: NOW + 5,
          cancelledAtMs: null,
          ended: { evidence: "分错企业", by: "c-1" },
        });
        const again = await records.useCertificates(use(mine, { first: 15, last: 40, beneficiary: "cell" }));
        await records.cancelUse(again, { ...BY, atMs: NOW + 9 });
        await expect(records.cancelUse(again, BY)).rejects.toMatchObject(rejected);
        await expect(records.releaseUse(again, BY)).rejects.toMatchObject(rejected);
        expect((await records.listUses({})).find((u) => u.id === again)?.cancelledAtMs).toBe(NOW + 9);
        await expect(records.useCertificates(use(mine, { first: 40, last: 41 }))).rejects.toMatchObject(
          rejected,
        );
        const round = await records.useCertificates(use(mine, { first: 10, last: 14 }));
        await records.releaseUse(round, BY);
        await records.useCertificates(use(mine, { first: 1, last: 14 }));
        await expect(records.releaseUse(123_456, BY)).rejects.toMatchObject(rejected);
      });

      test("only numbers that exist are used, across lots of a series too; a sale is not cancelled", async () => {
        const mine = lot();
        await records.addLot(mine);
        await records.addLot({ ...mine, first: 101, last: 150 });
        await expect(records.useCertificates(use(mine, { last: 151 }))).rejects.toMatchObject(rejected);
        await expect(records.useCertificates(use({ series: "none" }))).rejects.toMatchObject(rejected);
        const sold = await records.useCertificates(
          use(mine, { first: 90, last: 150, purpose: "sold", beneficiary: "买方" }),
        );
        await expect(records.cancelUse(sold, BY)).rejects.toMatchObject(rejected);
      });

      test("several lots or uses are added all or none; what was cancelled before comes cancelled", async () => {
        const mine = lot();
        const next = { ...mine, first: 101, last: 110 };
        await expect(records.addLots([mine, next, { ...next, first: 110 }])).rejects.toMatchObject(rejected);
        const ids = await records.addLots([mine, next]);
        expect((await other.listLots()).filter((l) => l.series === mine.series).map((l) => l.id)).toEqual(
          ids,
        );
        const a = use(mine, { last: 50 });
        const b = { ...use(mine, { first: 51, last: 60 }), cancelled: true };
        await expect(records.addUses([a, b, use(mine, { first: 60 })])).rejects.toMatchObject(rejected);
        const sold = { ...use(mine, { first: 90, purpose: "sold" }), cancelled: true };
        await expect(records.addUses([a, sold])).rejects.toMatchObject(rejected);
        await records.addUses([a, b]);
        const standing = (await other.listUses({})).filter((u) => u.series === mine.series);
        expect(standing.map((u) => [u.first, u.cancelledAtMs])).toEqual([
          [1, null],
          [51, NOW],
        ]);
      });

      test("a lot entered by mistake is withdrawn while no number of it is used", async () => {
        const mine = lot();
        const id = await records.addLot(mine);
        const used = await records.useCertificates(use(mine, { first: 100, last: 100 }));
        await expect(other.withdrawLot(id, BY)).rejects.toThrow(`(use ${used})`);
        await records.releaseUse(used, BY);
        expect(await changes(() => other.withdrawLot(id, BY))).toBe(true);
        await expect(other.withdrawLot(id, BY)).rejects.toMatchObject(rejected);
        expect((await records.listLots()).some((l) => l.id === id)).toBe(false);
        await expect(records.useCertificates(use(mine))).rejects.toMatchObject(rejected);
        await other.addLot({ ...mine, first: 50, last: 120, holder: "cell" });
        await expect(records.useCertificates(use(mine))).rejects.toMatchObject(rejected);
        await records.useCertificates(use(mine, { first: 50, last: 120 }));
      });

      test("two that allocate the same at the same moment, 100 times: one wins, the other hears why", async () => {
        const mine = lot();
        await records.addLot(mine);
        let firsts = 0;
        for (let i = 1; i <= 100; i++) {
          const tries = await Promise.allSettled([
            records.useCertificates(use(mine, { first: i, last: i, beneficiary: "wafer" })),
            other.useCertificates(use(mine, { first: i, last: i, beneficiary: "cell" })),
          ]);
          if (tries[0]?.status === "fulfilled") firsts += 1;
          const lost = tries.filter((t) => t.status === "rejected");
          expect(lost).toHaveLength(1);
          expect(lost[0]?.reason).toMatchObject(rejected);
          expect(String(lost[0]?.reason)).toContain(`${mine.series} ${i}–${i} are allocated to`);
        }
        const standing = (await records.listUses({})).filter((u) => u.series === mine.series);
        expect(standing.map((u) => u.first)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
        expect(standing.filter((u) => u.beneficiary === "wafer")).toHaveLength(firsts);
      });
    });

    describe("settlements", () => {
      test("a reference counts once within its kind; a correction replaces the one that stands", async () => {
        const mine = trade({ quarterHoursKwh: [0.25, 0, 1.5] });
        const [id = 0] = await records.addSettlements([mine]);
        expect((await other.listSettlements()).find((s) => s.id === id)).toEqual({ ...mine, id });
        await expect(other.addSettlements([trade(), mine])).rejects.toMatchObject(rejected);
        await expect(other.addSettlements([mine])).rejects.toThrow(`settlement ${id} already`);
        const [line = 0] = await other.addSettlements([{ ...mine, kind: "direct-line" }]);
        const better = { ...mine, energyKwh: 900, replaces: id };
        await expect(other.addSettlements([{ ...better, replaces: line }])).rejects.toMatchObject(rejected);
        const [next = 0] = await other.addSettlements([better]);
        await expect(records.addSettlements([better])).rejects.toMatchObject(rejected);
        const here = async (all: boolean) =>
          (await records.listSettlements({ all }))
            .filter((s) => s.reference === mine.reference && s.kind === mine.kind)
            .map((s) => s.id);
        expect(await here(false)).toEqual([next]);
        expect(await here(true)).toEqual([id, next]);
      });

      test("of 20 that enter one reference at once, one does; nothing of a refused batch stays", async () => {
        const mine = trade();
        const tries = await Promise.allSettled(
          Array.from({ length: 20 }, (_, i) => (i % 2 ? records : other).addSettlements([trade(), mine])),
        );
        expect(tries.filter((t) => t.status === "fulfilled")).toHaveLength(1);
        const all = await records.listSettlements({ all: true });
        expect(
          all.filter((s) => Number(s.reference.slice(2)) >= Number(mine.reference.slice(2))),
        ).toHaveLength(2);
      });
    });

    test("evidence is kept once, by its content", async () => {
      const bytes = new Uint8Array([0, 255, 37, 80, 68, 70, 10, 13, 0]);
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      await records.addEvidence({ sha256, name: "月报.pdf", mediaType: "application/pdf", bytes });
      await other.addEvidence({ sha256, name: "again.pdf", mediaType: "application/pdf", bytes });
      expect(await other.findEvidence(sha256)).toEqual({
        sha256,
        name: "月报.pdf",
        mediaType: "application/pdf",
        bytes,
      });
      expect(await other.findEvidence("0".repeat(64))).toBeNull();
    });
  });
}
