/**
 * A bound on what an SVG may make the browser draw. Each `use`, pattern, mask or marker draws what it refers to once more,
 * so that ten lines can ask for ten thousand million shapes; how many they are is counted without drawing one.
 */
import { decoded } from "./base64";

/** About a second of drawing. */
export const MAX_SHAPES = 250_000;

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
  const repeats = /\burl\s*\(|<(?:\w+:)?use\b|data:image\/svg/i.test(source);
  return repeats ? shapesIn(new DOMParser().parseFromString(source, "image/svg+xml")) : tags(source);
}

function tags(source: string): number {
  let count = 0;
  for (let at = source.indexOf("<"); at >= 0; at = source.indexOf("<", at + 1))
    if (source[at + 1] !== "/") count += 1;
  return count;
}

/** How many elements the browser draws of *drawing*, with those that are drawn again. Each is looked at once. */
export function shapesIn(drawing: Document): number {
  const byId = new Map<string, Element>();
  for (const part of drawing.querySelectorAll("[id]")) if (!byId.has(part.id)) byId.set(part.id, part);
  const counted = new Map<Element, number>();
  const open: { part: Element; rest: Element[]; count: number }[] = [];
  const enter = (part: Element) => {
    // What refers to itself is drawn no deeper.
    counted.set(part, 0);
    open.push({ part, rest: [...part.children, ...referred(part, byId)], count: 1 + embedded(part) });
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

/** What *part* has drawn again. */
function referred(part: Element, byId: ReadonlyMap<string, Element>): Element[] {
  const found: Element[] = [];
  const add = (id: string) => {
    const target = byId.get(id);
    if (target) found.push(target);
  };
  for (const { localName, value } of part.attributes)
    if (localName === "href" && value.startsWith("#")) add(value.slice(1));
    else for (const [, id] of value.matchAll(/url\(\s*["']?#([^"')\s]+)/gi)) add(id ?? "");
  return found;
}
