// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are fields of snippets
import { expect, test } from "vitest";
import { callSnippet, parametersIn } from "../../../src/language/completion/parameters";

/** What is put in for a call whose detail is *detail*. */
function snippetOf(detail: string): string | null {
  const parameters = parametersIn(detail);
  return parameters && callSnippet("f", parameters);
}

test.each([
  ["def f() -> None", "f()${}"],
  ["def f(a: int, b=1, *args, **kw) -> int", "f(${a})${}"],
  ["def f(a: dict[str, int], /, b: str = ',(', *, c: list[str], d=2) -> int", "f(${a}, c=${c})${}"],
  ["bound method C.f(n: int = 5) -> DataFrame", "f(${})"],
  ["bound method C.f(self: int, key) -> DataFrame", "f(${self}, ${key})${}"],
  ["def f(self, key) -> DataFrame", "f(${key})${}"],
  ["(func=None, axis: Literal[\"index\", ')'] = 0) -> Series", "f(${})"],
  ["def f(call: Callable[[int], str], other: Annotated[int, x == 1])", "f(${call}, ${other})${}"],
])("%s is called as %s", (detail, snippet) => expect(snippetOf(detail)).toBe(snippet));

test.each([
  ["<class 'DataFrame'>"],
  ["DataFrame"],
  ["def f(a: int, b: Lit…) -> int"],
  ["Overload[(x) -> int, (y) -> str]"],
])("%s tells no parameters", (detail) => expect(parametersIn(detail)).toBeNull());
