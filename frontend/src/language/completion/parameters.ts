/** The parameters of a call, as far as the detail of a completion tells them. */

export interface Parameter {
  readonly name: string;
  readonly isRequired: boolean;
  /** Whether it can only be given by its name. */
  readonly byName: boolean;
}

/** Whether *detail* was cut for the list. */
export function isShortened(detail: string): boolean {
  return detail.includes("…");
}

/** The parameters within *detail*, such as `def scale(x: float, by=2) -> float`; null where that is no callable. */
export function parametersIn(detail: string): Parameter[] | null {
  const begin = /^(?:(?:bound method|def|type\[)\b[^(]*|\s*)\(/.exec(detail);
  if (!begin || isShortened(detail)) return null;
  const parts = splitAt(detail, begin[0].length);
  if (!parts) return null;
  const found: Parameter[] = [];
  let byName = false;
  for (const part of parts) {
    if (part === "/") continue;
    const star = /^\*{1,2}/.exec(part)?.[0];
    if (star === "*") byName = true;
    if (star !== undefined) continue;
    const name = /^\w+/.exec(part)?.[0];
    if (name) found.push({ name, isRequired: !/^[^=]*=/.test(withoutBrackets(part)), byName });
  }
  const own = /^def\b/.test(detail) && /^(?:self|cls)$/.test(found[0]?.name ?? "");
  return own ? found.slice(1) : found;
}

/** A call of *name* as a snippet of the editor: the required arguments are its fields. */
export function callSnippet(name: string, parameters: readonly Parameter[]): string {
  if (parameters.length === 0) return `${name}()\${}`;
  const required = parameters.filter((one) => one.isRequired);
  if (required.length === 0) return `${name}(\${})`;
  const fields = required.map((one) => (one.byName ? `${one.name}=\${${one.name}}` : `\${${one.name}}`));
  return `${name}(${fields.join(", ")})\${}`;
}

const OPENING = "([{";
const CLOSING = ")]}";

/** What stands between the commas from *start* on, up to the bracket that closes it; null where none does. */
function splitAt(text: string, start: number): string[] | null {
  const parts: string[] = [];
  let depth = 0;
  let from = start;
  let quote = "";
  for (let at = start; at < text.length; at += 1) {
    const sign = text[at] as string;
    if (quote) {
      if (sign === "\\") at += 1;
      else if (sign === quote) quote = "";
    } else if (sign === '"' || sign === "'") quote = sign;
    else if (OPENING.includes(sign)) depth += 1;
    else if (CLOSING.includes(sign) && depth > 0) depth -= 1;
    else if (sign === ")" || (sign === "," && depth === 0)) {
      parts.push(text.slice(from, at).trim());
      from = at + 1;
      if (sign === ")") return parts.filter((part) => part !== "");
    }
  }
  return null;
}

/** *part* without what stands in brackets or quotation marks, where signs mean something else. */
function withoutBrackets(part: string): string {
  let depth = 0;
  return [...part.replace(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/g, "")]
    .filter((sign) => {
      if (OPENING.includes(sign)) depth += 1;
      const isOutside = depth === 0;
      if (CLOSING.includes(sign)) depth -= 1;
      return isOutside;
    })
    .join("");
}
