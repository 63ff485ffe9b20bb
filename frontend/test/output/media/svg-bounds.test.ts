// @vitest-environment jsdom
import { expect, test } from "vitest";
import { sanitised } from "../../../src/output/html/sanitise";
import { embeddedSvg, isTooMuch, shapesIn, shapesOf } from "../../../src/output/media/svg-bounds";

const svg = (inner: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">${inner}</svg>`;
const count = (inner: string) => shapesIn(new DOMParser().parseFromString(svg(inner), "image/svg+xml"));

/** Levels of ten references each to the level below. */
function bomb(levels: number, refer: (id: string) => string): string {
  const groups = Array.from(
    { length: levels },
    (_, level) => `<g id="l${level + 1}">${refer(`l${level}`).repeat(10)}</g>`,
  );
  return svg(`<defs><path id="l0" d="M0 0h9v9"/>${groups.join("")}</defs>${refer(`l${levels}`)}`);
}

const REFERENCES: [string, (id: string) => string][] = [
  ["use", (id) => `<use href="#${id}"/>`],
  ["old use", (id) => `<use xlink:href="#${id}"/>`],
  ["patterns", (id) => `<path fill="url(#${id})"/>`],
  ["masks in styles", (id) => `<path style="mask: url('#${id}')"/>`],
];

test.each(REFERENCES)("ten levels of ten are too much, three are not: %s", (_, refer) => {
  expect(isTooMuch(bomb(10, refer))).toBe(true);
  expect(isTooMuch(bomb(3, refer))).toBe(false);
});

test("what is drawn again counts again", () => {
  expect(count("<path/>")).toBe(2);
  expect(count('<g id="a"><path/><path/></g><use href="#a"/><use href="#a"/>')).toBe(4 + 2 * 4);
});

test("what a style sheet refers to counts for each element that it is for", () => {
  const drawing = (sheet: string) =>
    `<style>${sheet}</style><mask id="m">${"<path/>".repeat(9)}</mask>${"<circle class='c'/>".repeat(5)}`;
  const plain = count(drawing(".c { fill: red }"));
  expect(count(drawing(".c { mask: url(#m) }"))).toBe(plain + 5 * 10);
  expect(count(drawing("/* } */ @media screen { .c { mask: url('#m') } }"))).toBe(plain + 5 * 10);
  expect(count(drawing(".c { mask: url(#m) }".repeat(60)))).toBeGreaterThan(plain + 5 * 10 * 60);
  expect(count(drawing(".c { .d {} mask: url(#m) }"))).toBeGreaterThanOrEqual(plain + 5 * 10);
});

test.each([
  ["functions", `<g style="filter: blur(9px)"/>`],
  ["attributes", `<g filter="drop-shadow(1px 1px 9px red)"/>`],
  ["elements", `<g filter="url(#f)"/>`],
  ["sheets", `<g class="f"/>`],
])("filters count for what they cost: %s", (_, part) => {
  const drawing = (times: number) =>
    svg(
      `<style>.f { filter: blur(9px) }</style><filter id="f"><feTurbulence/></filter>${part.repeat(times)}`,
    );
  expect(isTooMuch(drawing(10))).toBe(false);
  expect(isTooMuch(drawing(100))).toBe(true);
});

test.each([
  ["animate", `<circle r="1"><animate attributeName="r" values="1;9" dur="1s"/></circle>`],
  ["set", `<circle r="1"><set attributeName="r" to="9" begin="1s"/></circle>`],
  ["animateTransform", `<g><animateTransform attributeName="transform" type="rotate" to="9"/></g>`],
  ["a prefix", `<s:g xmlns:s="http://www.w3.org/2000/svg"><s:animateMotion path="M0 0h9"/></s:g>`],
  [
    "keyframes",
    "<style>@keyframes turn { to { rotate: 1turn } } path { animation: turn 1s infinite }</style>",
  ],
  ["an escape", "<style>path { animatio\\6e: turn 1s infinite }</style>"],
  ["a style", `<g style="transition: all 9s"/>`],
])("what moves is drawn again for every frame: %s", (_, moving) => {
  const shapes = shapesOf(svg(moving + "<path/>".repeat(29)));
  expect(shapes % 30).toBe(0);
  expect(shapes).toBeGreaterThan(30 * 29);
  expect(shapesOf(svg("<path/>".repeat(29)))).toBe(30);
});

test("what an animation refers to counts for each element that it is for", () => {
  const group = `<g id="a">${"<path/>".repeat(9)}</g>`;
  const plain = count(`${group}<use><animate/></use>`) / 30;
  const moved = (attributes: string) => count(`${group}<use><animate ${attributes}/></use>`) / 30;
  expect(moved(`attributeName="href" to="#a"`)).toBe(plain + 10);
  expect(moved(`attributeName="href" values="#b; #a"`)).toBe(plain + 10);
  expect(moved(`attributeName="mask" from="url(#a)"`)).toBe(plain + 10);
  expect(moved(`attributeName="filter" values="blur(1px);blur(9px)"`)).toBe(plain + 2_000);
});

test("what refers to itself ends, and so does a very long chain", () => {
  expect(count('<g id="a"><use href="#a"/></g>')).toBe(3);
  const chain = Array.from({ length: 1_000 }, (_, at) => `<use id="c${at}" href="#c${at + 1}"/>`).join("");
  expect(isTooMuch(svg(chain))).toBe(true);
});

test("very many shapes are too much, and so are drawings within a drawing", () => {
  expect(isTooMuch(svg("<path/>".repeat(300_000)))).toBe(true);
  expect(isTooMuch(svg("<path/>".repeat(3_000)))).toBe(false);
  const inner = `data:image/svg+xml;base64,${btoa(bomb(10, (id) => `<use href="#${id}"/>`))}`;
  expect(isTooMuch(svg(`<image href="${inner}"/>`))).toBe(true);
});

test("the drawing in an address is read in both ways of writing it", () => {
  expect(embeddedSvg("data:image/svg+xml,%3Csvg/%3E")).toBe("<svg/>");
  expect(embeddedSvg(`data:image/svg+xml;charset=utf-8;base64,${btoa("<svg/>")}`)).toBe("<svg/>");
  expect(embeddedSvg("data:image/svg+xml,100%")).toBe("100%");
  expect(embeddedSvg("data:image/png;base64,AAAA")).toBeNull();
});

test("a picture in HTML that is too much is its description", () => {
  const drawn = (levels: number) =>
    sanitised(
      `<img alt="a chart" src="data:image/svg+xml;base64,${btoa(bomb(levels, (id) => `<use href="#${id}"/>`))}">`,
    );
  expect(drawn(3).querySelector("img")).not.toBeNull();
  expect(drawn(10).querySelector("img")).toBeNull();
  expect(drawn(10).textContent).toBe("a chart");
});
