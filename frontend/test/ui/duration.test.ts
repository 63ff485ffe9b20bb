import { expect, test } from "vitest";
import { duration, elapsed } from "../../src/ui/duration";

test.each([
  [0.4, "0 ms"],
  [412.4, "412 ms"],
  [999.6, "1.0 s"],
  [3449, "3.4 s"],
  [9960, "10 s"],
  [59_400, "59 s"],
  [59_600, "1 min 0 s"],
  [125_000, "2 min 5 s"],
  [3_780_000, "1 h 3 min"],
])("%d ms reads %s", (milliseconds, text) => {
  expect(duration(milliseconds)).toBe(text);
});

test("a running clock never shows milliseconds", () => {
  expect(elapsed(130)).toBe("0.1 s");
});
