import { render } from "preact";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { NoticeList, Notices } from "../../src/ui/notices";

let notices: Notices;
const place = document.createElement("div");

beforeEach(() => {
  vi.useFakeTimers();
  notices = new Notices();
  render(<NoticeList notices={notices} />, place);
});
afterEach(() => {
  render(null, place);
  vi.useRealTimers();
});

async function texts(): Promise<(string | null)[]> {
  await vi.advanceTimersByTimeAsync(1);
  return [...place.querySelectorAll(".notice p")].map((text) => text.textContent);
}

test("a newer notice on a subject takes the place of the older", async () => {
  notices.say({ subject: "save", kind: "error", text: "one" });
  notices.say({ subject: "run", kind: "error", text: "two" });
  notices.say({ subject: "save", kind: "error", text: "three" });
  expect(await texts()).toEqual(["two", "three"]);
});

test("a note goes by itself, a warning stays until it is put away", async () => {
  notices.say({ subject: "note", kind: "note", text: "note" });
  notices.say({ subject: "warning", kind: "warning", text: "warning" });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await texts()).toEqual(["warning"]);
  (place.querySelector(".notice-close") as HTMLButtonElement).click();
  expect(await texts()).toEqual([]);
});

test("what is still the case cannot be put away, only withdrawn", async () => {
  notices.say({ subject: "connection", kind: "warning", text: "gone", lasting: true });
  await texts();
  expect(place.querySelector(".notice-close")).toBeNull();
  notices.withdraw("connection");
  expect(await texts()).toEqual([]);
});

test("a notice offers what can be done", async () => {
  const run = vi.fn();
  notices.say({ subject: "save", kind: "warning", text: "conflict", actions: [{ label: "Overwrite", run }] });
  await texts();
  (place.querySelector(".notice-actions button") as HTMLButtonElement).click();
  expect(run).toHaveBeenCalledOnce();
});
