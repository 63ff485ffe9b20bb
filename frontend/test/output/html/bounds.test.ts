import { describe, expect, test } from "vitest";
import { Budget, boundSheets, MAX_MOVING } from "../../../src/output/html/bounds";
import { sanitised } from "../../../src/output/html/sanitise";

/** What the first rule of *css* keeps of *property* for *count* paragraphs. */
function kept(css: string, count = 1, property = "filter"): string {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  const content = document.createDocumentFragment();
  for (let index = 0; index < count; index += 1) content.append(document.createElement("p"));
  boundSheets([sheet], content);
  const [first] = Array.from(sheet.cssRules);
  const rule = first instanceof CSSMediaRule ? first.cssRules[0] : first;
  return (rule as CSSStyleRule).style.getPropertyValue(property);
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

describe("what moves", () => {
  test.each(["p { animation: a 1s infinite }", "@media screen { p { animation: a 1s infinite } }"])(
    "stays in an output of few elements, and stands still in one of many: %s",
    (css) => {
      expect(kept(css, MAX_MOVING, "animation")).toContain("1s");
      expect(kept(css, MAX_MOVING + 1, "animation")).toBe("");
    },
  );

  test("the same holds for what moves when it changes", () => {
    expect(kept("p { transition: width 9s }", MAX_MOVING, "transition")).toContain("9s");
    expect(kept("p { transition: width 9s }", MAX_MOVING + 1, "transition")).toBe("");
  });

  test("the same holds for styles and drawings in the markup, in all parts of an output together", () => {
    const moving = '<i></i><p style="animation: a 1s infinite">a</p><svg><g><animateTransform/></g></svg>';
    const budget = new Budget();
    const isMoving = () => {
      const part = sanitised(moving, budget);
      const style = part.querySelector("p")?.style.getPropertyValue("animation");
      return [style, part.querySelector("animateTransform") !== null];
    };
    expect(isMoving()).toEqual(["a 1s infinite", true]);
    sanitised("<b></b>".repeat(budget.moving), budget);
    expect(isMoving()).toEqual(["", false]);
  });
});
