/** Makes elements: text goes in as text, attributes as attributes, and nothing is ever parsed as HTML. */

type Attributes = Record<string, string | number | boolean | null | undefined>;

/** An element with *attributes* (`false`, null and undefined leave one out) and *children*. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    if (value !== false && value !== null && value !== undefined)
      made.setAttribute(name, value === true ? "" : String(value));
  made.append(...children);
  return made;
}
