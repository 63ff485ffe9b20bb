import { describe, expect, test } from "vitest";
import { boundSheets } from "../../../src/output/html/bounds";

/** The filter that the first rule of *css* keeps for *count* paragraphs. */
function kept(css: string, count = 1): string {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  const content = document.createDocumentFragment();
  for (let index = 0; index < count; index += 1) content.append(document.createElement("p"));
  boundSheets([sheet], content);
  const [first] = Array.from(sheet.cssRules);
  const rule = first instanceof CSSMediaRule ? first.cssRules[0] : first;
  return (rule as CSSStyleRule).style.getPropertyValue("filter");
}

describe("filters in style sheets", () => {
  test("small ones stay, also in media rules", () => {
    expect(kept("p { filter: blur(3px) hue-rotate(90deg) }")).toBe("blur(3px) hue-rotate(90deg)");
    expect(kept("@media screen { p { filter: blur(3px) } }")).toBe("blur(3px)");
  });

  test.each([
    "blur(9000px)",
    "blur(1e4px)",
    "blur(90vw)",
    "blur(9em)",
    "blur(var(--far))",
    "blur(calc(90px * 90))",
    Array(9).fill("blur(99px)").join(" "),
  ])("what spreads far, or nobody knows how far, goes: %s", (filter) =>
    expect(kept(`p { filter: ${filter} }`)).toBe(""),
  );

  test("those of many elements or in many rules go", () => {
    expect(kept("p { filter: blur(3px) }", 100)).toBe("blur(3px)");
    expect(kept("p { filter: blur(3px) }", 101)).toBe("");
    expect(kept("p { filter: blur(3px) }".repeat(21))).toBe("");
  });
});
