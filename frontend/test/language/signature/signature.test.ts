import { expect, test } from "vitest";
import type { SignatureHelp } from "vscode-languageserver-types";
import { activeRange } from "../../../src/language/signature/signature-view";

const label = "(values: list[int], by: int) -> int";

/** The part of the label that is written when *active* is. */
function written(active: number | undefined, own?: number): string | null {
  const parameters = [{ label: "values: list[int]" }, { label: [20, 27] as [number, number] }];
  const signature = { label, parameters, ...(own === undefined ? {} : { activeParameter: own }) };
  const help: SignatureHelp = {
    signatures: [signature],
    ...(active === undefined ? {} : { activeParameter: active }),
  };
  const range = activeRange({ help, index: 0 });
  return range && label.slice(...range);
}

test("the argument that is written is told by its words or by its place", () => {
  expect(written(0)).toBe("values: list[int]");
  expect(written(1)).toBe("by: int");
  expect(written(0, 1)).toBe("by: int");
});

test("behind the last argument none is written", () => {
  expect(written(2)).toBeNull();
  expect(written(undefined)).toBeNull();
});
