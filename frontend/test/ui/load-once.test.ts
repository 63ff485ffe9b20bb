import { expect, test, vi } from "vitest";
import { loadOnce } from "../../src/ui/load-once";

test("what is loaded is loaded once, and again only where that failed", async () => {
  const load = vi.fn(async () => "part");
  load.mockRejectedValueOnce(new Error("no connection"));
  const part = loadOnce(load);
  await expect(Promise.all([part(), part()])).rejects.toThrow("no connection");
  expect(load).toHaveBeenCalledTimes(1);
  expect(await Promise.all([part(), part()])).toEqual(["part", "part"]);
  expect(await part()).toBe("part");
  expect(load).toHaveBeenCalledTimes(2);
});
