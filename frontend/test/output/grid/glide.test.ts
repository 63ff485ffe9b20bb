import { describe, expect, test } from "vitest";
import { Glide } from "../../../src/output/grid/glide";

const ROWS = 240_000_000;
const VIEW = 283;

function tall(extent = ROWS): Glide {
  const glide = new Glide();
  glide.measure(extent, VIEW);
  return glide;
}

describe("what a browser can lay out", () => {
  test("scrolls pixel by pixel", () => {
    const glide = tall(5_000_000);
    expect(glide.length).toBe(5_000_000);
    glide.scrolled(1_234_567);
    expect(glide.position).toBe(1_234_567);
    expect(glide.moveTo(99)).toBe(99);
  });

  test("and what fits does not scroll", () => {
    const glide = tall(100);
    expect(glide.moveTo(50)).toBe(0);
    expect(glide.end).toBe(0);
  });
});

describe("what is taller", () => {
  test("keeps within what a browser can lay out", () => {
    expect(tall().length).toBeLessThan(17_000_000);
  });

  test("can be dragged to both ends", () => {
    const glide = tall();
    const last = glide.length - VIEW;
    glide.scrolled(last);
    expect(glide.position).toBe(glide.end);
    glide.scrolled(0);
    expect(glide.position).toBe(0);
  });

  test("is halfway when the scrollbar is", () => {
    const glide = tall();
    glide.scrolled((glide.length - VIEW) / 2);
    expect(glide.position / glide.end).toBeCloseTo(0.5, 9);
  });

  test("goes on from where it was placed, pixel by pixel, when the wheel turns", () => {
    const glide = tall();
    let offset = glide.moveTo(123_456_789);
    for (let turn = 0; turn < 20; turn += 1) {
      offset += 100;
      expect(glide.scrolled(offset)).toBeNull();
    }
    expect(glide.position).toBe(123_456_789 + 2000);
  });

  test("puts the scrollbar right once it rests, without moving", () => {
    const glide = tall();
    const start = glide.moveTo(120_000_000);
    glide.scrolled(start + 5000);
    const { position } = glide;
    const right = glide.rested();
    expect(right).toBeCloseTo(start + 5000 / ((glide.end - 400_000) / (glide.length - VIEW - 400_000)), 3);
    expect(glide.position).toBe(position);
    expect(glide.rested()).toBeNull();
  });

  test("reaches its beginning by the wheel alone, from anywhere near it", () => {
    const glide = tall();
    let offset = glide.moveTo(300_000);
    for (let turn = 0; turn < 3000 && glide.position > 0; turn += 1) {
      offset = Math.max(0, offset - 100);
      offset = glide.scrolled(offset) ?? offset;
      if (turn % 50 === 0) offset = glide.rested() ?? offset;
    }
    expect(glide.position).toBe(0);
    expect(offset).toBe(0);
  });

  test("goes to the very row that it is told", () => {
    const glide = tall();
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
      glide.landed(glide.moveTo(position));
      expect(glide.position).toBe(position);
      expect(glide.scrolled(glide.moveTo(position))).toBeNull();
      expect(glide.position).toBe(position);
    }
  });

  test("stays where it is when more is in sight", () => {
    const glide = tall();
    glide.moveTo(50_000_000);
    glide.measure(ROWS, 500);
    expect(glide.position).toBe(50_000_000);
    expect(glide.measure(ROWS, 500)).toBeNull();
  });
});
