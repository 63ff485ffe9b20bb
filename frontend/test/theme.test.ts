// @vitest-environment node
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const css = readFileSync(new URL("../src/theme.css", import.meta.url), "utf8");

/** The relative luminance of `#rrggbb`, as WCAG 2 defines it. */
function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const tokens = new Map(
  [...css.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)].map((match) => [
    match[1] as string,
    { light: match[2] as string, dark: match[3] as string },
  ]),
);

function token(name: string) {
  const found = tokens.get(name);
  if (!found) throw new Error(`theme.css has no colour --${name}`);
  return found;
}

const written = [...tokens.keys()].filter(
  (name) => /^(text|accent|ok|error|warning|syntax|ansi)/.test(name) && !/(soft|line)$/.test(name),
);

test.each(written)("--%s is readable (AA) on every surface that text stands on", (name) => {
  for (const surface of ["surface", "surface-raised", "surface-sunken"])
    for (const scheme of ["light", "dark"] as const)
      expect(
        contrast(token(name)[scheme], token(surface)[scheme]),
        `${scheme} on --${surface}`,
      ).toBeGreaterThanOrEqual(4.5);
});

test("text on the accent is readable (AA)", () => {
  for (const scheme of ["light", "dark"] as const)
    expect(contrast(token("on-accent")[scheme], token("accent")[scheme])).toBeGreaterThanOrEqual(4.5);
});
