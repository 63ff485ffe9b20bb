/**
 * SGR: text styles set by `ESC [ … m` (ECMA-48 8.3.117, with the 256 and true colours of xterm), and their CSS. The
 * sixteen colours are classes, so that they are those of the theme.
 */
import "./sgr.css";

/** -1 is the default, 0 to 15 the palette of the theme, and with `RGB` set the lower 24 bits are a colour itself. */
export type Colour = number;

const RGB = 0x1000000;

export interface TextStyle {
  readonly foreground: Colour;
  readonly background: Colour;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
  readonly strike: boolean;
  readonly inverse: boolean;
  /** Where it leads, from an OSC 8 sequence. */
  readonly link: string | null;
}

export const PLAIN: TextStyle = {
  foreground: -1,
  background: -1,
  bold: false,
  dim: false,
  italic: false,
  underline: false,
  strike: false,
  inverse: false,
  link: null,
};

export function sameStyle(one: TextStyle, other: TextStyle): boolean {
  return (
    one === other ||
    (one.foreground === other.foreground &&
      one.background === other.background &&
      one.bold === other.bold &&
      one.dim === other.dim &&
      one.italic === other.italic &&
      one.underline === other.underline &&
      one.strike === other.strike &&
      one.inverse === other.inverse &&
      one.link === other.link)
  );
}

/** *style* after `ESC [ parameters m`. What is unknown changes nothing. */
export function applySgr(style: TextStyle, parameters: string): TextStyle {
  const codes = parameters.split(";").map((code) => code.split(":"));
  const next: { -readonly [Key in keyof TextStyle]: TextStyle[Key] } = { ...style };
  for (let at = 0; at < codes.length; at += 1) {
    const parts = codes[at] ?? [];
    const code = Number(parts[0] || 0);
    if (code === 0) Object.assign(next, PLAIN, { link: style.link });
    else if (code === 1) next.bold = true;
    else if (code === 2) next.dim = true;
    else if (code === 3) next.italic = true;
    else if (code === 4) next.underline = parts[1] !== "0";
    else if (code === 7) next.inverse = true;
    else if (code === 9) next.strike = true;
    else if (code === 21) next.underline = true;
    else if (code === 22) next.bold = next.dim = false;
    else if (code === 23) next.italic = false;
    else if (code === 24) next.underline = false;
    else if (code === 27) next.inverse = false;
    else if (code === 29) next.strike = false;
    else if (code >= 30 && code <= 37) next.foreground = code - 30;
    else if (code >= 90 && code <= 97) next.foreground = code - 90 + 8;
    else if (code === 39) next.foreground = -1;
    else if (code >= 40 && code <= 47) next.background = code - 40;
    else if (code >= 100 && code <= 107) next.background = code - 100 + 8;
    else if (code === 49) next.background = -1;
    else if (code === 38 || code === 48) {
      // `38;5;n` and `38;2;r;g;b`, or with colons, where a colour space may stand before r.
      let colour: Colour | null;
      if (parts.length > 1) {
        const numbers = parts.slice(1).map(Number);
        colour = extendedColour(numbers[0] === 2 && numbers.length > 4 ? [2, ...numbers.slice(2)] : numbers);
      } else {
        const rest = codes.slice(at + 1, at + 5).map((part) => Number(part[0]));
        colour = extendedColour(rest);
        at += rest[0] === 5 ? 2 : rest[0] === 2 ? 4 : 0;
      }
      if (colour !== null) next[code === 38 ? "foreground" : "background"] = colour;
    }
  }
  return sameStyle(next, PLAIN) ? PLAIN : next;
}

function extendedColour([kind, first, second, third]: (number | undefined)[]): Colour | null {
  const valid = (value: number | undefined): value is number =>
    value !== undefined && Number.isInteger(value) && value >= 0 && value <= 255;
  if (kind === 5 && valid(first)) return indexedColour(first);
  if (kind === 2 && valid(first) && valid(second) && valid(third))
    return RGB | (first << 16) | (second << 8) | third;
  return null;
}

/** The palette of 256: the theme's sixteen, a cube of 6 × 6 × 6, and 24 greys. */
function indexedColour(index: number): Colour {
  if (index < 16) return index;
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return RGB | (grey << 16) | (grey << 8) | grey;
  }
  const level = (value: number) => (value === 0 ? 0 : 55 + value * 40);
  const cube = index - 16;
  return (
    RGB | (level(Math.floor(cube / 36)) << 16) | (level(Math.floor(cube / 6) % 6) << 8) | level(cube % 6)
  );
}

/** The element that shows *text* in *style*; its colours stay readable whatever the script asked for. */
export function styledText(text: string, style: TextStyle): HTMLElement {
  const link = style.link;
  const made = document.createElement(link ? "a" : "span");
  if (link && made instanceof HTMLAnchorElement) {
    made.href = link;
    made.target = "_blank";
    made.rel = "noopener noreferrer";
    made.title = link;
  }
  const classes: string[] = [];
  if (style.bold) classes.push("rdit-bold");
  if (style.italic) classes.push("rdit-italic");
  if (style.underline && style.strike) classes.push("rdit-underline-strike");
  else if (style.underline) classes.push("rdit-underline");
  else if (style.strike) classes.push("rdit-strike");

  let { foreground, background } = style;
  if (style.inverse) [foreground, background] = [background, foreground];
  if (style.inverse && background === -1) {
    classes.push("rdit-inverse");
  } else if (background !== -1 && background < RGB) {
    // The palette is readable on the page, so the page's own colour is readable on the palette.
    classes.push(`rdit-on-${background}`);
  } else if (background !== -1) {
    const backing = background & 0xffffff;
    const asked = foreground >= RGB ? foreground & 0xffffff : null;
    const ink = asked !== null && contrast(asked, backing) >= 4.5 ? asked : inkOn(backing);
    made.style.backgroundColor = css(backing);
    made.style.color = css(ink);
  } else if (foreground >= RGB) {
    classes.push("rdit-colour");
    made.style.setProperty("--rdit-colour", css(foreground & 0xffffff));
  } else if (foreground !== -1) {
    classes.push(`rdit-ink-${foreground}`);
  } else if (style.dim) {
    classes.push("rdit-dim");
  }
  if (classes.length > 0) made.className = classes.join(" ");
  made.textContent = text;
  return made;
}

function css(colour: number): string {
  return `rgb(${colour >> 16}, ${(colour >> 8) & 255}, ${colour & 255})`;
}

function inkOn(backing: number): number {
  return contrast(0xffffff, backing) >= contrast(0x000000, backing) ? 0xffffff : 0x000000;
}

/** The contrast ratio of WCAG 2.2. */
function contrast(one: number, other: number): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: number): number {
  const linear = (channel: number) => {
    const value = channel / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(colour >> 16) + 0.7152 * linear((colour >> 8) & 255) + 0.0722 * linear(colour & 255);
}
