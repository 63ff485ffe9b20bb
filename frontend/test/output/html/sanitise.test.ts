// @vitest-environment jsdom
import { describe, expect, test } from "vitest";
import { needsScripts, sanitised } from "../../../src/output/html/sanitise";
import { hostile } from "../hostile";
import samples from "../samples.json";

/** Everything in *fragment* that could run, load, submit or lead somewhere it should not. */
function dangers(fragment: DocumentFragment): string[] {
  const found: string[] = [];
  for (const part of fragment.querySelectorAll("*")) {
    const name = part.localName.toLowerCase();
    if (
      /^(script|style|iframe|frame|frameset|object|embed|applet|base|meta|link|form|button|textarea|select|template|slot|dialog|foreignobject|animate|animatetransform|set|use|handler|listener|annotation-xml|feimage|noscript|noembed|xmp|plaintext)$/.test(
        name,
      )
    )
      found.push(`<${name}>`);
    for (const attribute of part.attributes) {
      const value = attribute.value.replace(/[\s\0-\x20]/g, "");
      if (/^on/i.test(attribute.name)) found.push(attribute.name);
      if (
        /javascript:|vbscript:|data:text/i.test(value) &&
        /^(href|src|xlink:href|action|formaction|data|poster|background|to|values|from)$/i.test(
          attribute.name,
        )
      )
        found.push(`${attribute.name}=${value}`);
      if (
        /^(srcdoc|action|formaction|ping|srcset|autofocus|contenteditable|is|slot|http-equiv|attributename)$/i.test(
          attribute.name,
        )
      )
        found.push(attribute.name);
      if (attribute.name === "style" && /url\(|position:fixed|expression|binding/i.test(value))
        found.push(`style ${value}`);
      if (
        /^(src|href|xlink:href|poster|background)$/i.test(attribute.name) &&
        !/^(a|area)$/.test(name) &&
        !/^(#|data:)/i.test(value)
      )
        found.push(`loads ${value}`);
    }
  }
  return found;
}

test.each(hostile)("%s", (_, html) => {
  expect(dangers(sanitised(html))).toEqual([]);
});

test.each(hostile)("%s, twice", (_, html) => {
  const holder = document.createElement("div");
  holder.append(sanitised(html));
  expect(dangers(sanitised(holder.innerHTML))).toEqual([]);
});

describe("what is kept", () => {
  const kept = (html: string) => {
    const holder = document.createElement("div");
    holder.append(sanitised(html));
    return holder.innerHTML;
  };

  test("plain markup", () => {
    const html =
      '<h3>A</h3><p>some <b>bold</b> <i>text</i></p><ul><li>x</li></ul><details open=""><summary>s</summary>t</details>';
    expect(kept(html)).toBe(html);
  });

  test("the spans of a table", () => {
    const entries = Array.from(sanitised(samples.grouped.html).querySelectorAll("th"));
    expect(entries.filter((entry) => entry.rowSpan === 2)).toHaveLength(2);
    expect(entries.filter((entry) => entry.colSpan === 2)).toHaveLength(1);
  });

  test("harmless styles", () => {
    expect(kept('<p style="color: red; text-align: center">x</p>')).toBe(
      '<p style="color: red; text-align: center;">x</p>',
    );
  });

  test("what is harmless of a style beside what loads", () => {
    expect(kept('<p style="color: red; background-image: url(x)">x</p>')).toBe(
      '<p style="color: red;">x</p>',
    );
  });

  test("spaces before the first element", () => {
    expect(kept("  <b>a</b> b")).toBe("  <b>a</b> b");
    expect(kept("<!-- c -->  <b>a</b>")).toBe("  <b>a</b>");
  });

  test("images that bring their own bytes", () => {
    expect(kept('<img src="data:image/png;base64,AAAA" width="3">')).toContain(
      'src="data:image/png;base64,AAAA"',
    );
  });

  test("links to the web, which open elsewhere", () => {
    expect(kept('<a href="https://example.org/">x</a>')).toBe(
      '<a href="https://example.org/" target="_blank" rel="noopener noreferrer">x</a>',
    );
  });

  test("an image from elsewhere as a link to it", () => {
    expect(kept('<img src="https://example.org/a.png" alt="a chart">')).toBe(
      '<a href="https://example.org/a.png" target="_blank" rel="noopener noreferrer">a chart</a>',
    );
  });

  test("links within rdit's own server lead nowhere", () => {
    expect(kept('<a href="/api/reset">x</a>')).toBe("<a>x</a>");
    expect(kept('<a href="//example.org/">x</a>')).toBe("<a>x</a>");
    expect(kept('<a data-file="/api/reset">x</a>')).toBe("<a>x</a>");
  });

  test("links to files beside the script, which are the page's to open", () => {
    expect(kept('<a href="data/notes%20a.txt">x</a>')).toBe('<a data-file="data/notes%20a.txt">x</a>');
  });

  test("drawings, and what they refer to in themselves", () => {
    const html =
      '<svg viewBox="0 0 1 1"><defs><linearGradient id="g"></linearGradient></defs><path d="M0 0" fill="url(#g)"></path></svg>';
    expect(kept(html)).toBe(html);
  });

  test.each([
    "image-set('x' 1x)",
    "var(--no, image-set('x' 1x))",
    "url(#a), image-set('x' 1x)",
    "url(#a) url(x)",
    "u\\72l(#a)",
  ])("no attribute of a drawing that loads: %s", (value) =>
    expect(kept(`<svg><g mask="${value}" aria-label="image (1)"></g></svg>`)).toBe(
      '<svg><g aria-label="image (1)"></g></svg>',
    ),
  );

  test.each(
    "style link meta base form button textarea select option dialog iframe object embed template slot".split(
      " ",
    ),
  )("not <%s>, with what is beside it", (tag) => {
    const kept = sanitised(`<p>before</p><div><${tag}>within</${tag}></div><p>behind</p>`);
    expect(kept.querySelector(tag)).toBeNull();
    expect(kept.textContent).toMatch(/^before.*behind$/);
  });

  test.each(
    "action background formaction ping srcset autofocus contenteditable popover popovertarget slot part data-x".split(
      " ",
    ),
  )("not the attribute %s, but its element", (name) => {
    const kept = sanitised(`<table ${name}="a" title="kept"><tbody><tr><td>1</td></tr></tbody></table>`);
    expect(kept.querySelector("table")?.getAttributeNames()).toEqual(["title"]);
  });

  test("not an element that names itself another", () => {
    expect(kept('<p>a</p><p is="b-c">d</p>')).not.toContain("is=");
  });

  test("switches, as folding displays use them, and no other field", () => {
    expect(kept('<input type="checkbox" id="a"><label for="a">more</label>')).toContain('type="checkbox"');
    expect(kept('a<input type="password"><input>')).toBe("a");
  });
});

describe("a frame of its own", () => {
  test.each([
    ["<script>1</script>", true],
    ["<SCRIPT src=x></SCRIPT>", true],
    ["<p onclick='x()'>", true],
    ["<svg onload=x>", true],
    ["<iframe srcdoc=x></iframe>", true],
    ["<a href='javascript:x()'>", true],
    ["<link rel=stylesheet href=https://x>", true],
    ["<p>onclick = a word</p>", false],
    ["<td>&lt;script&gt;</td>", false],
    ["<!-- <script> --> text", false],
    ["<p title='x' data-a=1 onclick=x()>", true],
    ["<p title='set onclick=x()'>", false],
    ["<p title='1 > 0' onclick='x()'>", true],
    ["a <b and c> onclick=d", false],
    ["<!-- a --><script>1</script><!-- b -->", true],
    [samples.frame.html, false],
    [samples.styled.html, false],
  ])("sample %#: %s", (html, needed) => expect(needsScripts(html)).toBe(needed));
});

describe("what would hold up the page", () => {
  test.each([
    ["comments that never end", "<!--".repeat(1_000_000)],
    ["comments that end at once", "<!---->".repeat(500_000)],
  ])("%s are read once", (_, text) => {
    expect(needsScripts(`${text}<script`)).toBe(false);
    expect(needsScripts(`<script>1</script>${text}`)).toBe(true);
  });

  test("tables within tables are text from a depth on, and not before", () => {
    const nested = (depth: number) => sanitised(`${"<table><tr><td>".repeat(depth)}deep`);
    expect(nested(8).querySelectorAll("table")).toHaveLength(8);
    expect(nested(100).querySelectorAll("table")).toHaveLength(8);
    expect(nested(100).textContent).toBe("deep");
  });

  test("a picture that holds a drawing of too many shapes is its text, and another is not", () => {
    const level = (of: number) => `<g id="g${of}">${`<use href="#g${of - 1}"/>`.repeat(10)}</g>`;
    const picture = (levels: number) => {
      const groups = Array.from({ length: levels }, (_, of) => level(of + 1)).join("");
      const svg = `<svg xmlns="http://www.w3.org/2000/svg"><path id="g0"/>${groups}</svg>`;
      return sanitised(`<img alt="a drawing" src="data:image/svg+xml;base64,${btoa(svg)}">`);
    };
    expect(picture(2).querySelectorAll("img")).toHaveLength(1);
    expect(picture(9).querySelectorAll("img")).toHaveLength(0);
    expect(picture(9).textContent).toBe("a drawing");
  });

  test("filters spread only so far, and there are only so many", () => {
    const blurred = (radius: string, count = 1) =>
      sanitised(`<p style="color: red; filter: blur(${radius})">a</p>`.repeat(count));
    const filters = (content: DocumentFragment) =>
      [...content.querySelectorAll("p")].map((part) => part.style.getPropertyValue("filter"));
    expect(filters(blurred("3px"))).toEqual(["blur(3px)"]);
    expect(filters(blurred("9000px"))).toEqual([""]);
    expect(filters(blurred("3px", 102))).toEqual([...Array(100).fill("blur(3px)"), "", ""]);
  });
});
