import { expect, test } from "vitest";
import { whatWasDropped } from "../../src/files/dropped-files";

const fileEntry = (name: string) => ({
  isFile: true,
  isDirectory: false,
  name,
  file: (give: (file: File) => void) => give(new File([name], name)),
});

/** A folder whose reader gives its entries in portions of two, as Chromium's does in portions of a hundred. */
function folderEntry(name: string, entries: readonly object[]) {
  const left = [...entries];
  const createReader = () => ({ readEntries: (give: (some: object[]) => void) => give(left.splice(0, 2)) });
  return { isFile: false, isDirectory: true, name, createReader };
}

function transfer(entries: readonly { name: string }[]): DataTransfer {
  const files = entries.filter((entry) => "file" in entry).map(({ name }) => new File([], name));
  return { items: entries.map((entry) => ({ webkitGetAsEntry: () => entry })), files } as never;
}

const told = async (entries: readonly { name: string }[]) =>
  (await whatWasDropped(transfer(entries))).map(({ file, folders }) => [...folders, file.name].join("/"));

test("files alone are taken as they are", async () => {
  expect(await told([fileEntry("a.csv"), fileEntry("b.csv")])).toEqual(["a.csv", "b.csv"]);
});

test("a folder brings all that is in it, however deep and in however many portions", async () => {
  const deep = folderEntry("deep", [fileEntry("c.py")]);
  const data = folderEntry("data", [fileEntry("1"), deep, fileEntry("2"), fileEntry("3"), fileEntry("4")]);
  expect(await told([data, fileEntry("top.py")])).toEqual([
    "data/1",
    "data/deep/c.py",
    "data/2",
    "data/3",
    "data/4",
    "top.py",
  ]);
});

test("an empty folder brings nothing", async () => {
  expect(await told([folderEntry("empty", [])])).toEqual([]);
});

test("what cannot be read is an error", async () => {
  const broken = {
    ...fileEntry("x"),
    file: (_: unknown, fail: (error: unknown) => void) => fail(new DOMException("gone")),
  };
  await expect(whatWasDropped(transfer([folderEntry("f", [broken])]))).rejects.toThrow("gone");
});
