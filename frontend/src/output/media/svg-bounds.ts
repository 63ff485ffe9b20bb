/**
 * A bound on what an SVG may make the browser draw. Each `use`, pattern, mask or marker draws what it refers to once more,
 * so that ten lines can ask for ten thousand million shapes; how many they are is counted without drawing one.
 */
import { decoded } from "./base64";

/**
 * About a second of the processor: Chromium 150 took 1.3 s for 100,000 paths of a few pixels, 0.9 s where `use` repeats
 * them, and grew in proportion from 50,000 on.
 */
export const MAX_SHAPES = 75_000;
/** What a step of a filter counts for, which computes every point of what it is applied to. */
const FILTER = 1_000;
/** What each shape of a drawing that moves counts for: it is all drawn again for every frame. */
export const ANIMATION = 30;
/** More rules that refer or filter are taken to apply to every element. */
const MAX_RULES = 50;

/** Whether *source*, the text of an SVG, asks for more than the browser draws in about a second. */
export function isTooMuch(source: string): boolean {
  return shapesOf(source) > MAX_SHAPES;
}

/** The text of the SVG that *address* holds itself; null when it holds none. */
export function embeddedSvg(address: string): string | null {
  const found = /^\s*data:image\/svg\+xml([^,]*),/i.exec(address);
  if (!found) return null;
  const data = address.slice(found[0].length);
  if (!/;\s*base64\s*$/i.test(found[1] ?? "")) return unescaped(data);
  const bytes = decoded(unescaped(data));
  return bytes && new TextDecoder().decode(bytes);
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}

