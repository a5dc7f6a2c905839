import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { badTexts, hasBrowser, scrollRoom } from "../kit/browser.ts";
import { type OpenOptions, pageStage } from "../kit/page-stage.ts";

/** The office's page of repairs in a browser, on fixture answers. */

describe.skipIf(!hasBrowser)("the page of repairs", () => {
  const stage = pageStage();

  async function open(
    { role, ...options }: OpenOptions & { readonly role?: string },
    work: (page: Page) => Promise<void>,
  ): Promise<void> {
    const before = async (fresh: Page) => {
      if (role === undefined) return;
      await fresh.route("**/api/v1/park", async (route) => {
        const answer = await route.fetch();
        const body = { ...(await answer.json()), caller: { role, enterprise: "wafer-works" } };
        await route.fulfill({ json: body });
      });
    };
    const { page, errors } = await stage.open("/repair", { ...options, before });
    await work(page);
    expect(errors).toEqual([]);
  }

  it.each([
    { width: 1440, height: 900, lang: "zh-CN", dark: false },
    { width: 1024, height: 800, lang: "en", dark: true },
    { width: 390, height: 844, lang: "zh-CN", dark: true },
    { width: 360, height: 780, lang: "en", dark: false },
  ] as const)("is readable at $width px, $lang, dark: $dark", async (options) => {
    await open(options, async (page) => {
      await page.locator(".trail li").first().waitFor();
      expect(await page.locator(".stack-rows tbody tr").count()).toBe(4);
      expect(await badTexts(page)).toEqual([]);
      expect((await scrollRoom(page)).x).toBe(0);
    });
  });

  it("E7: decides about an event with a reason, by keyboard alone", async () => {
    await open({ width: 1280, height: 900, lang: "en", dark: false }, async (page) => {
      const accept = page.getByRole("button", { name: "Accept the step" });
      await accept.focus();
      await page.keyboard.press("Enter");
      const dialog = page.getByRole("dialog", { name: "Accept the step" });
      await dialog.waitFor();
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "detached" });
      expect(await accept.evaluate((button) => button.ownerDocument.activeElement === button)).toBe(true);
      await page.keyboard.press("Enter");
      await dialog.getByLabel("Why").fill("A real peak: the furnace was tried");
      await dialog.getByRole("button", { name: "Decide" }).click();
      await dialog.waitFor({ state: "detached" });
      expect(stage.api.decisionsAsked).toEqual([
        {
          kind: "accept-step",
          meter: "wafer-gate",
          channel: "energyImportKwh",
          from: "2026-11-12T09:45:00+08:00",
          until: "2026-11-12T10:00:00+08:00",
          reason: "A real peak: the furnace was tried",
        },
      ]);
    });
  });

  it("E11: changes a multiplier from a date, and enters a register read by hand", async () => {
    await open({ width: 390, height: 844, lang: "zh-CN", dark: true }, async (page) => {
      const before = stage.api.decisionsAsked.length;
      await page.getByRole("button", { name: "更改倍率" }).click();
      const multiplier = page.getByRole("dialog", { name: "更改倍率" });
      await multiplier.getByLabel("表计").selectOption("wafer-works-gate");
      await multiplier.getByLabel("寄存器").selectOption("energyImportKwh");
      await multiplier.getByLabel("自何时起").fill("2026-11-12T10:00");
      await multiplier.getByLabel("倍率").fill("4000");
      await multiplier.getByLabel("原因").fill("互感器已更换");
      expect((await scrollRoom(page)).x).toBe(0);
      await multiplier.getByRole("button", { name: "决定" }).click();
      await multiplier.waitFor({ state: "detached" });
      await page.getByRole("button", { name: "录入人工抄表" }).click();
      const entered = page.getByRole("dialog", { name: "录入人工抄表" });
      await entered.getByLabel("表计").selectOption("wafer-works-gate");
      await entered.getByLabel("时间").fill("2026-11-12T10:00");
      await entered.getByLabel("示数").fill("918221.4");
      await entered.getByLabel("原因").fill("人工抄表");
      await entered.getByRole("button", { name: "决定" }).click();
      await entered.waitFor({ state: "detached" });
      expect(stage.api.decisionsAsked.slice(before)).toEqual([
        {
          kind: "change-multiplier",
          meter: "wafer-works-gate",
          channel: "energyImportKwh",
          from: "2026-11-12T10:00:00+08:00",
          multiplier: 4_000,
          reason: "互感器已更换",
        },
        {
          reason: "人工抄表",
          rows: [
            {
              meter: "wafer-works-gate",
              channel: "energyImportKwh",
              time: "2026-11-12T10:00:00+08:00",
              display: 918_221.4,
            },
          ],
        },
      ]);
    });
  });

  it("is in the office's navigation alone, and asks nothing for others", async () => {
    const size = { width: 1280, height: 900, lang: "en", dark: false } as const;
    await open(size, async (page) => {
      await page.locator(".nav-top a[href^='/repair']").waitFor();
    });
    await open({ ...size, role: "enterprise" }, async (page) => {
      await page.getByText("This page is not for that role").waitFor();
      expect(await page.locator("a[href^='/repair']").count()).toBe(0);
      expect(await page.locator(".stack-rows").count()).toBe(0);
    });
  });
});
