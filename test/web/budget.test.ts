import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/**
 * What a page may weigh: the JavaScript that opening it transfers 90 KB gzip, all CSS 12 KB, no web fonts. It is counted page
 * by page, as a page loads when it is opened: one more page for the office must not weigh on the wall display.
 */

const KB = 1024;
const root = fileURLToPath(new URL("../..", import.meta.url));
const out = mkdtempSync(path.join(tmpdir(), "lingtan-web-"));

function files(ending: string): string[] {
  return readdirSync(out, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending))
    .map((name) => path.join(out, name));
}

const packed = (file: string): number => gzipSync(readFileSync(file), { level: 9 }).length;

const weight = (ending: string): number => files(ending).reduce((sum, file) => sum + packed(file), 0);

interface Chunk {
  readonly file: string;
  readonly isEntry?: boolean;
  readonly imports?: readonly string[];
  readonly dynamicImports?: readonly string[];
}

/** The chunks that opening these brings, each with what it imports at once. */
function withImports(manifest: Readonly<Record<string, Chunk>>, names: readonly string[]): Set<string> {
  const found = new Set<string>();
  const visit = (name: string): void => {
    const chunk = manifest[name];
    if (chunk === undefined || found.has(chunk.file)) return;
    found.add(chunk.file);
    for (const other of chunk.imports ?? []) visit(other);
  };
  for (const name of names) visit(name);
  return found;
}

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
        "--manifest",
      ],
      { cwd: root, env: { ...process.env, NODE_ENV: "production" }, stdio: ["ignore", "ignore", "inherit"] },
    );
  }, 120_000);

  afterAll(() => rmSync(out, { recursive: true, force: true }));

  it("opening any page transfers at most 90 KB gzip of JavaScript: the entry and the page's own chunks", () => {
    const text = readFileSync(path.join(out, ".vite/manifest.json"), "utf8");
    const manifest = JSON.parse(text) as Record<string, Chunk>; // as Vite writes it
    const entries = Object.keys(manifest).filter((name) => manifest[name]?.isEntry === true);
    const later = entries.flatMap((name) => manifest[name]?.dynamicImports ?? []);
    expect(entries).toHaveLength(1);
    expect(later.filter((name) => name.includes("pages/")).length).toBeGreaterThanOrEqual(6);
    for (const name of later) {
      const bytes = [...withImports(manifest, [...entries, name])]
        .filter((file) => file.endsWith(".js"))
        .reduce((sum, file) => sum + packed(path.join(out, file)), 0);
      expect(bytes, name).toBeGreaterThan(10 * KB);
      expect(bytes, name).toBeLessThanOrEqual(90 * KB);
    }
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
