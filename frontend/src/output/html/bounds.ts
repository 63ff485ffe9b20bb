/**
 * Bounds on what an output may make the browser lay out and draw. A short text can ask for work that grows with a power of
 * its length, and the browser does it all before anything else: such parts are shown as less than they are. (DOMPurify
 * takes `use` and the filters of SVG away.)
 */

/** Tables within each other: each level is measured several times by the one around it. */
const MAX_TABLES = 8;
/** Pixels over which a filter spreads: what is further blurred is a stain either way. */
const MAX_SPREAD = 100;
/** Filters in one output. */
const MAX_FILTERS = 100;

/** Take from *content* what would hold up the page. */
export function bound(content: DocumentFragment): void {
  boundTables(content);
  boundFilters(content);
}

function boundTables(content: DocumentFragment): void {
  const tooDeep = Array(MAX_TABLES + 1)
    .fill("table")
    .join(" ");
  for (const table of content.querySelectorAll(tooDeep))
    if (content.contains(table)) table.replaceWith(document.createTextNode(table.textContent ?? ""));
}

function boundFilters(content: DocumentFragment): void {
  const styled = [...content.querySelectorAll<HTMLElement | SVGElement>("[style*=filter]")];
  for (const part of styled)
    for (const name of ["filter", "backdrop-filter"])
      if (styled.length > MAX_FILTERS || isWide(part.style.getPropertyValue(name)))
        part.style.removeProperty(name);
}

function isWide(filter: string): boolean {
  const lengths = filter.match(/[\d.]+(?:e[+-]?\d+)?(?=[a-z])/gi) ?? [];
  return lengths.length > 8 || lengths.some((length) => Number(length) > MAX_SPREAD);
}
