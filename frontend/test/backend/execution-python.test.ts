import { beforeEach, describe, expect, test } from "vitest";
import { placeOf, tokenIn } from "../../src/backend/execution-python";

/** A page at *address*, with the storage that the test's own page has. */
function page(address: string): Window & typeof globalThis {
  const location = new URL(address);
  return {
    location,
    localStorage,
    document: { baseURI: address },
    history: {
      state: null,
      replaceState(_state: unknown, _title: string, next: URL) {
        location.href = next.href;
      },
    },
  } as unknown as Window & typeof globalThis;
}

beforeEach(() => localStorage.clear());

describe("placeOf", () => {
  test("the page's own origin is the server, also behind a prefix", () => {
    expect(placeOf(page("http://127.0.0.1:8888/")).server.url).toBe("http://127.0.0.1:8888/");
    expect(placeOf(page("https://hub.example/user/ann/rdit/?script=a.py")).server.url).toBe(
      "https://hub.example/user/ann/rdit/",
    );
  });

  test("another server can be named, and a script", () => {
    const place = placeOf(page("http://localhost:5173/?python-server=http://127.0.0.1:9000&script=sub/a.py"));
    expect(place.server.url).toBe("http://127.0.0.1:9000/");
    expect(place.script).toBe("sub/a.py");
  });

  test("the token leaves the address bar, and nothing else does", () => {
    const opened = page("http://127.0.0.1:8888/?script=a.py&token=secret#top");
    expect(placeOf(opened).server.token).toBe("secret");
    expect(opened.location.href).toBe("http://127.0.0.1:8888/?script=a.py#top");
  });

  test("the token is kept for its server, and for no other", () => {
    placeOf(page("http://localhost:5173/?python-server=http://127.0.0.1:9000&token=secret"));
    expect(placeOf(page("http://localhost:5173/?python-server=http://127.0.0.1:9000")).server.token).toBe(
      "secret",
    );
    expect(
      placeOf(page("http://localhost:5173/?python-server=http://127.0.0.1:9001")).server.token,
    ).toBeNull();
  });

  test("a newer token takes the place of the older", () => {
    placeOf(page("http://127.0.0.1:8888/?token=old"));
    placeOf(page("http://127.0.0.1:8888/?token=new"));
    expect(placeOf(page("http://127.0.0.1:8888/")).server.token).toBe("new");
  });
});

test.each([
  ["  abc-DEF_1 ", "abc-DEF_1"],
  ["http://127.0.0.1:8888/?token=abc-DEF_1", "abc-DEF_1"],
  ["http://127.0.0.1:8888/?script=a.py&token=abc#x", "abc"],
])("the token in %o is %s", (text, token) => {
  expect(tokenIn(text)).toBe(token);
});
