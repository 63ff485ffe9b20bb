import { beforeEach, describe, expect, test } from "vitest";
import { Refused, Unreachable } from "../../src/backend/execution-backend";
import { firstAccepted, placeOf, tokenIn } from "../../src/backend/execution-python";

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

  test("a script that another site has named leaves the address bar too, and is none to open at once", () => {
    const opened = page("http://127.0.0.1:8888/?offered-script=a.py");
    expect(placeOf(opened)).toMatchObject({ script: null, offered: "a.py" });
    expect(opened.location.href).toBe("http://127.0.0.1:8888/");
  });
});

describe("firstAccepted", () => {
  const ADDRESS = "http://127.0.0.1:8888/";
  /** A page at `?token=` *given*, of a server whose token is *right*; returns the tokens that were tried. */
  async function visit(given: string | null, right: string, address = ADDRESS): Promise<(string | null)[]> {
    const tried: (string | null)[] = [];
    const { server } = placeOf(page(given === null ? address : `${address}?token=${given}`));
    const asked = firstAccepted(server, localStorage, ({ token }) => {
      tried.push(token);
      return token === right ? Promise.resolve() : Promise.reject(new Refused(401, "wrong"));
    });
    await asked.catch(() => undefined);
    return tried;
  }

  test("an accepted token is kept for its server, and for no other", async () => {
    await visit("secret", "secret");
    expect(placeOf(page(ADDRESS)).server.token).toBe("secret");
    expect(placeOf(page("http://127.0.0.1:9001/")).server.token).toBeNull();
  });

  test("a newer one that is accepted takes the place of the older", async () => {
    await visit("old", "old");
    expect(await visit("new", "new")).toEqual(["new"]);
    expect(placeOf(page(ADDRESS)).server.token).toBe("new");
  });

  test.each(["wrong", "", "secret2", "SECRET"])("a link with the token %o changes nothing", async (wrong) => {
    await visit("secret", "secret");
    expect(await visit(wrong, "secret")).toEqual([wrong, "secret"]);
    expect(placeOf(page(ADDRESS)).server.token).toBe("secret");
    expect(await visit(null, "secret")).toEqual(["secret"]);
  });

  test("a wrong one is not kept either where none was known", async () => {
    await visit("wrong", "secret");
    expect(placeOf(page(ADDRESS)).server.token).toBeNull();
  });

  test("another refusal, or none, tries no other token and keeps none", async () => {
    await visit("secret", "secret");
    for (const failure of [new Refused(403, "no"), new Unreachable("gone")]) {
      const tried: unknown[] = [];
      const { server } = placeOf(page(`${ADDRESS}?token=other`));
      const asked = firstAccepted(server, localStorage, ({ token }) => {
        tried.push(token);
        return Promise.reject(failure);
      });
      await expect(asked).rejects.toBe(failure);
      expect(tried).toEqual(["other"]);
      expect(placeOf(page(ADDRESS)).server.token).toBe("secret");
    }
  });
});

test.each([
  ["  abc-DEF_1 ", "abc-DEF_1"],
  ["http://127.0.0.1:8888/?token=abc-DEF_1", "abc-DEF_1"],
  ["http://127.0.0.1:8888/?script=a.py&token=abc#x", "abc"],
])("the token in %o is %s", (text, token) => {
  expect(tokenIn(text)).toBe(token);
});
