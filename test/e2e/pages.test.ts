import { afterEach, describe, expect, test } from "vitest";
import { hasBrowser } from "../kit/browser.ts";
import { youngPathwayFixture } from "../kit/fixtures/pathway.ts";
import { pageStage } from "../kit/page-stage.ts";

/** The pages of rules in a browser, on fixture answers. */

const PATHS = [
  "/path",
  "/path?explain=core",
  "/green",
  "/carbon",
  "/flexibility",
  "/enterprises/wafer-works",
];

describe.skipIf(!hasBrowser)("the pages of rules", () => {
  const stage = pageStage();
  const { open } = stage;
  afterEach(() => stage.api.failStore(false));

  test("path: the strip and the bracket carry one gap; a month without a value is told", async () => {
    const { page, errors } = await open("/path");
    await page.locator(".path-strip .figure-number", { hasText: "356" }).waitFor();
    expect(await page.locator(".path-strip").textContent()).toContain("296 ktCO₂");
    expect(await page.locator(".path-chart").textContent()).toContain("296 ktCO₂");
    expect(await page.locator(".path-chart").textContent()).toContain("356 GWh");
    expect(await page.locator(".path-chart .missing-month").count()).toBe(1);
    expect(errors).toEqual([]);
  });

  test("path: arrow keys step through the points and say them", async () => {
    const { page } = await open("/path");
    const figure = page.locator(".path-panel figure");
    await figure.focus();
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => page.locator(".path-panel output").textContent()).toContain("申报 1.99");
    await page.keyboard.press("End");
    await expect.poll(() => page.locator(".path-panel output").textContent()).toContain("2028-12-31");
    expect(await figure.getAttribute("aria-label")).toContain("1 个月无值");
  });

  test("path: how the figure is made opens beside the chart, closes with Escape and gives the focus back", async () => {
    const { page } = await open("/path");
    const link = page.locator(".path-strip a.explain");
    await link.click();
    const drawer = page.locator(".drawer");
    await drawer.waitFor();
    const text = await drawer.textContent();
    for (const part of ["495,320", "314,008", "1.5774", "附件3、4", "待确认", "敏感度", "A 官方原文"])
      expect(text).toContain(part);
    expect(await page.locator(".drawer:focus").count()).toBe(1);
    const chart = await page.locator(".path-chart").boundingBox();
    const box = await drawer.boundingBox();
    expect((chart?.x ?? 0) + (chart?.width ?? 0)).toBeLessThanOrEqual(box?.x ?? 0);
    await page.keyboard.press("Escape");
    await drawer.waitFor({ state: "detached" });
    expect(await page.locator("a.explain:focus").count()).toBe(1);
  });

  test("a row opens what it is made of, the address says so, and back goes one up", async () => {
    const { page, errors } = await open("/path");
    await page.locator(".path-strip a.explain").click();
    await page.locator(".drawer").getByRole("button", { name: "其余电量" }).click();
    await page.locator(".drawer").getByRole("button", { name: "关口（gate-1）" }).waitFor();
    expect(new URL(page.url()).searchParams.getAll("why")).toHaveLength(2);
    expect(await page.locator(".drawer").textContent()).toContain("(48,213.77 − 48,206.94) × 4,000");
    await page.reload();
    await page.locator(".drawer").getByRole("button", { name: "关口（gate-1）" }).waitFor();
    await page.locator(".drawer").getByRole("button", { name: "上一级" }).click();
    await page.locator(".drawer").getByRole("button", { name: "其余电量" }).waitFor();
    expect(errors).toEqual([]);
  });

  test("carbon: three figures beside each other, the advertised share beside the national one, what is missing by runs of months", async () => {
    const { page, errors } = await open("/carbon?scope=boundary:zero-carbon");
    await page.locator(".methods .figure-number").nth(2).waitFor();
    const numbers = await page.locator(".methods .figure-number").allTextContents();
    expect(new Set(numbers).size).toBe(3);
    const text = await page.locator("main").textContent();
    for (const part of ["为什么不是 87", "43.5", "2026-02 … 2026-04", "1.255"]) expect(text).toContain(part);
    await page.locator(".carbon-terms").getByRole("button", { name: "天然气" }).click();
    await page.locator(".drawer").waitFor();
    expect(errors).toEqual([]);
  });

  test("path: a scenario is in the address, follows keys and typing, is shared and reset", async () => {
    const { page, errors } = await open("/path?directLineGwh=180&certificates=96000");
    const totals = page.locator(".scenario-totals");
    await totals.waitFor();
    const line = page.getByRole("slider", { name: "绿电直连" });
    expect(await line.inputValue()).toBe("180");
    expect(await line.getAttribute("aria-valuetext")).toContain("180");
    expect(await page.locator(".lever-closes").first().textContent()).toContain("−149.9");
    expect(await page.locator(".gap-part").count()).toBe(2);
    const box = await line.boundingBox();
    expect(box?.height ?? 0).toBeGreaterThanOrEqual(24);

    await line.focus();
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => new URL(page.url()).searchParams.get("directLineGwh")).toBe("181");
    await page.keyboard.press("Tab");
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.type("300");
    await expect.poll(() => page.locator(".lever-over").count()).toBe(1);
    await expect.poll(() => page.locator(".scenario-totals").textContent()).toContain("≤");
    await expect.poll(() => page.locator(".gap-words").textContent()).toContain("差距已补上");
    await expect.poll(() => new URL(page.url()).searchParams.get("directLineGwh")).toBe("300");
    const shared = page.url();

    await page.getByRole("button", { name: "重置" }).click();
    await expect.poll(() => new URL(page.url()).searchParams.get("directLineGwh")).toBeNull();
    await expect.poll(() => page.locator(".gap-part").count()).toBe(0);
    expect(await page.locator(".path-chart .scenario").count()).toBe(0);
    await page.goto(shared);
    await expect.poll(() => page.locator(".gap-words").textContent()).toContain("差距已补上");
    expect(await page.locator(".path-chart .scenario").count()).toBe(1);
    expect(errors).toEqual([]);
  });

  test("path: a young park is provisional, with the reason on the page", async () => {
    const { page } = await open("/path", {
      before: async (fresh) => {
        await fresh.route("**/api/v1/pathway*", (route) => route.fulfill({ json: youngPathwayFixture }));
      },
    });
    await page.locator(".path-panel .tag-provisional").waitFor();
    const text = await page.locator(".path-page").textContent();
    expect(text).toContain("只知 13 天");
    expect(text).toContain("只知道 12 天，按现状推到全年");
    expect(text).toContain("只靠零因子电补不上：燃料、热与过程须先减 0.26 tCO₂/tce");
    expect(text).toContain("不画区间，回测还缺 11 个月历史");
    expect(await page.locator(".path-chart .declared").count()).toBe(0);
  });

  test("green: the map is walked with the keyboard, says missing, and has a table twin", async () => {
    const { page } = await open("/green");
    const map = page.locator("figure.heat");
    await map.focus();
    await page.keyboard.press("Home");
    const said = page.locator(".heat-panel output");
    await expect.poll(() => said.textContent()).toContain("11-20 12:00–13:00");
    await page.keyboard.press("Home");
    for (let step = 0; step < 6; step++) await page.keyboard.press("ArrowRight");
    for (let step = 0; step < 8; step++) await page.keyboard.press("ArrowUp");
    await expect.poll(() => said.textContent()).toBe("11-07 04:00–05:00 缺失");
    expect(await page.locator(".heat-missing").count()).toBe(4);
    await page.locator(".heat-panel .table-toggle").click();
    expect(await page.locator(".heat-panel tbody tr").count()).toBe(20);
    expect(await page.locator(".heat-panel thead th").count()).toBe(25);
    expect(await page.locator(".green-strip").textContent()).toContain("缺：青海电网逐时清洁占比");
  });

  test("green: scope and month are in the address and in what is asked", async () => {
    const { page } = await open("/green");
    await page.locator("figure.heat").waitFor();
    const asked = page.waitForRequest((request) => request.url().includes("enterprise%3Awafer-works"));
    await page.getByLabel("范围").selectOption("enterprise:wafer-works");
    await asked;
    const earlier = page.waitForRequest((request) => request.url().includes("from=2026-09-30T16"));
    await page.getByLabel("上一月").click();
    await earlier;
    expect(new URL(page.url()).searchParams.get("month")).toBe("2026-10");
    expect(new URL(page.url()).searchParams.get("scope")).toBe("enterprise:wafer-works");
  });

  test("flexibility: another duration changes bars, assets and total together", async () => {
    const { page } = await open("/flexibility");
    await page.getByRole("radio", { checked: true }).focus();
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => page.locator(".assets tfoot").textContent()).toContain("16.8");
    expect(await page.getByRole("radio", { checked: true }).textContent()).toContain("2");
    const fromNow = await page.locator(".from-now").textContent();
    expect(fromNow).toContain("▲ 放电 1.5");
    expect(await page.locator(".from-now .chosen").allTextContents()).toEqual(["15.3", "19.8"]);
    expect(await page.locator(".assets .doing").allTextContents()).toEqual(
      expect.arrayContaining(["▲ 放电 3.0", "▼ 充电 1.5", "静置", "—"]),
    );
    expect(await page.locator(".assets .waiting").textContent()).toContain("2 处");
    const capacity = await page.locator(".capacity").textContent();
    expect(capacity).toContain("还没有测试");
    expect(capacity).toContain("还没有申报");
    expect(await page.locator(".connections").textContent()).toContain("▼ 卡下调");
  });

  test("enterprise: figures side by side, lower bounds said, files linked", async () => {
    const { page } = await open("/enterprises/wafer-works");
    await page.locator(".method-figure").nth(2).waitFor();
    expect(await page.locator(".method-figure").count()).toBe(3);
    expect(await page.locator(".days tfoot").textContent()).toContain("≥");
    expect(await page.locator(".method-figure").nth(2).textContent()).toContain("—");
    const files = await page
      .locator(".downloads a")
      .evaluateAll((links) => links.map((link) => link.getAttribute("href")));
    expect(files).toEqual([
      "/api/v1/enterprises/wafer-works/months/2026-11",
      "/api/v1/enterprises/wafer-works/months/2026-11?format=csv&lang=zh-CN",
      "/api/v1/enterprises/wafer-works/months/2026-11?format=html&lang=zh-CN",
    ]);
    await page.locator(".picker select").selectOption({ index: 0 });
    await expect.poll(() => new URL(page.url()).pathname).not.toBe("/enterprises/wafer-works");
  });

  test("a failing store is told on every page with the request's id, and never drawn as nothing", async () => {
    for (const where of ["/path", "/green", "/flexibility", "/enterprises/wafer-works"]) {
      const { page } = await open(where, {
        before: async (fresh) => {
          for (const answer of ["indicators", "pathway", "green-power", "flexibility", "enterprises/**"])
            await fresh.route(`**/api/v1/${answer}*`, (route) =>
              route.fulfill({
                status: 503,
                json: { code: "unavailable", message: "The store does not answer.", requestId: "7f3a-21c8" },
              }),
            );
        },
      });
      await page.locator(".failure").first().waitFor();
      const text = await page.locator("main").textContent();
      expect(text, where).toContain("7f3a-21c8");
      expect(text, where).not.toContain("0.0");
    }
  });

  test("nothing scrolls sideways on a phone, no key shows in the place of words, nothing throws", async () => {
    for (const lang of ["zh-CN", "en"] as const) {
      for (const where of PATHS) {
        const { page, errors } = await open(where, { width: 390, height: 844, lang });
        await page.locator(".figure-number, .rows").first().waitFor();
        await page.waitForTimeout(300);
        const width = await page.evaluate<number>("document.documentElement.scrollWidth");
        expect(width, `${lang} ${where}`).toBeLessThanOrEqual(390);
        const text = await page.locator("body").textContent();
        expect(text, `${lang} ${where}`).not.toMatch(
          /\b(shared|path|green|carbon|flexibility|enterprise|ui)\.[a-z]\w*/,
        );
        expect(text, `${lang} ${where}`).not.toMatch(/\{\w+\}|NaN|undefined/);
        expect(errors).toEqual([]);
      }
    }
  }, 90_000);
});
