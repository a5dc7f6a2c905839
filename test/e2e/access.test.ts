import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { badTexts, buildPages, hasBrowser, scrollRoom, startBrowser } from "../kit/browser.ts";
import { type FixtureApi, startFixtureApi } from "../kit/fixture-api.ts";
import { parkFixture } from "../kit/fixtures/park.ts";

/** The access dialog in a browser: who may come in, and the way out. */

describe.skipIf(!hasBrowser)("the access dialog", () => {
  let pages: Awaited<ReturnType<typeof buildPages>>;
  let browser: Browser;
  let api: FixtureApi;

  beforeAll(async () => {
    pages = await buildPages();
    browser = await startBrowser();
    api = await startFixtureApi({ webRoot: pages.webRoot });
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await api?.stop();
    pages?.remove();
  });

  async function opened(width: number, lang: string, before?: (page: Page) => Promise<void>): Promise<Page> {
    const context = await browser.newContext({ viewport: { width, height: 844 }, reducedMotion: "reduce" });
    const page = await context.newPage();
    await before?.(page);
    await page.goto(`${api.url}/?lang=${lang}`);
    await page.locator("main .panel").first().waitFor();
    if (width < 720) await page.getByRole("button", { name: /更多|More/ }).press("Enter");
    await page
      .locator(width < 720 ? "#nav-more" : ".bar")
      .getByRole("button", { name: /访问|Access/ })
      .press("Enter");
    await page.locator("dialog.access[open]").waitFor();
    return page;
  }

  it("gives a token shown once, asks once before it takes it back, and hands the focus back", async () => {
    const page = await opened(1440, "zh-CN");
    const dialog = page.locator("dialog.access");
    await dialog.getByLabel("用途").fill("能源部报表");
    await page.keyboard.press("Enter");
    const secret = dialog.locator("#made-token");
    await secret.waitFor();
    expect(await secret.inputValue()).toBe("lt_shown-once");
    expect(await dialog.textContent()).toContain("只显示这一次");
    expect(api.tokensAsked.at(-1)).toEqual({
      role: "enterprise",
      enterprise: parkFixture.enterprises[0]?.id,
      label: "能源部报表",
      days: 365,
    });
    const first = dialog.locator(".tokens li", { hasText: "能源部报表" });
    const revoke = first.getByRole("button");
    await revoke.click();
    await expect.poll(() => dialog.getByRole("status").textContent()).toContain("再按一次");
    expect(await first.textContent()).not.toContain("2026-11-20 收回");
    await revoke.click();
    await expect.poll(() => dialog.getByRole("status").textContent()).toContain("已收回");
    await expect.poll(() => first.textContent()).toContain("2026-11-20 收回");
    await expect.poll(() => secret.count()).toBe(0);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    expect(await page.locator("[aria-haspopup=dialog]:focus").count()).toBe(1);
    await page.context().close();
  });

  it.each([
    [1440, "en"],
    [390, "en"],
    [390, "zh-CN"],
  ])("fits at %i in %s", async (width, lang) => {
    const page = await opened(width, lang);
    await page.locator(".tokens li").first().waitFor();
    expect(
      await page.evaluate<number>(
        "(() => { const d = document.querySelector('dialog.access'); return d.scrollWidth - d.clientWidth; })()",
      ),
    ).toBe(0);
    expect((await scrollRoom(page)).x).toBe(0);
    if (width > 719) expect(await badTexts(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.locator("dialog.access").waitFor({ state: "detached" });
    const opener = width > 719 ? "[aria-haspopup=dialog]:focus" : ".nav-bottom > button:focus";
    expect(await page.locator(opener).count()).toBe(1);
    await page.context().close();
  });

  it("others only sign out, and nothing of the tokens is asked for them", async () => {
    let asked = 0;
    const page = await opened(1440, "zh-CN", async (fresh) => {
      await fresh.route("**/api/v1/park", (route) =>
        route.fulfill({ json: { ...parkFixture, caller: { role: "vpp", enterprise: null } } }),
      );
      await fresh.route("**/api/v1/tokens", (route) => {
        asked += 1;
        return route.continue();
      });
    });
    const dialog = page.locator("dialog.access");
    expect(await dialog.textContent()).toContain("虚拟电厂");
    expect(await dialog.locator("form").count()).toBe(0);
    // Enter twice on the button must not sign out
    expect(await page.locator("dialog button:focus").textContent()).toBe("关闭");
    await dialog.getByRole("button", { name: "退出登录" }).click();
    await page.waitForURL("**/sign-in");
    await page.locator(".sign-in").waitFor();
    expect(asked).toBe(0);
    await page.context().close();
  });
});
