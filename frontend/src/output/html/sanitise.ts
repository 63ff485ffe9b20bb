/**
 * Sanitising HTML from outputs. Markup goes through DOMPurify into nodes, which are never turned back into text
 * and parsed again; styles are parsed by the browser itself and lose whatever could load something or leave its place.
 */
import DOMPurify, { type Config } from "dompurify";
import { Budget, bound } from "./bounds";
import { FILE } from "./file-links";
import { PICTURE } from "./pictures";

const config: Config & { RETURN_DOM_FRAGMENT: true } = {
  USE_PROFILES: { html: true, svg: true, mathMl: true },
  RETURN_DOM_FRAGMENT: true,
  // Spaces before the first element stay, as they do before every other.
  FORCE_BODY: true,
  // What submits, navigates, loads documents, or would change the page around it.
  FORBID_TAGS: [
    "style",
    "link",
    "meta",
    "base",
    "form",
    "button",
    "textarea",
    "select",
    "option",
    "dialog",
    "iframe",
    "object",
    "embed",
    "template",
    "slot",
    "feimage",
  ],
  FORBID_ATTR: [
    "action",
    "background",
    "formaction",
    "ping",
    "srcset",
    "autofocus",
    "contenteditable",
    "popover",
    "popovertarget",
    "slot",
    "part",
    "is",
  ],
  ALLOW_DATA_ATTR: false,
  ALLOW_UNKNOWN_PROTOCOLS: false,
  // Not for addresses alone: every value passes it that is none. Addresses are looked at again below.
  ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|[^a-z]|[a-z+.-]+(?:[^a-z+.\-:]|$))/i,
};

