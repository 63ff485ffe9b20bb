import { beforeEach, describe, expect, it } from "vitest";
import { FinishedNotice, LONG_RUN_MS } from "../../src/app/finished-notice";

const told: string[] = [];

/** The system's notifications, as far as a page sees them. */
class SystemNotification {
  static permission: NotificationPermission = "granted";

  constructor(title: string) {
    told.push(title);
  }
}

let hidden = true;
const long = { durationMs: LONG_RUN_MS + 1, status: "ok" };
const make = () => new FinishedNotice(document, SystemNotification as unknown as typeof Notification);

beforeEach(() => {
  told.length = 0;
  hidden = true;
  SystemNotification.permission = "granted";
  document.title = "a.py – rdit";
  Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
});

describe("the notice of a run that ended", () => {
  it("tells of a long run when nobody looks, until somebody does", () => {
    make().tell("a.py", long);
    expect(told).toEqual(["a.py is done"]);
    expect(document.title).toBe("● a.py – rdit");
    hidden = false;
    document.dispatchEvent(new Event("visibilitychange"));
    expect(document.title).toBe("a.py – rdit");
  });

  it("says nothing of a short run, nor to somebody who looks", () => {
    make().tell("a.py", { ...long, durationMs: LONG_RUN_MS - 1 });
    hidden = false;
    make().tell("a.py", long);
    expect(told).toEqual([]);
    expect(document.title).toBe("a.py – rdit");
  });

  it("marks the title also where the system may not be asked", () => {
    SystemNotification.permission = "denied";
    make().tell("a.py", { ...long, status: "error" });
    expect(told).toEqual([]);
    expect(document.title).toBe("● a.py – rdit");
  });
});