/** How many shapes *source*, the text of an SVG, asks for. */
export function shapesOf(source: string): number {
  const repeats = /\burl\s*\(|<(?:\w+:)?use\b|data:image\/svg|filter|<(?:\w+:)?fe[A-Z]/i.test(source);
  return repeats || MOVES.test(source)
    ? shapesIn(new DOMParser().parseFromString(source, "image/svg+xml"))
    : tags(source);
}

/** Whatever may move a drawing, in its tags or its styles, also where that is written with escapes. */
const MOVES = /<(?:\w+:)?(?:animate|set\b)|keyframes|animation|transition|\\/i;

function tags(source: string): number {
  let count = 0;
  for (let at = source.indexOf("<"); at >= 0; at = source.indexOf("<", at + 1))
    if (source[at + 1] !== "/") count += 1;
  return count;
}

/** How many elements the browser draws of *drawing*, with those that are drawn again, also in the next frames. */
export function shapesIn(drawing: Document): number {
  return countOnce(drawing) * (isMoving(drawing) ? ANIMATION : 1);
}

/** What SMIL has to move a drawing with. */
export const ANIMATIONS = ["animate", "animateTransform", "animateMotion", "animateColor", "set"];

function isMoving(drawing: Document): boolean {
  if (ANIMATIONS.some((name) => drawing.getElementsByTagNameNS("*", name).length > 0)) return true;
  const styles = [
    ...Array.from(drawing.querySelectorAll("style"), (sheet) => withoutComments(sheet.textContent ?? "")),
    ...Array.from(drawing.querySelectorAll("[style]"), (part) => part.getAttribute("style") ?? ""),
  ];
  return styles.some((style) => /keyframes|animation|transition|\\/i.test(style));
}

/** How many there are in one frame. Each is looked at once. */
function countOnce(drawing: Document): number {
  const byId = new Map<string, Element>();
  for (const part of drawing.querySelectorAll("[id]")) if (!byId.has(part.id)) byId.set(part.id, part);
  const styles = stylesIn(drawing);
  const counted = new Map<Element, number>();
  const open: { part: Element; rest: Element[]; count: number }[] = [];
  const enter = (part: Element) => {
    // What refers to itself is drawn no deeper.
    counted.set(part, 0);
    const style = styles.get(part) ?? "";
    const rest = [...part.children, ...referred(part, style, byId)];
    open.push({ part, rest, count: 1 + embedded(part) + filters(part, style) });
  };
  enter(drawing.documentElement);
  for (;;) {
    const top = open.at(-1);
    if (!top) return counted.get(drawing.documentElement) ?? 0;
    const next = top.rest.pop();
    if (!next) {
      open.pop();
      counted.set(top.part, top.count);
      const above = open.at(-1);
      if (above) above.count += top.count;
    } else if (counted.has(next)) top.count += counted.get(next) ?? 0;
    else enter(next);
  }
}

/** Shapes of the drawings that *part* holds as pictures. */
function embedded(part: Element): number {
  let count = 0;
  for (const { localName, value } of part.attributes) {
    const svg = localName === "href" ? embeddedSvg(value) : null;
    if (svg !== null) count += shapesOf(svg);
  }
  return count;
}

/** What the style sheets of *drawing* declare for its elements that refers to others or filters. */
function stylesIn(drawing: Document): ReadonlyMap<Element, string> {
  const found = new Map<Element, string>();
  const rules: [string, string][] = [];
  for (const sheet of drawing.querySelectorAll("style"))
    for (const rule of withoutComments(sheet.textContent ?? "").split("}")) {
      const start = rule.lastIndexOf("{");
      const body = rule.slice(start + 1);
      if (!/url\s*\(|filter|\\/i.test(body)) continue;
      // What precedes it is the beginning of rules around it, or declarations among which it stands.
      const selector = start < 0 ? "" : rule.slice(0, start).split(/[{;]/).at(-1);
      rules.push([selector?.trim() || "*", body]);
    }
  if (rules.length > MAX_RULES) rules.splice(0, rules.length, ["*", rules.map(([, body]) => body).join(";")]);
  for (const [selector, body] of rules)
    for (const part of selected(drawing, selector)) found.set(part, `${found.get(part) ?? ""};${body}`);
  return found;
}

/** Read once: a comment that never ends is the last. */
function withoutComments(css: string): string {
  let kept = "";
  for (let at = 0; ; ) {
    const start = css.indexOf("/*", at);
    if (start < 0) return kept + css.slice(at);
    kept += css.slice(at, start);
    const end = css.indexOf("*/", start + 2);
    if (end < 0) return kept;
    at = end + 2;
  }
}

function selected(drawing: Document, selector: string): Iterable<Element> {
  try {
    return drawing.querySelectorAll(selector);
  } catch (error) {
    // A frame of an animation, a nested rule, or none at all: it may be for any element.
    if (error instanceof DOMException) return drawing.querySelectorAll("*");
    throw error;
  }
}

/** What the steps of a filter that *part* is, or asks for in its attributes and *style*, count for. */
function filters(part: Element, style: string): number {
  let steps = /^fe[A-Z]/.test(part.localName) ? 1 : 0;
  for (const { localName, value } of part.attributes)
    if (localName === "style" || localName === "filter" || isAnimated(part, localName))
      steps += functionsIn(value);
  return FILTER * (steps + functionsIn(style));
}

/** Whether the attribute *name* of *part* says what an attribute of another element becomes. */
function isAnimated(part: Element, name: string): boolean {
  return /^(?:values|from|to|by)$/.test(name) && ANIMATIONS.includes(part.localName);
}

function functionsIn(style: string): number {
  return style.match(/\b(?:blur|drop-shadow)\s*\(/gi)?.length ?? 0;
}

/** What *part* has drawn again by its attributes and by *style*. */
function referred(part: Element, style: string, byId: ReadonlyMap<string, Element>): Element[] {
  const found: Element[] = [];
  const add = (id: string) => {
    const target = byId.get(id);
    if (target) found.push(target);
  };
  const addAll = (text: string) => {
    for (const [, id] of text.matchAll(/url\(\s*["']?#([^"')\s]+)/gi)) add(id ?? "");
  };
  for (const { localName, value } of part.attributes)
    if (localName === "href" && value.startsWith("#")) add(value.slice(1));
    else {
      addAll(value);
      if (isAnimated(part, localName)) for (const [, id] of value.matchAll(/#([^\s;]+)/g)) add(id ?? "");
    }
  addAll(style);
  return found;
}
