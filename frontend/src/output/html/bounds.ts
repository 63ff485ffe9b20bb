/**
 * Bounds on what an output may make the browser lay out and draw. A short text can ask for work that grows with a power of
 * its length, and the browser does it all before anything else: such parts are shown as less than they are. (DOMPurify
 * takes `use` and the filters of SVG away.)
 */

import { ANIMATION, ANIMATIONS, embeddedSvg, MAX_SHAPES, shapesOf } from "../media/svg-bounds";

/** Tables within each other: each level is measured several times by the one around it. */
const MAX_TABLES = 8;
/** Pixels over which a filter spreads: what is further blurred is a stain either way. */
const MAX_SPREAD = 100;
/** Elements of one output that have filters. */
const MAX_FILTERS = 100;
/** Rules with filters in the style sheets of one output. */
const MAX_FILTER_RULES = 20;

/** Elements of one output in which something moves: all of it may be laid out and drawn again for every frame. */
export const MAX_MOVING = MAX_SHAPES / ANIMATION;

/** What is left of the bounds of an output that is drawn in several parts. */
export class Budget {
  filters = MAX_FILTERS;
  moving = MAX_MOVING;
  shapes = MAX_SHAPES;
}

/** Take from *content* what would hold up the page. */
export function bound(content: DocumentFragment, budget: Budget): void {
  boundTables(content);
  boundFilters(content, budget);
  boundMoves(content, budget);
  boundPictures(content, budget);
}

/** Take from *sheets*, which are for *content*, what would hold up the page. */
export function boundSheets(sheets: readonly CSSStyleSheet[], content: DocumentFragment): void {
  if (content.querySelectorAll("*").length > MAX_MOVING)
    for (const sheet of sheets) keepStill(sheet.cssRules);
  const rules = sheets.flatMap((sheet) => filtering(sheet.cssRules));
  const counts = rules.length <= MAX_FILTER_RULES;
  let filtered = 0;
  for (const rule of counts ? rules : [])
    if (rule instanceof CSSStyleRule) filtered += content.querySelectorAll(rule.selectorText).length;
  for (const { style } of rules)
    for (const name of FILTERS)
      if (!counts || filtered > MAX_FILTERS || isWide(style.getPropertyValue(name)))
        style.removeProperty(name);
}

type Styled = CSSRule & { readonly style: CSSStyleDeclaration };

/** The rules that set filters. Those whose selectors depend on others, and frames of animations, lose them. */
function filtering(rules: CSSRuleList, isCounted = true): Styled[] {
  return Array.from(rules).flatMap((rule) => {
    const within = "cssRules" in rule ? (rule.cssRules as CSSRuleList) : [];
    const counted = isCounted && !("style" in rule || rule instanceof CSSKeyframesRule);
    const inner = within.length > 0 ? filtering(within as CSSRuleList, counted) : [];
    if (!("style" in rule)) return inner;
    const { style } = rule as Styled;
    if (!FILTERS.some((name) => style.getPropertyValue(name) !== "")) return inner;
    if (isCounted) return [rule as Styled, ...inner];
    for (const name of FILTERS) style.removeProperty(name);
    return inner;
  });
}

function boundTables(content: DocumentFragment): void {
  const tooDeep = Array(MAX_TABLES + 1)
    .fill("table")
    .join(" ");
  for (const table of content.querySelectorAll(tooDeep))
    if (content.contains(table)) table.replaceWith(document.createTextNode(table.textContent ?? ""));
}

const FILTERS = ["filter", "backdrop-filter"];

function boundFilters(content: DocumentFragment, budget: Budget): void {
  for (const part of content.querySelectorAll<HTMLElement | SVGElement>("[style*=filter]")) {
    budget.filters -= 1;
    for (const name of FILTERS)
      if (budget.filters < 0 || isWide(part.style.getPropertyValue(name))) part.style.removeProperty(name);
  }
}

/** Whether *filter* spreads far, or by what nobody can say here: of a variable, a sum, the size of letters or of the page. */
function isWide(filter: string): boolean {
  if (/\b(?:var|env|attr|calc|min|max|clamp)\(/i.test(filter)) return true;
  const lengths = [...filter.matchAll(/([\d.]+(?:e[+-]?\d+)?)([a-z]+)/gi)];
  const isLong = ([, length, unit]: RegExpMatchArray) =>
    !/^(?:deg|g?rad|turn)$/i.test(unit ?? "") && (!/^px$/i.test(unit ?? "") || Number(length) > MAX_SPREAD);
  return lengths.length > 8 || lengths.some(isLong);
}

const MOVES = ["animation", "transition"];

function boundMoves(content: DocumentFragment, budget: Budget): void {
  budget.moving -= content.querySelectorAll("*").length;
  if (budget.moving >= 0) return;
  for (const { style } of content.querySelectorAll<HTMLElement | SVGElement>("[style]"))
    for (const name of MOVES) style.removeProperty(name);
  for (const animation of content.querySelectorAll(ANIMATIONS.join())) animation.remove();
}

function keepStill(rules: CSSRuleList): void {
  for (const rule of Array.from(rules)) {
    if ("style" in rule) for (const name of MOVES) (rule as Styled).style.removeProperty(name);
    if ("cssRules" in rule) keepStill(rule.cssRules as CSSRuleList);
  }
}

function boundPictures(content: DocumentFragment, budget: Budget): void {
  for (const image of content.querySelectorAll("img")) {
    const svg = embeddedSvg(image.getAttribute("src") ?? "");
    if (svg === null) continue;
    const shapes = shapesOf(svg);
    if (shapes > budget.shapes) image.replaceWith(document.createTextNode(image.alt));
    else budget.shapes -= shapes;
  }
}
