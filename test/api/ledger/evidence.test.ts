import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type LedgerApi, ledgerApi, refusedFor } from "../../kit/ledger-api.ts";
import { idOf, PRODUCTION } from "./kit.ts";

let api: LedgerApi;
beforeEach(async () => {
  api = await ledgerApi();
});
afterEach(async () => {
  await api.close();
});

describe("/ledger/evidence", () => {
  const bytes = new TextEncoder().encode("<script>alert(1)</script>");
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const put = (as: "office" | "wafer" | "vpp", body: Uint8Array, hash = sha256, type = "text/html") =>
    api.ask(`/api/v1/ledger/evidence/${hash}?name=${encodeURIComponent("月报 (1).html")}`, api.accounts[as], {
      method: "PUT",
      body: new Uint8Array(body),
      headers: { "content-type": type },
    });

  it("is kept under its own hash and comes back as a download, whatever it is", async () => {
    expect((await put("office", bytes)).status).toBe(200);
    expect((await put("wafer", bytes)).status).toBe(200);
    const init = { method: "POST", body: new Uint8Array(bytes) };
    const sent = await api.ask("/api/v1/ledger/evidence?name=x", api.accounts.wafer, init);
    expect([sent.status, await sent.json()]).toEqual([201, { sha256, bytes: bytes.length }]);
    expect((await api.ask("/api/v1/ledger/evidence", api.accounts.vpp, init)).status).toBe(403);
    expect((await api.ask("/api/v1/ledger/evidence", api.accounts.office, { method: "POST" })).status).toBe(
      400,
    );
    expect(await refusedFor(await put("office", bytes, "0".repeat(64)))).toHaveLength(1);
    expect((await put("office", bytes, "xyz")).status).toBe(400);
    expect((await put("vpp", bytes)).status).toBe(403);
    const answer = await api.get(`evidence/${sha256}`);
    expect(answer.headers.get("content-type")).toBe("application/octet-stream");
    expect(answer.headers.get("content-disposition")).toBe(
      `attachment; filename="${sha256.slice(0, 12)}"; filename*=UTF-8''%E6%9C%88%E6%8A%A5%20%281%29.html`,
    );
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(bytes);
    expect((await api.get(`evidence/${"0".repeat(64)}`)).status).toBe(404);
  });

  it("an enterprise reads only what its own rows rest on; more than 5 MiB is too much, elsewhere 64 KiB", async () => {
    await put("office", bytes);
    await idOf(await api.send("entries", { ...PRODUCTION, evidenceFile: sha256 }));
    expect((await api.get(`evidence/${sha256}`, "wafer")).status).toBe(200);
    expect((await api.get(`evidence/${sha256}`, "carpet")).status).toBe(404);
    const five = new Uint8Array(5 * 1024 * 1024).fill(7);
    const hash = (of: Uint8Array) => createHash("sha256").update(of).digest("hex");
    expect((await put("office", five, hash(five), "application/pdf")).status).toBe(200);
    const more = new Uint8Array(five.length + 1);
    expect((await put("office", more, hash(more))).status).toBe(413);
    const long = { ...PRODUCTION, detail: { comment: "x".repeat(70_000) } };
    expect((await api.send("entries", long)).status).toBe(413);
  });
});
