import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Browser, chromium, type Page } from "playwright-core";

/** The pages in a real browser: the system's Chromium, and a build of the pages of its own. */

const CHROMIUM = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";
const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Whether the browser's tests run; `CHROMIUM_PATH` names another than /usr/bin/chromium. On a laptop without one they
 * are skipped; in CI they run and fail, so that a forgotten package cannot hide them.
 */
export const hasBrowser = existsSync(CHROMIUM) || Boolean(process.env["CI"]);

export async function startBrowser(): Promise<Browser> {
  return await chromium.launch({
    executablePath: CHROMIUM,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** Builds the pages as they are shipped into a folder of their own; `remove` takes it away. */
export async function buildPages(): Promise<{ readonly webRoot: string; remove(): void }> {
  const webRoot = mkdtempSync(path.join(tmpdir(), "lingtan-pages-"));
  const vite = path.join(ROOT, "node_modules/vite/bin/vite.js");
  await promisify(execFile)(
    process.execPath,
    [vite, "build", "--logLevel", "error", "--outDir", webRoot, "--emptyOutDir"],
    { cwd: ROOT, env: { ...process.env, NODE_ENV: "production" } },
  );
  return { webRoot, remove: () => rmSync(webRoot, { recursive: true, force: true }) };
}

/** Runs in the page, so it is text: the types here know no document. */
const FIND_BAD_TEXT = `(() => {
  const bad = [];
  const boxes = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const text = node.textContent.trim();
    const element = node.parentElement;
    if (text === "" || element.closest(".visually-hidden, .skip, script, style, noscript, input") !== null) continue;
    if (!element.checkVisibility({ visibilityProperty: true }) || element.getClientRects().length === 0) continue;
    const style = getComputedStyle(element);
    const say = (why) => bad.push(why + ": " + JSON.stringify(text) + " in ." + element.className);
    if (style.display !== "inline" && element.clientWidth > 0 && element.closest(".bar-cell") === null &&
        element.scrollWidth > element.clientWidth + 1) say("wider than its box");
    const range = document.createRange();
    range.selectNodeContents(node);
    const r = range.getBoundingClientRect();
    if (r.width === 0) continue;
    if (r.left < -1 || r.right > innerWidth + 1) say("outside the window");
    if (element.closest(".table-box") !== null) continue;
    const panel = element.closest(".panel, .bar, .nav");
    if (panel !== null) {
      const p = panel.getBoundingClientRect();
      if (r.left < p.left - 1 || r.right > p.right + 1 || r.top < p.top - 1 || r.bottom > p.bottom + 1)
        say("outside its panel");
      for (const line of range.getClientRects()) boxes.push({ text, panel, r: line });
    }
  }
  for (let i = 0; i < boxes.length; i += 1) {
    for (let j = i + 1; j < boxes.length; j += 1) {
      const a = boxes[i], b = boxes[j];
      if (a.panel !== b.panel) continue;
      const wide = Math.min(a.r.right, b.r.right) - Math.max(a.r.left, b.r.left);
      const high = Math.min(a.r.bottom, b.r.bottom) - Math.max(a.r.top, b.r.top);
      if (wide > 1.5 && high > Math.min(a.r.height, b.r.height) * 0.4)
        bad.push("overlap: " + JSON.stringify(a.text) + " and " + JSON.stringify(b.text));
    }
  }
  return bad;
})()`;

/** Texts that are clipped, leave their panel or the window, or lie over one another; none is right. */
export async function badTexts(page: Page): Promise<string[]> {
  return await page.evaluate<string[]>(FIND_BAD_TEXT);
}

/** How far the page can be scrolled, in CSS px. */
export async function scrollRoom(page: Page): Promise<{ readonly x: number; readonly y: number }> {
  return await page.evaluate<{ x: number; y: number }>(
    "({ x: document.documentElement.scrollWidth - innerWidth, y: document.documentElement.scrollHeight - innerHeight })",
  );
}
