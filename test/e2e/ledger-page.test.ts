import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pino } from "pino";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { issueCredential } from "../../api/access.ts";
import { ApiServer } from "../../api/server.ts";
import { DuckDbDatabase } from "../../store/duckdb/database.ts";
import { duckDbLedger } from "../../store/ledger/duckdb.ts";
import type { Ledger } from "../../store/ledger.ts";
import { badTexts, buildPages, hasBrowser, scrollRoom, startBrowser } from "../kit/browser.ts";
import { EVIDENCE, LEDGER_NOW } from "../kit/ledger-api.ts";
import { MemoryFeed } from "../kit/memory-feed.ts";
import { MemoryTelemetry } from "../kit/memory-telemetry.ts";
import { openPage } from "../kit/page-stage.ts";
import { smallPark } from "../kit/small-park.ts";

/** The ledger's page in a browser, on the real API and a real ledger. */

describe.skipIf(!hasBrowser)("the page of the ledger", () => {
  let built: { readonly webRoot: string; remove(): void };
  let browser: Browser;
  let folder = "";
  let ledger: Ledger;
  let server: ApiServer;
  let url = "";

  beforeAll(async () => {
    built = await buildPages();
    browser = await startBrowser();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    built?.remove();
  });
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "lingtan-ledger-page-"));
    ledger = duckDbLedger(new DuckDbDatabase({ path: path.join(folder, "ledger.duckdb") }));
    await ledger.start();
    const deps = {
      park: smallPark(),
      telemetry: new MemoryTelemetry(),
      ledger,
      feed: new MemoryFeed(),
      now: () => LEDGER_NOW,
      log: pino({ level: "silent" }),
      version: "test",
      webRoot: built.webRoot,
    };
    server = new ApiServer(deps, { host: "127.0.0.1", port: 0 });
    ({ url } = await server.start());
    const by = { by: "c", byLabel: "能源办", atMs: LEDGER_NOW, ...EVIDENCE, evidenceFile: null };
    const lot = { ...by, series: "GEC-A", project: "wind", month: "2026-03", energy: "wind" as const };
    await ledger.addLot({ ...lot, first: 1, last: 100, tradable: true, holder: "wafer" });
    await ledger.addLot({ ...lot, series: "GEC-B", first: 1, last: 50, tradable: false, holder: "carpet" });
    const entry = {
      ...by,
      kind: "production" as const,
      subject: "硅片",
      unit: "t",
      detail: "{}",
      replaces: null,
    };
    await ledger.addEntries([
      { ...entry, scope: "enterprise:wafer", from: "2026-03-01", to: "2026-04-01", amount: 1200 },
    ]);
  });
  afterEach(async () => {
    await server?.stop();
    await ledger?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function open(
    query: string,
    work: (page: Page) => Promise<void>,
    options: { width?: number; height?: number; dark?: boolean; enterprise?: string } = {},
  ): Promise<void> {
    const { secret } = await issueCredential(ledger, {
      kind: "token",
      role: options.enterprise === undefined ? "office" : "enterprise",
      enterprise: options.enterprise ?? null,
      label: "test",
      nowMs: LEDGER_NOW,
    });
    const { context, page, errors } = await openPage(browser, `${url}/ledger?${query}`, {
      ...options,
      before: async (fresh) => {
        await fresh.context().request.post(`${url}/api/v1/session`, { data: { token: secret } });
      },
    });
    await work(page);
    expect(errors).toEqual([]);
    await context.close();
  }

  it.each([
    { width: 1440, height: 900, lang: "zh-CN", dark: false },
    { width: 1024, height: 800, lang: "en", dark: true },
    { width: 390, height: 844, lang: "zh-CN", dark: true },
    { width: 360, height: 780, lang: "en", dark: false },
  ] as const)(
    "is readable at $width px, $lang, dark: $dark",
    async (options) => {
      for (const tab of ["certificates", "settlements", "figures", "bills", "import"]) {
        await open(
          `tab=${tab}&lang=${options.lang}`,
          async (page) => {
            await page.locator(".panel-empty, .stack-rows tbody tr, .ledger-drop").first().waitFor();
            expect(await badTexts(page), tab).toEqual([]);
            expect((await scrollRoom(page)).x, tab).toBe(0);
          },
          options,
        );
      }
    },
    60_000,
  );

  it("allocates certificates with evidence, tells why it cannot twice, and shows what is left", async () => {
    await open("tab=certificates&lang=en", async (page) => {
      const row = page.locator(".stack-rows tbody tr", { hasText: "GEC-A" });
      await row.getByRole("button", { name: "Allocate" }).click();
      const dialog = page.getByRole("dialog", { name: "Allocate" });
      await dialog.getByLabel("Last number").fill("40");
      await dialog.getByLabel("Month of use").fill("2026-04");
      await dialog.getByLabel("Evidence", { exact: true }).fill("consumption declared for April");
      await dialog.getByLabel("Evidence file").setInputFiles({
        name: "april.pdf",
        mimeType: "application/pdf",
        buffer: Buffer.from("%PDF-1.4 april"),
      });
      // Somebody else is quicker with one of the numbers.
      const by = { by: "c", byLabel: "l", atMs: LEDGER_NOW, evidence: "first", evidenceFile: null };
      const use = { ...by, series: "GEC-A", first: 40, last: 40, month: "2026-04" };
      const quicker = await ledger.useCertificates({ ...use, purpose: "allocated", beneficiary: "wafer" });
      await dialog.getByRole("button", { name: "Save" }).click();
      await dialog.getByText("40–40 are allocated to wafer").waitFor();
      await dialog.getByLabel("Last number").fill("39");
      await dialog.getByRole("button", { name: "Save" }).click();
      await dialog.waitFor({ state: "detached" });
      await row.getByText("allocated 40 · held 60").waitFor();
      const kept = (await ledger.listUses({})).find((one) => one.id !== quicker);
      expect(kept).toMatchObject({ first: 1, last: 39, month: "2026-04", beneficiary: "wafer" });
      expect((await ledger.findEvidence(kept?.evidenceFile ?? ""))?.name).toBe("april.pdf");
    });
  });

  it("corrects a figure and takes it back; what was there stays to be seen", async () => {
    await open("tab=figures&lang=en", async (page) => {
      await page.getByRole("button", { name: "Correct" }).click();
      const dialog = page.getByRole("dialog", { name: "Correct" });
      await dialog.getByLabel("Amount").fill("1180");
      await dialog.getByLabel("Evidence", { exact: true }).fill("statistics of March, corrected");
      await dialog.getByRole("button", { name: "Save" }).click();
      await page.getByText("1,180.0 t").waitFor();
      await page.getByText("1 before").click();
      await page.getByText("1,200.0 t").waitFor();
      await page.getByRole("button", { name: "Take back" }).click();
      const back = page.getByRole("dialog", { name: "Take back" });
      await back.getByLabel("Evidence", { exact: true }).fill("entered twice");
      await back.getByRole("button", { name: "Save" }).click();
      await page.locator("td", { hasText: "taken back" }).first().waitFor();
      expect(await page.getByRole("button", { name: "Correct" }).count()).toBe(0);
      expect(await ledger.listEntries({})).toEqual([]);
    });
  });

  it("an import tells every problem by row and writes only a clean file, once it is confirmed", async () => {
    await open("tab=import&lang=en", async (page) => {
      const file = (text: string) => ({ name: "x.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
      const head = "kind,scope,subject,month,amount,unit,evidence\n";
      const input = page.locator(".ledger-drop input");
      await input.setInputFiles(
        file(`${head}production,wafer,硅片,2026-03,-5,t,again\nproduction,nobody,x,2026-03,1,t,e1\n`),
      );
      await page.getByText("3 problems; nothing was written").waitFor();
      expect(await page.locator(".stack-rows tbody th").allTextContents()).toEqual(["2", "2", "3"]);
      expect(await ledger.listEntries({})).toHaveLength(1);
      await input.setInputFiles(file(`${head}production,wafer,硅片,2026-04,5,t,April\n`));
      await page.getByRole("button", { name: "Write 1 rows" }).click();
      await page.getByText("1 rows were written").waitFor();
      expect((await ledger.listEntries({})).map((e) => e.amount)).toEqual([1200, 5]);
    });
  });

  it("an enterprise sees its own and may do what is its own to do", async () => {
    await open(
      "tab=certificates&lang=en",
      async (page) => {
        await page.getByText("GEC-B").waitFor();
        expect(await page.getByText("GEC-A").count()).toBe(0);
        expect(await page.locator(".ledger-acts button").allTextContents()).toEqual(["Allocate"]);
        expect(await page.getByRole("button", { name: "Enter certificates" }).count()).toBe(0);
        await page.getByRole("link", { name: "Declared figures" }).click();
        await page.getByText("Nothing of this kind was declared yet").waitFor();
        await page.getByLabel("Kind").selectOption("water");
        await page.getByRole("heading", { name: "Water" }).waitFor();
        expect(await page.getByRole("button", { name: "Add" }).count()).toBe(0);
      },
      { enterprise: "carpet" },
    );
  });
});
