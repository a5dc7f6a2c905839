import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseSync } from "vite";
import { describe, expect, it } from "vitest";

/** The import rules of the house, read from every import: type-only ones too. */

const ROOT = path.resolve(import.meta.dirname, "..");

const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  park: [],
  standards: ["park"],
  store: ["park"],
  ingest: ["park", "store"],
  api: ["park", "standards", "store"],
  web: [],
  simulators: ["park"],
  servers: [],
  main: ["park", "standards", "store", "ingest", "api", "simulators"],
  test: ["park", "standards", "store", "ingest", "api", "web", "simulators", "servers", "main"],
};
/** Pages know the API's answers and the park by type alone. */
const TYPES_ONLY: Readonly<Record<string, readonly string[]>> = { web: ["api", "park"] };

interface Import {
  readonly file: string;
  readonly target: string;
  readonly typeOnly: boolean;
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((e) => e.isFile() && /\.tsx?$/.test(e.name))
    .map((e) => path.join(e.parentPath, e.name));
}

function roomOf(file: string): string {
  const first = path.relative(ROOT, file).split(path.sep)[0] ?? "";
  return first === "main.ts" ? "main" : first;
}

function importsOf(file: string): Import[] {
  const { module, errors } = parseSync(file, readFileSync(file, "utf8"));
  expect(errors, file).toEqual([]);
  const found: Import[] = [];
  const add = (request: string, typeOnly: boolean) => {
    if (request.startsWith("."))
      found.push({ file, target: path.resolve(path.dirname(file), request), typeOnly });
  };
  for (const statement of module.staticImports) {
    add(
      statement.moduleRequest.value,
      statement.entries.length > 0 && statement.entries.every((e) => e.isType),
    );
  }
  for (const statement of module.staticExports) {
    for (const entry of statement.entries) {
      if (entry.moduleRequest) add(entry.moduleRequest.value, entry.isType);
    }
  }
  for (const dynamic of module.dynamicImports) {
    const text = readFileSync(file, "utf8").slice(dynamic.moduleRequest.start, dynamic.moduleRequest.end);
    add(text.replaceAll(/["'`]/g, ""), false);
  }
  return found;
}

const rooms = Object.keys(MAY_IMPORT).filter((room) => existsSync(path.join(ROOT, room)));
const files = [
  path.join(ROOT, "main.ts"),
  ...rooms.flatMap((room) => sourceFiles(path.join(ROOT, room))),
].filter(existsSync);
const imports = files.flatMap(importsOf);

describe("the house", () => {
  it("has imports to judge", () => {
    expect(files.length).toBeGreaterThan(40);
    expect(imports.length).toBeGreaterThan(100);
  });

  it("lets every room import only what the plan allows", () => {
    const wrong = imports.flatMap(({ file, target, typeOnly }) => {
      const from = roomOf(file);
      const to = roomOf(target);
      if (from === to) return [];
      if (MAY_IMPORT[from]?.includes(to)) return [];
      if (typeOnly && TYPES_ONLY[from]?.includes(to)) return [];
      return [`${path.relative(ROOT, file)} imports ${path.relative(ROOT, target)}`];
    });
    expect(wrong).toEqual([]);
  });

  it("names every imported file as it is", () => {
    const wrong = imports
      .filter(({ target }) => !existsSync(target))
      .map(({ file, target }) => `${file}: ${target}`);
    expect(wrong).toEqual([]);
  });

  it("has no circle, types included", () => {
    const edges = new Map<string, string[]>();
    for (const { file, target } of imports) edges.set(file, [...(edges.get(file) ?? []), target]);
    const state = new Map<string, "open" | "done">();
    const circles: string[] = [];
    const visit = (file: string, trail: readonly string[]) => {
      if (state.get(file) === "done") return;
      if (state.get(file) === "open") {
        const circle = [...trail.slice(trail.indexOf(file)), file];
        circles.push(circle.map((f) => path.relative(ROOT, f)).join(" → "));
        return;
      }
      state.set(file, "open");
      for (const next of edges.get(file) ?? []) visit(next, [...trail, file]);
      state.set(file, "done");
    };
    for (const file of edges.keys()) visit(file, []);
    expect(circles).toEqual([]);
  });
});
