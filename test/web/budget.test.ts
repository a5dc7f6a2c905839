import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/** What the page may weigh: all JavaScript 90 KB gzip, all CSS 12 KB, no web fonts. */

const KB = 1024;
const root = fileURLToPath(new URL("../..", import.meta.url));
const out = mkdtempSync(path.join(tmpdir(), "lingtan-web-"));

function files(ending: string): string[] {
  return readdirSync(out, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending))
    .map((name) => path.join(out, name));
}

const weight = (ending: string): number =>
  files(ending).reduce((sum, file) => sum + gzipSync(readFileSync(file), { level: 9 }).length, 0);

describe("the built page", () => {
  beforeAll(() => {
    // in a process of its own: here NODE_ENV says "test", and the build would keep what only development needs
    execFileSync(
      process.execPath,
      [
        path.join(root, "node_modules/vite/bin/vite.js"),
        "build",
        "--logLevel",
        "error",
        "--outDir",
        out,
        "--emptyOutDir",
      ],
      { cwd: root, env: { ...process.env, NODE_ENV: "production" }, stdio: ["ignore", "ignore", "inherit"] },
    );
  }, 120_000);

  afterAll(() => rmSync(out, { recursive: true, force: true }));

  it("all JavaScript is at most 90 KB gzip", () => {
    expect(files(".js").length).toBeGreaterThan(0);
    expect(weight(".js")).toBeLessThanOrEqual(90 * KB);
  });

  it("all CSS is at most 12 KB gzip", () => {
    expect(files(".css").length).toBeGreaterThan(0);
    expect(weight(".css")).toBeLessThanOrEqual(12 * KB);
  });

  it("brings no web fonts and asks nobody else for anything", () => {
    for (const ending of [".woff", ".woff2", ".ttf", ".otf"]) expect(files(ending)).toEqual([]);
    for (const file of files(".css")) {
      const css = readFileSync(file, "utf8");
      expect(css).not.toContain("@font-face");
      expect(css).not.toMatch(/url\(\s*["']?https?:/);
    }
    const html = readFileSync(path.join(out, "index.html"), "utf8");
    expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)/);
  });
});
