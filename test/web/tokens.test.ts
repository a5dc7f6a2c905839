import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

/** WCAG contrast, and OKLab distance × 100 after the simulation of Machado, Oliveira and Fernandes (2009) at full severity. */

type Rgb = readonly [number, number, number];

const css = readFileSync(new URL("../../web/style/tokens.css", import.meta.url), "utf8");

function tokensOf(block: string): ReadonlyMap<string, string> {
  return new Map([...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})\b/g)].map((m) => [m[1] ?? "", m[2] ?? ""]));
}

function blockAfter(selector: string): string {
  const start = css.indexOf(selector);
  return css.slice(start, css.indexOf("}", start));
}

const light = tokensOf(blockAfter(":root {"));
const dark = tokensOf(blockAfter(':root[data-theme="dark"] {'));
const system = tokensOf(blockAfter(':root:not([data-theme="light"]) {'));

const linear = (v: number): number => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);

function rgb(hex: string): Rgb {
  const at = (i: number): number => linear(Number.parseInt(hex.slice(i, i + 2), 16) / 255);
  return [at(1), at(3), at(5)];
}

function contrast(a: string, b: string): number {
  const luminance = (hex: string): number => {
    const [r, g, bl] = rgb(hex);
    return 0.2126 * r + 0.7152 * g + 0.0722 * bl;
  };
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return ((high ?? 0) + 0.05) / ((low ?? 0) + 0.05);
}

const VISIONS: Readonly<Record<string, readonly Rgb[]>> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protan: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deutan: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritan: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

function oklab([r, g, b]: Rgb): Rgb {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function seen(hex: string, vision: readonly Rgb[]): Rgb {
  const [r, g, b] = rgb(hex);
  const row = (i: number): number => {
    const [x, y, z] = vision[i] ?? [0, 0, 0];
    return Math.min(1, Math.max(0, x * r + y * g + z * b));
  };
  return oklab([row(0), row(1), row(2)]);
}

function distance(a: string, b: string, vision: readonly Rgb[]): number {
  const [p, q] = [seen(a, vision), seen(b, vision)];
  return 100 * Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
}

const SOURCES = ["grid", "solar", "discharge", "charge", "export", "gas", "heat", "cooling"] as const;

describe.each([
  ["light", light, 13],
  ["dark", dark, 12.9],
] as const)("colours, %s", (_name, tokens, apart) => {
  const of = (name: string): string => {
    const value = tokens.get(name);
    if (value === undefined) throw new Error(`no token --${name}`);
    return value;
  };

  it.each(["ink", "ink-2", "ink-3", "ok", "warn", "bad"])("--%s is text: 4.5:1 on panel and page", (name) => {
    expect(contrast(of(name), of("surface"))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(of(name), of("page"))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(of(name), of("surface-2"))).toBeGreaterThanOrEqual(4.5);
  });

  it.each(["control", "use", "unknown", "zero-line", ...SOURCES])(
    "--%s is drawn: 3:1 on the panel (WCAG 1.4.11)",
    (name) => {
      expect(contrast(of(name), of("surface"))).toBeGreaterThanOrEqual(3);
    },
  );

  it("any two sources stay apart for normal, protan, deutan and tritan eyes", () => {
    for (const [vision, matrix] of Object.entries(VISIONS)) {
      SOURCES.forEach((a, i) => {
        for (const b of SOURCES.slice(i + 1)) {
          const d = distance(of(a), of(b), matrix);
          expect({ vision, pair: `${a}/${b}`, ok: d >= apart, d }).toMatchObject({ ok: true });
        }
      });
    }
  });

  it("the heat map's seven steps go one way in lightness", () => {
    const lightness = [1, 2, 3, 4, 5, 6, 7].map((i) => oklab(rgb(of(`heat-${i}`)))[0]);
    const steps = lightness.slice(1).map((l, i) => l - (lightness[i] ?? 0));
    const direction = Math.sign(steps[0] ?? 0);
    for (const step of steps) expect(step * direction).toBeGreaterThan(0.04);
  });
});

it("the system's dark and the chosen dark are the same, and have every colour that light has", () => {
  expect([...system]).toEqual([...dark]);
  expect([...dark.keys()].sort()).toEqual([...light.keys()].sort());
});
