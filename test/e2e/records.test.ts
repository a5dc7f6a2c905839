import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { badTexts, hasBrowser } from "../kit/browser.ts";
import { type OpenOptions, type OpenPage, pageStage } from "../kit/page-stage.ts";

/** 表计 in a browser, on fixture answers: four tabs, each with its files, in both languages, light and dark, on a phone. */

const TABS = ["balance", "bands", "demand", "compare"] as const;

describe.skipIf(!hasBrowser)("the meters' page", () => {
  const stage = pageStage();

  async function open(tab: string, options: OpenOptions = {}): Promise<OpenPage> {
    const opened = await stage.open(`/records?tab=${tab}&month=2026-11`, options);
    await opened.page.locator("main .rows, main .day-bars").first().waitFor();
    return opened;
  }

  test("the balance says what is over tolerance in sign, word and colour; a missing part has no difference", async () => {
    const { page, errors } = await open("balance");
    const over = page.locator("tbody tr", { hasText: "wafer-gate" });
    expect(await over.textContent()).toContain("超差");
    expect(await over.locator(".glyph-broken").count()).toBe(1);
    expect(await over.locator("td").nth(3).textContent()).toBe("+262,429.6");
    await page.getByRole("button", { name: "全部展开" }).click();
    const missing = page.locator("tbody tr", { hasText: "wafer-slicing" });
    expect(await missing.textContent()).toContain("有缺失");
    expect(await missing.locator("td").nth(3).textContent()).toMatch(/^—已知的 90\.0.*时间内 \+60,111\.2/);
    expect(errors).toEqual([]);
  });

  test("every tab has its table as CSV and workbook, of the same scope and month", async () => {
    for (const [tab, where] of [
      ["balance", "/api/v1/sub-meters?"],
      ["bands", "/api/v1/tariff?"],
      ["demand", "/api/v1/demand?"],
      ["compare", "/api/v1/comparison?"],
    ] as const) {
      const { page } = await open(tab);
      const links = await page
        .locator("main a[download]")
        .evaluateAll((all) => all.map((link) => link.getAttribute("href") ?? ""));
      expect(links.map((link) => new URL(link, stage.api.url).searchParams.get("format"))).toEqual([
        "csv",
        "xlsx",
      ]);
      for (const link of links) {
        expect(link.startsWith(where), link).toBe(true);
        expect(link).toContain("scope=park");
        expect(link).toContain(tab === "demand" ? "month=2026-11" : "from=2026-10-31T16");
      }
    }
  });

  test("bands: what it costs is told to be no bill, and the price to be simulated", async () => {
    const { page } = await open("bands");
    const text = await page.locator("main").textContent();
    for (const part of ["不是电费账单", "模拟", "元/kWh", "谷", "峰"]) expect(text).toContain(part);
    expect(await page.locator(".day-bars rect.band-peak").count()).toBe(20);
  });

  test("demand: arrow keys read the days; estimated intervals stand apart", async () => {
    const { page } = await open("demand");
    expect(await page.locator(".strip").textContent()).toContain("118,402");
    await page.locator(".day-bars").focus();
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => page.locator("output").textContent()).toContain("11-01 10:30");
    const estimated = page.locator(".panel", { hasText: "估算区间" }).last();
    expect(await estimated.textContent()).toContain("120,114.0");
  });

  test("comparison: no change is told where a side is not known enough", async () => {
    const { page } = await open("compare");
    const [year, base] = [page.locator("tbody tr").nth(1), page.locator("tbody tr").nth(2)];
    expect(await year.textContent()).toContain("▲ +3,023,974.3");
    expect(await base.textContent()).toContain("已知不足，不比较");
    expect(await base.locator("td").nth(1).textContent()).toBe("—");
  });

  test("tabs keep scope and month in the address", async () => {
    const { page } = await open("balance");
    await page.locator(".record-tabs a", { hasText: "需量" }).click();
    await page.locator(".day-bars").waitFor();
    const { searchParams } = new URL(page.url());
    expect([searchParams.get("tab"), searchParams.get("month")]).toEqual(["demand", "2026-11"]);
  });

  test("a failing store is told with the request's id", async () => {
    const before = async (fresh: Page) => {
      await fresh.route("**/api/v1/tariff*", (route) =>
        route.fulfill({
          status: 503,
          json: { code: "unavailable", message: "The store does not answer.", requestId: "7f3a-21c8" },
        }),
      );
    };
    const { page } = await stage.open("/records?tab=bands", { before });
    await page.locator(".failure").first().waitFor();
    expect(await page.locator("main").textContent()).toContain("7f3a-21c8");
  });

  test("no text is cut or lies over another, no key shows, in both languages, on a desk and on a phone", async () => {
    for (const lang of ["zh-CN", "en"] as const) {
      for (const width of [1440, 390]) {
        for (const tab of TABS) {
          const { page, errors } = await open(tab, { lang, width, dark: width === 390 });
          await page.waitForTimeout(150);
          const where = `${lang} ${width} ${tab}`;
          expect(
            await page.evaluate<number>("document.documentElement.scrollWidth"),
            where,
          ).toBeLessThanOrEqual(width);
          expect(await badTexts(page), where).toEqual([]);
          const text = await page.locator("body").textContent();
          expect(text, where).not.toMatch(
            /\b(shared|records|ui|enterprise|shell)\.[a-z]\w*|NaN|undefined|\{\w+\}/,
          );
          expect(errors, where).toEqual([]);
          if (process.env["SHOTS"] !== undefined)
            await page.screenshot({
              path: `${process.env["SHOTS"]}/${tab}-${lang}-${width}.png`,
              fullPage: true,
            });
        }
      }
    }
  }, 120_000);
});
