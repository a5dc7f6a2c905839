import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll } from "vitest";
import { buildPages, startBrowser } from "./browser.ts";
import { type FixtureApi, startFixtureApi } from "./fixture-api.ts";

export interface OpenOptions {
  readonly width?: number;
  readonly height?: number;
  readonly lang?: "zh-CN" | "en";
  readonly dark?: boolean;
  /** Done to the page before it goes anywhere. */
  readonly before?: (page: Page) => Promise<unknown>;
}

/** A page and what its scripts threw. */
export interface OpenPage {
  readonly page: Page;
  readonly errors: string[];
}

/** The pages as they are shipped, on fixture answers, in a browser. */
export interface PageStage {
  readonly api: FixtureApi;
  /** Opens an address; at 1440 × 900, in Chinese and light where not said. One page at a time: opening another closes the one before. */
  open(where: string, options?: OpenOptions): Promise<OpenPage>;
}

/** Opens an address in a browser window of its own. */
export async function openPage(
  browser: Browser,
  url: string,
  { width = 1440, height = 900, dark = false, before }: OpenOptions,
): Promise<OpenPage & { readonly context: BrowserContext }> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? "dark" : "light",
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  await before?.(page);
  await page.goto(url);
  return { context, page, errors };
}

/** A stage for the tests of one `describe`: built and started before them, taken down behind them. */
export function pageStage(): PageStage {
  let pages: Awaited<ReturnType<typeof buildPages>> | null = null;
  let api: FixtureApi | null = null;
  let browser: Browser | null = null;
  let context: BrowserContext | null = null;
  const close = async () => {
    await context?.close();
    context = null;
  };

  beforeAll(async () => {
    pages = await buildPages();
    api = await startFixtureApi({ webRoot: pages.webRoot });
    browser = await startBrowser();
  }, 180_000);
  afterEach(close);
  afterAll(async () => {
    await browser?.close();
    await api?.stop();
    pages?.remove();
  });

  const started = <T>(part: T | null): T => {
    if (part === null) throw new Error("the stage is not up yet");
    return part;
  };
  return {
    get api() {
      return started(api);
    },
    open: async (where, options = {}) => {
      const url = new URL(where, started(api).url);
      url.searchParams.set("lang", options.lang ?? "zh-CN");
      await close();
      const opened = await openPage(started(browser), url.href, options);
      context = opened.context;
      return opened;
    },
  };
}
