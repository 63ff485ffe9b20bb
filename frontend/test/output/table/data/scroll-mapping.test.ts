import { describe, expect, test } from "vitest";
import { ScrollMapping } from "../../../../src/output/table/data/scroll-mapping";

const ROWS = 240_000_000;
const VIEW = 283;

function tall(extent = ROWS): ScrollMapping {
  const mapping = new ScrollMapping();
  mapping.measure(extent, VIEW);
  return mapping;
}

describe("what a browser can lay out", () => {
  test("scrolls pixel by pixel", () => {
    const mapping = tall(5_000_000);
    expect(mapping.length).toBe(5_000_000);
    mapping.scrolled(1_234_567);
    expect(mapping.position).toBe(1_234_567);
    expect(mapping.moveTo(99)).toBe(99);
  });

  test("and what fits does not scroll", () => {
    const mapping = tall(100);
    expect(mapping.moveTo(50)).toBe(0);
    expect(mapping.end).toBe(0);
  });
});

describe("what is taller", () => {
  test("keeps within what a browser can lay out", () => {
    expect(tall().length).toBeLessThan(17_000_000);
  });

  test("can be dragged to both ends", () => {
    const mapping = tall();
    const last = mapping.length - VIEW;
    mapping.scrolled(last);
    expect(mapping.position).toBe(mapping.end);
    mapping.scrolled(0);
    expect(mapping.position).toBe(0);
  });

  test("is halfway when the scrollbar is", () => {
    const mapping = tall();
    mapping.scrolled((mapping.length - VIEW) / 2);
    expect(mapping.position / mapping.end).toBeCloseTo(0.5, 9);
  });

  test("goes on from where it was placed, pixel by pixel, when the wheel turns", () => {
    const mapping = tall();
    let offset = mapping.moveTo(123_456_789);
    for (let turn = 0; turn < 20; turn += 1) {
      offset += 100;
      expect(mapping.scrolled(offset)).toBeNull();
    }
    expect(mapping.position).toBe(123_456_789 + 2000);
  });

  test("puts the scrollbar right once it rests, without moving", () => {
    const mapping = tall();
    const start = mapping.moveTo(120_000_000);
    mapping.scrolled(start + 5000);
    const { position } = mapping;
    const right = mapping.rested();
    expect(right).toBeCloseTo(
      start + 5000 / ((mapping.end - 400_000) / (mapping.length - VIEW - 400_000)),
      3,
    );
    expect(mapping.position).toBe(position);
    expect(mapping.rested()).toBeNull();
  });

  test("reaches its beginning by the wheel alone, from anywhere near it", () => {
    const mapping = tall();
    let offset = mapping.moveTo(300_000);
    for (let turn = 0; turn < 3000 && mapping.position > 0; turn += 1) {
      offset = Math.max(0, offset - 100);
      offset = mapping.scrolled(offset) ?? offset;
      if (turn % 50 === 0) offset = mapping.rested() ?? offset;
    }
    expect(mapping.position).toBe(0);
    expect(offset).toBe(0);
  });

  test("goes to the very row that it is told", () => {
    const mapping = tall();
    for (const position of [
      0,
      24,
      199_999,
      200_001,
      77_777_784,
      ROWS - 250_000,
      ROWS - 24 - VIEW,
      ROWS - VIEW,
    ]) {
      mapping.landed(mapping.moveTo(position));
      expect(mapping.position).toBe(position);
      expect(mapping.scrolled(mapping.moveTo(position))).toBeNull();
      expect(mapping.position).toBe(position);
    }
  });

  test("stays where it is when more is in sight", () => {
    const mapping = tall();
    mapping.moveTo(50_000_000);
    mapping.measure(ROWS, 500);
    expect(mapping.position).toBe(50_000_000);
    expect(mapping.measure(ROWS, 500)).toBeNull();
  });
});
