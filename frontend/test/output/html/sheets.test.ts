import { expect, test } from "vitest";
import { harmlessSheets } from "../../../src/output/html/sanitise";

/** What is left of *css*, rule by rule. */
function kept(css: string): string {
  const [sheet] = harmlessSheets(`<style>${css}</style>`);
  return Array.from(sheet?.cssRules ?? [], ({ cssText }) => cssText).join("\n");
}

test.each([
  "p { color: red; background-image: url(x) }",
  "@media screen { p { color: red; background-image: url(x) } }",
  "@keyframes k { from { color: red; background-image: url(x) } }",
  "p { color: red; position: fixed }",
])("a rule loses what loads or leaves its place, and nothing else: %s", (css) => {
  expect(kept(css)).toContain("color: red");
  expect(kept(css)).not.toMatch(/url|fixed/);
});

test.each([
  ":host { color: red }",
  ":host(.a) p { color: red }",
  "p::part(a) { color: red }",
  "@font-face { font-family: a; src: url(x) }",
])("a rule that reaches out of the tree, or whose kind is not known, goes: %s", (css) => {
  expect(kept(`${css} b { color: blue }`)).toMatch(/^b \{ color: blue; \}$/);
});
