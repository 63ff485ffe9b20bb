import { describe, expect, test } from "vitest";
import { Axis } from "../../../../src/output/table/data/axis";
import { noise } from "../generated";

describe("an axis", () => {
  test("begins each row where the one before ends", () => {
    const axis = new Axis(200, 24);
    for (let at = 0; at < 40; at += 1)
      axis.resize(Math.floor(noise(at, 1) * 200), Math.ceil(noise(at, 2) * 90));
    for (let number = 0; number < 200; number += 1)
      expect(axis.start(number + 1) - axis.start(number)).toBe(axis.size(number));
    expect(axis.extent).toBe(axis.start(200));
  });

  test("finds the one that covers a place", () => {
    const axis = new Axis(50, 10);
    axis.resize(3, 100);
    axis.resize(49, 1);
    expect(axis.at(29.9)).toBe(2);
    expect(axis.at(30)).toBe(3);
    expect(axis.at(129)).toBe(3);
    expect(axis.at(130)).toBe(4);
    expect([axis.at(-5), axis.at(1e9)]).toEqual([0, 49]);
  });

  test("without anything has no extent", () => {
    const axis = new Axis(0, 24);
    expect([axis.extent, axis.at(100)]).toEqual([0, 0]);
  });
});
