import { describe, expect, it, vi } from "vitest";
import { RecordBook } from "../../../api/standards/record-book.ts";
import type { Entry, New } from "../../../store/records.ts";
import { StoreError } from "../../../store/telemetry.ts";
import { MemoryRecords } from "../../kit/memory-records.ts";

const ENTRY: New<Entry> = {
  by: "c",
  byLabel: "l",
  atMs: 1,
  evidence: "e",
  evidenceFile: null,
  kind: "production",
  scope: "park",
  subject: "wafer",
  from: "2026-03-01",
  to: "2026-04-01",
  amount: 1,
  unit: "t",
  detail: "{}",
  replaces: null,
};

function book() {
  const records = new MemoryRecords();
  const clock = { nowMs: 1_000_000 };
  return { records, clock, book: new RecordBook(records, () => clock.nowMs) };
}

describe("RecordBook", () => {
  it("asks for the revision at most once a second and reads again only when it changed", async () => {
    const { records, clock, book: kept } = book();
    const asked = vi.spyOn(records, "recordsRevision");
    const listed = vi.spyOn(records, "listEntries");
    await records.addEntries([ENTRY]);
    for (let i = 0; i < 5; i++) expect(await kept.entries({ kinds: ["production"] })).toHaveLength(1);
    expect(await kept.entries({ scopes: ["enterprise:x"] })).toEqual([]);
    expect([asked.mock.calls.length, listed.mock.calls.length]).toEqual([1, 1]);
    const [id = 0] = (await kept.entries()).map((e) => e.id);
    await records.addEntries([{ ...ENTRY, amount: 2, replaces: id }]);
    expect((await kept.entries()).map((e) => e.amount)).toEqual([1]);
    clock.nowMs += 1_000;
    expect((await kept.entries()).map((e) => e.amount)).toEqual([2]);
    expect([asked.mock.calls.length, listed.mock.calls.length]).toEqual([2, 2]);
    clock.nowMs += 1_000;
    await kept.entries();
    expect([asked.mock.calls.length, listed.mock.calls.length]).toEqual([3, 2]);
  });

  it("shows at once what this process has just written", async () => {
    const { records, book: kept } = book();
    expect(await kept.entries()).toEqual([]);
    await records.addEntries([ENTRY]);
    kept.forget();
    expect(await kept.entries()).toHaveLength(1);
  });

  it("a failing store is an error, never an empty list, and is asked again", async () => {
    const { records, clock, book: kept } = book();
    await records.addEntries([ENTRY]);
    const down = new StoreError("unavailable", "away");
    const listed = vi.spyOn(records, "listEntries").mockRejectedValueOnce(down);
    await expect(kept.entries()).rejects.toBe(down);
    expect(await kept.entries()).toHaveLength(1);
    clock.nowMs += 1_000;
    vi.spyOn(records, "recordsRevision").mockRejectedValueOnce(down);
    await expect(kept.lots()).rejects.toBe(down);
    expect(await kept.lots()).toEqual([]);
    expect(listed).toHaveBeenCalledTimes(2);
  });
});