/** The nodes of *html* without anything that could run, load a document, submit or overlay; *budget* is its output's. */
export function sanitised(html: string, budget = new Budget()): DocumentFragment {
  const fragment = DOMPurify.sanitize(html, config);
  for (const link of fragment.querySelectorAll("a, area")) {
    const address = link.getAttribute("href") ?? link.getAttribute("xlink:href") ?? "";
    if (address.startsWith("#")) continue;
    // A relative address would lead into rdit's own server; what is a file of the workspace the page opens.
    if (!/^(?:https?:\/\/|mailto:)/i.test(address)) {
      link.removeAttribute("href");
      link.removeAttribute("xlink:href");
      if (isPath(address) && !/^\s*[/\\]/.test(address)) link.setAttribute(FILE, address);
      continue;
    }
    link.setAttribute("target", "_blank");
    link.setAttribute("rel", "noopener noreferrer");
  }
  for (const image of fragment.querySelectorAll("img")) {
    const address = image.getAttribute("src") ?? "";
    if (EMBEDDED_IMAGE.test(address)) {
      if (!image.hasAttribute("alt")) image.setAttribute("alt", "");
    } else if (isPath(address)) {
      // Who shows the markup asks the page for it (see pictures.ts): the browser's own request would have no token.
      image.removeAttribute("src");
      image.setAttribute(PICTURE, address);
    } else image.replaceWith(linkTo(address, image.getAttribute("alt") || address));
  }
  for (const part of fragment.querySelectorAll("audio, video, source, track, picture"))
    for (const name of ["src", "poster"])
      if (part.hasAttribute(name) && !/^data:(?:image|audio|video)\//i.test(part.getAttribute(name) ?? ""))
        part.removeAttribute(name);
  for (const input of fragment.querySelectorAll("input"))
    if (!/^(checkbox|radio)$/i.test(input.getAttribute("type") ?? "")) input.remove();
  // A drawing may refer to its own parts and to nothing else.
  for (const part of fragment.querySelectorAll("svg *"))
    for (const name of ["href", "xlink:href", "src"])
      if (part.localName !== "a" && part.hasAttribute(name) && !part.getAttribute(name)?.startsWith("#"))
        part.removeAttribute(name);
  for (const part of fragment.querySelectorAll("svg *"))
    for (const { name, value } of [...part.attributes])
      if (!/^(?:href|aria-.*)$/.test(name) && LOADING.test(value.replaceAll(OWN_PART, "")))
        part.removeAttribute(name);
  for (const styled of fragment.querySelectorAll<HTMLElement | SVGElement>("[style]")) restyle(styled);
  bound(fragment, budget);
  return fragment;
}

const EMBEDDED_IMAGE = /^data:image\/(?:png|jpeg|gif|webp|avif|bmp|svg\+xml)[;,]/i;

/** Whether *address* names no other place than the folder that the page's script is in. */
function isPath(address: string): boolean {
  return address.trim() !== "" && !/^\s*(?:[a-z][a-z0-9+.-]*:|[/\\]{2}|#)/i.test(address);
}

/** An image from elsewhere would tell them that somebody looks; a link does so only when it is followed. */
function linkTo(address: string, label: string): Node {
  if (!/^https?:\/\//i.test(address)) return document.createTextNode(label);
  const link = document.createElement("a");
  link.href = address;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  link.textContent = label;
  return link;
}

/** Set the style of *element* anew from what is harmless of it, in a way that a Content-Security-Policy permits. */
function restyle(element: HTMLElement | SVGElement): void {
  const text = element.getAttribute("style") ?? "";
  element.removeAttribute("style");
  element.style.cssText = text;
  keepHarmless(element.style);
}

/**
 * What loads something. The browser writes escapes out when it parses a value; only custom properties keep them, hence
 * the backslash.
 */
const LOADING =
  /url\s*\(|src\s*\(|image\s*\(|image-set\s*\(|cross-fade\s*\(|element\s*\(|expression\s*\(|binding|\\/i;

/** What refers to a part of the drawing itself. */
const OWN_PART = /url\s*\(\s*(?:"#[^"\\]*"|'#[^'\\]*'|#[^"'()\\\s]*)\s*\)/gi;

/** The values of `position` that keep an element in its place; others, `var(…)` among them, may stand for `fixed`. */
const IN_PLACE = /^(?:static|relative|absolute|sticky)$/i;

function keepHarmless(style: CSSStyleDeclaration): void {
  for (const name of Array.from(style)) {
    const value = style.getPropertyValue(name);
    if (LOADING.test(value) || (name === "position" && !IN_PLACE.test(value))) style.removeProperty(name);
  }
  // A shorthand that waits for a `var(…)` has no parts with values yet, only a text: what loads beside one is seen there.
  if (!LOADING.test(style.cssText)) return;
  for (const name of Array.from(style)) if (style.getPropertyValue(name) === "") style.removeProperty(name);
  if (LOADING.test(style.cssText)) style.cssText = "";
}

/** The style sheets within *html*, without what could load something or reach out of the tree they are adopted by. */
export function harmlessSheets(html: string): CSSStyleSheet[] {
  if (!/<style/i.test(html)) return [];
  const parsed = new DOMParser().parseFromString(html, "text/html");
  return Array.from(parsed.querySelectorAll("style"), (style) => {
    const sheet = new CSSStyleSheet();
    // `replaceSync` ignores @import.
    sheet.replaceSync(style.textContent ?? "");
    keepHarmlessRules(sheet);
    return sheet;
  });
}

function keepHarmlessRules(rules: { cssRules: CSSRuleList; deleteRule(index: number): void }): void {
  for (let index = rules.cssRules.length - 1; index >= 0; index -= 1)
    if (!isHarmless(rules.cssRules[index] as CSSRule)) rules.deleteRule(index);
}

function isHarmless(rule: CSSRule): boolean {
  if (rule instanceof CSSStyleRule) {
    // The element that holds the tree belongs to the page.
    if (/:host|::slotted|::part/i.test(rule.selectorText)) return false;
    keepHarmless(rule.style);
    if (rule.cssRules) keepHarmlessRules(rule);
    return true;
  }
  if (rule instanceof CSSKeyframesRule) {
    for (const frame of Array.from(rule.cssRules)) keepHarmless((frame as CSSKeyframeRule).style);
    return true;
  }
  if (rule instanceof CSSMediaRule || rule instanceof CSSSupportsRule) {
    keepHarmlessRules(rule);
    return true;
  }
  return false;
}

/**
 * Whether *html* does nothing useful without scripts, frames or style sheets from elsewhere: it needs a frame.
 *
 * The text is read, not parsed: in a document that the browser parses it would complain of every handler, which the
 * page's policy forbids. A mistake either way does no harm, for both ways of showing HTML are safe.
 */
export function needsScripts(html: string): boolean {
  if (!/<(?:script|iframe|object|embed|frame|link)|\bon\w+\s*=|javascript:/i.test(html)) return false;
  for (const [tag] of withoutComments(html).matchAll(TAG)) {
    if (/^<(?:script|iframe|object|embed|frameset)[\s/>]/i.test(tag)) return true;
    if (/^<link\s[\s\S]*\bhref\s*=/i.test(tag) || /=\s*["']?\s*javascript:/i.test(tag)) return true;
    if (/[\s/"']on\w+\s*=/i.test(tag.replaceAll(/"[^"]*"|'[^']*'/g, '""'))) return true;
  }
  return false;
}

/** *html* without its comments, read once: one that never ends is the last. */
function withoutComments(html: string): string {
  let kept = "";
  let at = 0;
  for (;;) {
    const start = html.indexOf("<!--", at);
    const end = start < 0 ? -1 : html.indexOf("-->", start + 4);
    if (end < 0) return kept + html.slice(at);
    kept += html.slice(at, start);
    at = end + 3;
  }
}

/** An opening tag with its attributes. It ends at the next tag at the latest, or the search would take for ever. */
const TAG = /<[a-z](?:"[^"]*"|'[^']*'|[^'"<>])*>/gi;
