import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { buildPages, hasBrowser, startBrowser } from "../kit/browser.ts";
import { type FixtureApi, startFixtureApi } from "../kit/fixture-api.ts";
import { parkFixture } from "../kit/fixtures/park.ts";

/** The frame around the pages: what an account is offered, the phone's bar, the wall's edge, and that nothing jumps. */

const PHONE = { width: 390, height: 844 };
const WALL = { width: 1920, height: 1080 };

describe.skipIf(!hasBrowser)("the frame around the pages", () => {
  let pages: Awaited<ReturnType<typeof buildPages>>;
  let api: FixtureApi;
  let browser: Browser;
  let context: BrowserContext | null = null;

  beforeAll(async () => {
    pages = await buildPages();
    api = await startFixtureApi({ webRoot: pages.webRoot });
    browser = await startBrowser();
  }, 180_000);

  afterEach(async () => {
    await context?.close();
    context = null;
  });

  afterAll(async () => {
    await browser?.close();
    await api?.stop();
    pages?.remove();
  });

  async function open(
    where: string,
    viewport: { width: number; height: number },
    before?: (page: Page) => Promise<unknown>,
  ): Promise<Page> {
    context = await browser.newContext({ viewport, reducedMotion: "reduce" });
    const page = await context.newPage();
    await before?.(page);
    await page.goto(`${api.url}${where}`);
    return page;
  }

  const as = (caller: { role: "enterprise" | "vpp"; enterprise: string | null }) => (page: Page) =>
    page.route("**/api/v1/park", (route) => route.fulfill({ json: { ...parkFixture, caller } }));

  test("a phone has four pages in its bar and the others behind more, which Escape and a choice close", async () => {
    const page = await open("/?lang=en", PHONE);
    const bar = page.locator(".nav-bottom");
    const more = bar.getByRole("button", { name: "More" });
    await more.waitFor();
    await expect
      .poll(() => bar.locator("> ul a").allTextContents())
      .toEqual(["Overview", "Path", "Green", "Flexibility"]);
    await more.press("Enter");
    const sheet = page.locator("#nav-more");
    await sheet.getByRole("link", { name: "Ledger" }).waitFor();
    await page.keyboard.press("Escape");
    await sheet.waitFor({ state: "hidden" });
    expect(await page.locator(".nav-bottom > button:focus").count()).toBe(1);
    await more.press("Enter");
    await sheet.getByRole("link", { name: "Carbon" }).click();
    await sheet.waitFor({ state: "hidden" });
    expect(new URL(page.url()).pathname).toBe("/carbon");
    expect(await more.getAttribute("data-current")).toBe("");
  });

  test("an enterprise starts with its own page and is offered no page that it may not see", async () => {
    const page = await open(
      "/",
      { width: 1440, height: 900 },
      as({ role: "enterprise", enterprise: "wafer-works" }),
    );
    await page.waitForURL("**/enterprises");
    const links = await page.locator(".nav-top a").allTextContents();
    expect(links).toEqual(["绿电", "碳", "企业", "表计", "账本"]);
    await page.goto(`${api.url}/flexibility`);
    await page.getByText("灵活性不在这个账号的范围内").waitFor();
    expect(await page.locator("main a.button").getAttribute("href")).toBe("/enterprises");
  });

  test("a VPP operator has flexibility and nothing else", async () => {
    const page = await open("/", { width: 1440, height: 900 }, as({ role: "vpp", enterprise: null }));
    await page.waitForURL("**/flexibility");
    expect(await page.locator(".nav-top a").allTextContents()).toEqual(["灵活性"]);
  });

  test("an enterprise that is not there is said, with those that are", async () => {
    const page = await open("/enterprises/nobody", { width: 1440, height: 900 });
    await page.getByText("没有编号为“nobody”的企业").waitFor();
    expect(await page.locator(".lone-list a").count()).toBe(parkFixture.enterprises.length);
  });

  test("nothing is cut off at the wall's lower edge", async () => {
    for (const where of ["/path", "/green", "/flexibility"])
      for (const lang of ["zh-CN", "en"]) {
        const page = await open(`${where}?kiosk=1&lang=${lang}`, WALL);
        await page.locator(".figure-number, .rows").first().waitFor();
        await expect.poll(() => page.locator(".panel-wait").count()).toBe(0);
        const low = await page.evaluate<number>(
          "Math.max(...[...document.querySelectorAll('.panel')].map((one) => one.getBoundingClientRect().bottom))",
        );
        expect(low, `${where} ${lang}`).toBeLessThanOrEqual(1080);
        await context?.close();
      }
  }, 60_000);

  test("pages keep their places while they load", async () => {
    for (const where of ["/", "/path", "/green", "/carbon", "/flexibility", "/enterprises/wafer-works"])
      for (const viewport of [PHONE, { width: 1440, height: 900 }]) {
        const page = await open(where, viewport, async (fresh) => {
          await fresh.addInitScript(
            "window.moved = 0; new PerformanceObserver((list) => { for (const one of list.getEntries()) if (!one.hadRecentInput) window.moved += one.value; }).observe({ type: 'layout-shift', buffered: true });",
          );
        });
        await page.locator(".figure-number, .rows").first().waitFor();
        await expect.poll(() => page.locator(".panel-wait").count()).toBe(0);
        await page.waitForTimeout(300);
        expect(await page.evaluate<number>("window.moved"), `${where} ${viewport.width}`).toBeLessThan(0.1);
        await context?.close();
      }
  }, 90_000);
});
