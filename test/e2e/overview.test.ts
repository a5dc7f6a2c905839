import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { LiveAnswer } from "../../api/answers/live.ts";
import { THIN } from "../../web/format.ts";
import { badTexts, buildPages, hasBrowser, scrollRoom, startBrowser } from "../kit/browser.ts";
import { type FixtureApi, startFixtureApi } from "../kit/fixture-api.ts";
import { justStarted, smallNight } from "../kit/fixtures/live.ts";

/** The overview in a browser, on fixture answers. */

const DESK = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
const WALL = { width: 1920, height: 1080 };

describe.skipIf(!hasBrowser)("the overview", () => {
  let pages: Awaited<ReturnType<typeof buildPages>>;
  let browser: Browser;
  let api: FixtureApi;
  let troubles: string[];
  let open: Page[];

  beforeAll(async () => {
    pages = await buildPages();
    browser = await startBrowser();
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    pages?.remove();
  });

  beforeEach(async () => {
    api = await startFixtureApi({ webRoot: pages.webRoot });
    troubles = [];
    open = [];
  });

  afterEach(async () => {
    for (const page of open) await page.context().close();
    await api.stop();
  });

  async function visit(url: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({ viewport: DESK, reducedMotion: "reduce", ...options });
    const page = await context.newPage();
    open.push(page);
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") troubles.push(message.text());
    });
    page.on("pageerror", (error) => troubles.push(String(error)));
    await page.goto(api.url + url);
    return page;
  }

  /** The page with this live picture, polled. */
  async function visitWith(answer: LiveAnswer, url: string, viewport: typeof DESK): Promise<Page> {
    const context = await browser.newContext({ viewport, reducedMotion: "reduce" });
    const page = await context.newPage();
    open.push(page);
    await page.route("**/api/v1/live/stream", (route) => route.abort());
    await page.route("**/api/v1/live", (route) => route.fulfill({ json: answer }));
    await page.goto(api.url + url);
    await page.locator(".flow-in, .flow-bar").first().waitFor();
    await page.locator(".chart-box canvas").waitFor();
    return page;
  }

  async function whole(page: Page): Promise<void> {
    await page.locator(".flow-in, .flow-bar").first().waitFor();
    await page.locator(".chart-box canvas").waitFor();
    await page.locator(".carbon-panel .status-broken").waitFor();
  }

  describe.each([
    ["desk, light, Chinese", "/", { viewport: DESK, colorScheme: "light" }],
    ["desk, dark, English", "/?lang=en", { viewport: DESK, colorScheme: "dark" }],
    ["phone, Chinese", "/", { viewport: PHONE, colorScheme: "light" }],
    ["phone, English", "/?lang=en", { viewport: PHONE, colorScheme: "dark" }],
    ["tablet", "/", { viewport: { width: 900, height: 1100 } }],
    ["narrow desk, English", "/?lang=en", { viewport: { width: 1240, height: 860 } }],
    ["laptop, English", "/?lang=en", { viewport: { width: 1366, height: 768 } }],
    ["small phone, English", "/?lang=en", { viewport: { width: 320, height: 640 } }],
    ["large desk", "/", { viewport: WALL }],
    ["wall, Chinese", "/?kiosk=1", { viewport: WALL, colorScheme: "dark" }],
    ["wall, English", "/?kiosk=1&lang=en", { viewport: WALL, colorScheme: "dark" }],
  ] as const)("%s", (_name, url, options) => {
    it("is whole: nothing clipped, nothing over another, no sideways scrolling, no complaint", async () => {
      const page = await visit(url, options);
      await whole(page);
      expect(await badTexts(page)).toEqual([]);
      expect((await scrollRoom(page)).x).toBeLessThanOrEqual(0);
      expect(troubles).toEqual([]);
    });
  });

  it.each([
    ["/", DESK],
    ["/?lang=en", DESK],
    ["/", PHONE],
    ["/?kiosk=1", WALL],
    ["/?kiosk=1&lang=en", WALL],
  ] as const)("says what solar takes at night, in tile and flow: %s at %o", async (url, viewport) => {
    const page = await visitWith(smallNight("2026-11-20T22:36:12+08:00"), url, viewport);
    expect(await page.locator(".tiles").textContent()).toContain("−37.9kW");
    const flow = await page.locator(".flow-panel").textContent();
    expect(flow).toContain(url.includes("en") ? "Solar, night use" : "光伏夜间用电");
    expect(flow).toContain("38");
    expect(await badTexts(page)).toEqual([]);
  });

  it.each([
    ["/?lang=en", PHONE],
    ["/?kiosk=1", WALL],
    ["/?kiosk=1&lang=en", WALL],
  ] as const)(
    "says of sums that they are being made, not that they lack: %s at %o",
    async (url, viewport) => {
      const page = await visitWith(justStarted("2026-11-20T14:36:12+08:00"), url, viewport);
      const words = url.includes("en") ? "Sum being made" : "累计正在统计";
      const notes = await page.locator(".tiles .figure-note").allTextContents();
      expect(notes).toEqual(notes.map(() => words));
      expect(await page.locator(".tiles").textContent()).toContain("121MW");
      expect(await page.locator(".enterprises-panel .panel-subtitle").textContent()).toBe(words);
      await page
        .locator(".carbon-panel .late-words", { hasText: url.includes("en") ? "Reading" : "读取中" })
        .waitFor();
      expect(await badTexts(page)).toEqual([]);
      expect((await scrollRoom(page)).x).toBeLessThanOrEqual(0);
    },
  );

  it("speaks of readings being worked in only once that has lasted", async () => {
    const page = await browser.newPage({ viewport: DESK, reducedMotion: "reduce" });
    open.push(page);
    let asked = 0;
    await page.route("**/api/v1/balance*", async (route) => {
      asked += 1;
      const answer = await route.fetch();
      await route.fulfill({ json: { ...(await answer.json()), settled: false } });
    });
    await page.clock.install();
    await page.goto(api.url);
    await page.locator(".chart-box canvas").waitFor();
    await page.clock.runFor(7_000);
    const note = page.locator(".day-panel .panel-note");
    expect(await note.count()).toBe(0);
    expect(asked).toBe(1);
    await page.clock.runFor(4_000);
    await note.waitFor();
    expect(await note.textContent()).toContain("归算");
    expect(asked).toBe(2);
  });

  it("does not scroll on the wall nor on the desk", async () => {
    for (const [url, viewport] of [
      ["/?kiosk=1", WALL],
      ["/", DESK],
    ] as const) {
      const page = await visit(url, { viewport });
      await whole(page);
      expect((await scrollRoom(page)).y).toBeLessThanOrEqual(0);
    }
  });

  it("the wall needs no hover: no type under 20 px", async () => {
    const page = await visit("/?kiosk=1", { viewport: WALL });
    await whole(page);
    const small = await page.evaluate<string[]>(`[...document.querySelectorAll("body *")]
      .filter((e) => e.closest(".visually-hidden, .skip, script, .button") === null)
      .filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim() !== ""))
      .filter((e) => e.getClientRects().length > 0 && parseFloat(getComputedStyle(e).fontSize) < 20)
      .map((e) => e.className + " " + e.textContent)`);
    expect(small).toEqual([]);
  });

  it("says what it must: in = out, shares, the silent enterprise, formula, factor, grade, location-based", async () => {
    const page = await visit("/");
    await whole(page);
    const text = (await page.locator("#main").innerText()).replaceAll(THIN, " ");
    for (const words of [
      "园区母线 132.8 MW",
      "未归属 2.1 MW（1.6 %）＝线损、未装表，及毛纺厂无数据",
      "46 min 无数据",
      "≥ 1,693.1",
      "× 0.8325（A 级）",
      "位置法（因子 0.1796，A 级）",
      "须 ≤0.20",
      "152 块表；缺失＝毛纺厂 13:50 起无数据",
      "暂估",
    ])
      expect(text).toContain(words);
    expect(await page.locator(".bar").innerText()).toContain("模拟数据");
    expect(await page.locator("html").getAttribute("lang")).toBe("zh-CN");
  });

  it("a stream that drops shows one banner, keeps and dates the values, and mends itself when asked", async () => {
    const page = await visit("/");
    await whole(page);
    api.breakLive();
    const banner = page.locator(".banner");
    await banner.waitFor();
    expect(await banner.innerText()).toMatch(/实时连接断开[\s\S]*下面是 14:3\d:\d\d 的值[\s\S]*次重连/);
    expect(await page.locator(".tile").first().innerText()).toContain("121");
    expect(await badTexts(page)).toEqual([]);
    api.mendLive();
    await page.getByRole("button", { name: "立即重连" }).click();
    await banner.waitFor({ state: "detached" });
    expect(await page.locator(".live-state").innerText()).toContain("实时");
  });

  it("goes on polling where streams do not pass", async () => {
    const context = await browser.newContext({ viewport: DESK });
    const page = await context.newPage();
    open.push(page);
    await page.route("**/live/stream", (route) => route.abort());
    await page.goto(`${api.url}/`);
    await whole(page);
    expect(await page.locator(".live-state").innerText()).toContain("轮询");
    expect(await page.locator(".banner").count()).toBe(0);
  });

  it("a store that fails is told in every panel, with the request's id, and never drawn as nothing", async () => {
    api.failStore(true);
    const page = await visit("/");
    await page.locator(".day-panel .failure").waitFor();
    const panels = page.locator(".panel:not(.tiles)");
    for (let i = 0; i < (await panels.count()); i += 1) {
      const text = await panels.nth(i).innerText();
      expect(text).toContain("存储无应答");
      expect(text).toContain("7f3a-21c8");
    }
    expect(await page.locator(".tiles").innerText()).not.toMatch(/\b0\b/);
    api.failStore(false);
    await page.locator(".day-panel").getByRole("button", { name: "立即重试" }).click();
    await page.locator(".day-panel canvas").waitFor();
  });

  it("shows every chart as a table, and hands it out as CSV", async () => {
    const page = await visit("/");
    await whole(page);
    const panel = page.locator(".day-panel");
    await panel.getByRole("button", { name: "看表格" }).click();
    expect(await panel.locator("tbody tr").count()).toBe(58);
    expect(await panel.locator("tbody tr").nth(57).innerText()).toContain("缺失");
    const download = page.waitForEvent("download");
    await panel.getByRole("button", { name: "下载 CSV" }).click();
    expect((await download).suggestedFilename()).toBe("power-2026-11-20.csv");
    await panel.getByRole("button", { name: "看图" }).click();
    await panel.locator("canvas").waitFor();
    for (const name of ["flow-panel", "enterprises-panel", "storage-panel", "carbon-panel"]) {
      await page.locator(`.${name}`).getByRole("button", { name: "看表格" }).click();
      expect(await page.locator(`.${name} tbody tr`).count()).toBeGreaterThan(1);
    }
  });

  it("is stepped through by keys, and says the values when the cursor rests", async () => {
    const page = await visit("/");
    await whole(page);
    await page.locator(".chart-box").focus();
    await page.keyboard.press("ArrowLeft");
    expect(await page.locator(".chart-at").innerText()).toBe("14:15–14:30");
    await page.keyboard.press("Shift+ArrowLeft");
    expect(await page.locator(".chart-at").innerText()).toBe("12:15–12:30");
    await page.keyboard.press("Home");
    expect(await page.locator(".chart-at").innerText()).toBe("00:00–00:15");
    await page.locator(".chart [aria-live]", { hasText: "00:00" }).waitFor({ state: "attached" });
    expect(await page.locator(".chart [aria-live]").textContent()).toMatch(/00:00–00:15：光伏 0\.0 MW，/);
    await page.keyboard.press("Escape");
    expect(await page.locator(".chart-at").innerText()).toBe("");
  });

  it("legend buttons hide and show, and carry the latest values", async () => {
    const page = await visit("/");
    await whole(page);
    const grid = page.locator(".chart-legend").getByRole("button", { name: /电网/ });
    expect(await grid.getAttribute("aria-pressed")).toBe("true");
    await grid.click();
    expect(await grid.getAttribute("aria-pressed")).toBe("false");
  });

  it("goes back in time by buttons and keys, keeps the day in the address, and comes back", async () => {
    const page = await visit("/");
    await whole(page);
    await page.getByRole("button", { name: "前一天" }).click();
    await page.locator(".day-panel .panel-title", { hasText: "19" }).waitFor();
    expect(new URL(page.url()).searchParams.get("day")).toBe("2026-11-19");
    await page.keyboard.press("ArrowLeft");
    await page.locator(".day-panel .panel-title", { hasText: "18" }).waitFor();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await page.locator(".day-panel .panel-title", { hasText: "今日功率" }).waitFor();
    expect(new URL(page.url()).searchParams.get("day")).toBeNull();
    expect(await page.getByRole("button", { name: "后一天" }).isDisabled()).toBe(true);
  });

  it("pauses everything that moves, says since when, and catches up", async () => {
    const page = await visit("/");
    await whole(page);
    await page.getByRole("button", { name: "暂停" }).click();
    const state = page.locator(".live-state");
    expect(await state.innerText()).toMatch(/已暂停 14:3\d:\d\d/);
    const clock = page.locator(".clock time");
    const before = await clock.innerText();
    await page.waitForTimeout(2300);
    expect(await clock.innerText()).toBe(before);
    await page.getByRole("button", { name: "继续" }).click();
    expect(await clock.innerText()).not.toBe(before);
    expect(await state.innerText()).toContain("实时");
  });

  it("changes language and colours without losing its place", async () => {
    const page = await visit("/?day=2026-11-18", { colorScheme: "light" });
    await whole(page);
    await page.getByRole("button", { name: "Switch to English" }).click();
    expect(await page.locator("html").getAttribute("lang")).toBe("en");
    expect(await page.locator(".day-panel .panel-title").innerText()).toContain("18 Nov");
    expect(page.url()).toContain("lang=en");
    await page.getByRole("button", { name: /Colours/ }).click();
    await page.getByRole("button", { name: /Colours/ }).click();
    expect(await page.locator("html").getAttribute("data-theme")).toBe("dark");
    await page.reload();
    await whole(page);
    expect(await page.locator("html").getAttribute("data-theme")).toBe("dark");
  });

  it("one stream while visible; keys reach all of it; targets are large enough", async () => {
    const page = await visit("/");
    await whole(page);
    expect(api.openStreams()).toBe(1);
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.className")).toBe("skip");
    const small = await page.evaluate<
      string[]
    >(`[...document.querySelectorAll("button, input:not([type=date]), .nav a")]
      .filter((e) => e.getClientRects().length > 0)
      .filter((e) => { const r = e.getBoundingClientRect(); return (r.width < 24 || r.height < 24) && !e.classList.contains("explain"); })
      .map((e) => e.outerHTML.slice(0, 80))`);
    expect(small).toEqual([]);
    expect(await page.locator(".nav-top [aria-current=page]").innerText()).toBe("总览");
    await page.context().close();
    open = [];
    await expect.poll(() => api.openStreams()).toBe(0);
  });

  it("loads itself again when the server has a new version", async () => {
    const context = await browser.newContext({ viewport: WALL });
    const page = await context.newPage();
    open.push(page);
    await page.clock.install();
    await page.goto(`${api.url}/?kiosk=1`);
    await page.clock.runFor(2000);
    await whole(page);
    await page.evaluate("window.before = true");
    api.setVersion("0.2.0");
    await page.clock.runFor(61_000);
    await expect
      .poll(async () => await page.evaluate("window.before === true").catch(() => true))
      .toBe(false);
  });

  it("passes midnight on the wall: the sums are yesterday's until the new day has some", async () => {
    await api.stop();
    api = await startFixtureApi({ webRoot: pages.webRoot, startAt: "2026-11-20T23:59:55+08:00" });
    const page = await visit("/?kiosk=1", { viewport: WALL });
    await whole(page);
    expect(await page.locator(".day-panel .panel-title").innerText()).toBe("今日功率");
    await page.locator(".clock-date", { hasText: "21" }).waitFor({ timeout: 15_000 });
    await page.locator(".tile", { hasText: "昨日" }).first().waitFor();
    const title = await page.locator(".day-panel .panel-title").innerText();
    expect(title.replaceAll("\u2009", "")).toBe("11月20日功率");
    expect(await badTexts(page)).toEqual([]);
    expect(troubles).toEqual([]);
  });

  it("an account that may not see the park live is told so, and shown where it may go", async () => {
    const context = await browser.newContext({ viewport: DESK });
    const page = await context.newPage();
    open.push(page);
    const forbidden = {
      status: 403,
      json: {
        code: "forbidden",
        message: "Only the office sees the whole park live.",
        requestId: "7f3a-21c9",
      },
    };
    await page.route("**/api/v1/live", (route) => route.fulfill(forbidden));
    await page.route("**/api/v1/live/stream", (route) => route.fulfill(forbidden));
    await page.goto(`${api.url}/`);
    await page.getByText("无权查看").waitFor();
    expect(await page.locator("#main").innerText()).toContain("7f3a-21c9");
    expect(await page.locator("#main a", { hasText: "企业" }).getAttribute("href")).toBe("/enterprises");
    expect(await page.locator(".banner").count()).toBe(0);
    expect(await page.locator(".live-state").innerText()).toContain("无实时权限");
  });

  it("the wall is dark unless someone chose otherwise", async () => {
    const page = await visit("/?kiosk=1", { viewport: WALL, colorScheme: "light" });
    await whole(page);
    expect(await page.evaluate("getComputedStyle(document.documentElement).backgroundColor")).toBe(
      "rgb(9, 14, 24)",
    );
  });

  it("signs in by a token, and by the link's secret, which leaves the address at once", async () => {
    api.requireSignIn();
    const page = await visit("/");
    await page.getByLabel("粘贴令牌").fill("wrong");
    await page.getByRole("button", { name: "登录" }).click();
    await page.getByText("登录未成功：需要登录").waitFor();
    expect(await page.locator("code").innerText()).toBe("npm run lingtan -- token --role office");
    await page.getByLabel("粘贴令牌").fill(" a-token ");
    await page.getByRole("button", { name: "登录" }).click();
    await whole(page);
    api.requireSignIn();
    await page.goto(`${api.url}/sign-in#one-time`);
    await whole(page);
    expect(api.signIns).toEqual([{ token: "wrong" }, { token: "a-token" }, { link: "one-time" }]);
    expect(page.url()).toBe(`${api.url}/`);
  });
});
