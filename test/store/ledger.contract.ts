import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Credential, Ledger } from "../../store/ledger.ts";

/** An engine under test, empty at first; a second ledger sees what the first wrote. */
interface LedgerEngineUnderTest {
  /** A ledger, not started. */
  create(): Ledger;
  close(): Promise<void>;
}

const NOW = Date.UTC(2026, 10, 20);

/** What every ledger engine must do; run against each. */
export function ledgerContract(name: string, open: () => Promise<LedgerEngineUnderTest>): void {
  describe(`ledger on ${name}`, () => {
    let engine: LedgerEngineUnderTest;
    let ledger: Ledger;
    let other: Ledger;
    let made = 0;
    beforeAll(async () => {
      engine = await open();
      ledger = engine.create();
      other = engine.create();
      await Promise.all([ledger.start(), other.start()]);
    });
    afterAll(async () => {
      await ledger?.stop();
      await other?.stop();
      await engine?.close();
    });

    function credential(given: Partial<Credential> = {}): Credential {
      const id = `c-${++made}`;
      return {
        id,
        kind: "link",
        hash: createHash("sha256").update(id).digest("hex"),
        role: "office",
        enterprise: null,
        label: "能源办 “office”",
        createdAtMs: NOW + made,
        expiresAtMs: null,
        revokedAtMs: null,
        parentId: null,
        ...given,
      };
    }

    test("it is empty until an office credential was made", async () => {
      expect(await ledger.isEmpty()).toBe(true);
      await ledger.addCredential(credential({ role: "enterprise", enterprise: "wafer-works" }));
      expect(await ledger.isEmpty()).toBe(true);
      const office = credential();
      await ledger.addCredential(office);
      expect(await other.isEmpty()).toBe(false);
      await ledger.revokeCredential(office.id, NOW);
      expect(await ledger.isEmpty()).toBe(false);
      await ledger.probe();
    });

    test("a credential comes back whole, by its hash only", async () => {
      const token = credential({ kind: "token", role: "vpp", expiresAtMs: NOW + 5 });
      await ledger.addCredential(token);
      expect(await other.findCredential(token.hash)).toEqual(token);
      expect(await ledger.findCredential(token.id)).toBeNull();
      expect(await ledger.findCredential("' OR 1=1 --")).toBeNull();
    });

    test("the same hash again is refused", async () => {
      const token = credential({ kind: "token" });
      await ledger.addCredential(token);
      await expect(ledger.addCredential({ ...token, id: "another" })).rejects.toMatchObject({
        name: "StoreError",
        code: "rejected",
      });
      await expect(ledger.addCredential({ ...token, hash: "f".repeat(64) })).rejects.toMatchObject({
        code: "rejected",
      });
    });

    test("of 50 that redeem one link at once, one wins", async () => {
      const link = credential({ expiresAtMs: NOW + 1000 });
      await ledger.addCredential(link);
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, i) => (i % 2 ? ledger : other).redeemLink(link.hash, NOW)),
      );
      const winners = answers.filter((answer) => answer !== null);
      expect(winners).toEqual([{ ...link, revokedAtMs: NOW }]);
      expect(await ledger.redeemLink(link.hash, NOW + 1)).toBeNull();
    });

    test("a link that expired, was revoked or is no link cannot be redeemed", async () => {
      const expired = credential({ expiresAtMs: NOW });
      const revoked = credential();
      const token = credential({ kind: "token" });
      for (const one of [expired, revoked, token]) await ledger.addCredential(one);
      expect(await ledger.revokeCredential(revoked.id, NOW)).toBe(true);
      for (const one of [expired, revoked, token]) {
        expect(await ledger.redeemLink(one.hash, NOW)).toBeNull();
      }
      expect((await ledger.findCredential(token.hash))?.revokedAtMs).toBeNull();
    });

    test("what was issued on a credential is revoked with it, even when made after", async () => {
      const token = credential({ kind: "token" });
      const session = credential({ kind: "session", parentId: token.id });
      const late = credential({ kind: "session", parentId: token.id });
      for (const one of [token, session]) await ledger.addCredential(one);
      expect(await other.findCredential(session.hash)).toEqual(session);
      expect(await ledger.revokeCredential(token.id, NOW + 9)).toBe(true);
      await ledger.addCredential(late);
      for (const one of [session, late]) {
        expect(await other.findCredential(one.hash)).toEqual({ ...one, revokedAtMs: NOW + 9 });
      }
    });

    test("revoking says whether it did anything", async () => {
      const session = credential({ kind: "session" });
      await ledger.addCredential(session);
      expect(await ledger.revokeCredential(session.id, NOW + 7)).toBe(true);
      expect(await other.revokeCredential(session.id, NOW + 8)).toBe(false);
      expect(await ledger.revokeCredential("nobody", NOW)).toBe(false);
      expect((await ledger.findCredential(session.hash))?.revokedAtMs).toBe(NOW + 7);
    });

    test("lists are by kind, oldest first, and carry no hash", async () => {
      const late = credential({ kind: "session", createdAtMs: NOW + 9e6 });
      const early = credential({ kind: "session", createdAtMs: NOW - 9e6 });
      await ledger.addCredential(late);
      await ledger.addCredential(early);
      const sessions = await other.listCredentials("session");
      expect(sessions.map((s) => s.id).filter((id) => id === late.id || id === early.id)).toEqual([
        early.id,
        late.id,
      ]);
      expect(sessions.every((s) => s.kind === "session" && !("hash" in s))).toBe(true);
    });

    test("decisions ascend, stay open until finished, and the first outcome stands", async () => {
      const decision = { kind: "redrive", detail: '{"beforeMs":1,"注":"重投"}', by: "c-1", atMs: NOW };
      const first = await ledger.addDecision(decision);
      const second = await other.addDecision({ ...decision, detail: "{}" });
      expect(second).toBeGreaterThan(first);
      expect(await ledger.openDecisions(10)).toEqual([
        { ...decision, id: first, doneAtMs: null, outcome: null },
        { ...decision, detail: "{}", id: second, doneAtMs: null, outcome: null },
      ]);
      expect((await ledger.openDecisions(1)).map((d) => d.id)).toEqual([first]);
      await ledger.finishDecision(first, NOW + 1, "sent 3 again");
      await ledger.finishDecision(first, NOW + 2, "sent 0 again");
      expect((await other.openDecisions(10)).map((d) => d.id)).toEqual([second]);
      await ledger.finishDecision(second, NOW + 3, "done");
      expect(await ledger.openDecisions(10)).toEqual([]);
    });

    test("repairs keep who, when, why, before and after; outcomes are added; only one undoes another", async () => {
      const repair = {
        kind: "accept-step",
        action: '{"kind":"accept-step"}',
        reason: "换表后未申报 “late”",
        by: "c-1",
        byLabel: "能源办",
        atMs: NOW,
        before: '{"注":null}',
        after: `{"rows":"${"7".repeat(100_000)}"}`,
        undoes: null,
      };
      expect(await ledger.listRepairs()).toEqual([]);
      const first = await ledger.addRepair(repair);
      const second = await other.addRepair({ ...repair, kind: "undo", undoes: first });
      expect(second).toBeGreaterThan(first);
      const [one, two] = await other.listRepairs();
      expect(one).toEqual({ ...repair, id: first, doneAtMs: null, outcome: null });
      expect(two).toEqual({
        ...repair,
        kind: "undo",
        undoes: first,
        id: second,
        doneAtMs: null,
        outcome: null,
      });
      await expect(other.addRepair({ ...repair, kind: "undo", undoes: first })).rejects.toMatchObject({
        name: "StoreError",
        code: "rejected",
      });
      expect((await ledger.openRepairs(1)).map((r) => r.id)).toEqual([first]);
      await ledger.finishRepair(first, NOW + 1, "carried out");
      await ledger.finishRepair(first, NOW + 2, "not carried out");
      expect((await other.openRepairs(10)).map((r) => r.id)).toEqual([second]);
      expect((await other.listRepairs())[0]).toMatchObject({ doneAtMs: NOW + 1, outcome: "carried out" });
      await other.finishRepair(second, NOW + 3, "undone");
      expect(await ledger.openRepairs(10)).toEqual([]);
      expect((await ledger.listRepairs()).map((r) => r.id)).toEqual([first, second]);
    });

    test("of many that undo one repair at once, one does", async () => {
      const repair = {
        kind: "accept-step",
        action: "{}",
        reason: "r",
        by: "c",
        byLabel: "l",
        atMs: NOW,
        before: "{}",
        after: "{}",
        undoes: null,
      };
      const undoes = await ledger.addRepair(repair);
      const tries = await Promise.allSettled(
        Array.from({ length: 10 }, (_, i) =>
          (i % 2 ? ledger : other).addRepair({ ...repair, kind: "undo", undoes }),
        ),
      );
      expect(tries.filter((t) => t.status === "fulfilled")).toHaveLength(1);
      for (const t of tries)
        if (t.status === "rejected") expect(t.reason).toMatchObject({ code: "rejected" });
    });

    test("what was written is there after stop and start; in between every call is an error", async () => {
      const third = engine.create();
      await third.start();
      const token = credential({ kind: "token" });
      await third.addCredential(token);
      await third.stop();
      await third.stop();
      await expect(third.isEmpty()).rejects.toMatchObject({ name: "StoreError", code: "unavailable" });
      await third.start();
      expect(await third.findCredential(token.hash)).toEqual(token);
      await third.stop();
    });
  });
}
