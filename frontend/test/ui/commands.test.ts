import { beforeEach, describe, expect, test, vi } from "vitest";
import { type Command, Commands, perform } from "../../src/ui/commands";

const run = vi.fn();
const page: Command = { id: "palette", title: "Find a command", key: "Mod-k", group: "Page", run };
const script: Command = { id: "save", title: "Save the file", key: "Mod-s", group: "Script", run };
const unbound: Command = { id: "vim", title: "Vim", group: "Page", run };
let commands: Commands;

beforeEach(() => {
  run.mockReset();
  commands = new Commands();
  commands.register([page, unbound]);
});

const press = (init: KeyboardEventInit) => {
  const event = new KeyboardEvent("keydown", { cancelable: true, ...init });
  commands.handleKey(event);
  return event.defaultPrevented;
};

describe("the registry of commands", () => {
  test("lists those of what is open before those of the page, while they are registered", () => {
    const unregister = commands.register([script]);
    expect(commands.all).toEqual([script, page, unbound]);
    unregister();
    expect(commands.all).toEqual([page, unbound]);
  });

  test("lists each id once: what is open has the place of the page's command meanwhile", () => {
    const own: Command = { ...page, title: "Find in the script" };
    const unregister = commands.register([script, own]);
    expect(commands.all).toEqual([script, own, unbound]);
    expect(commands.get("palette")).toBe(own);
    unregister();
    expect(commands.all).toEqual([page, unbound]);
  });

  test("runs the command of the page whose key is pressed", () => {
    expect(press({ key: "k", ctrlKey: true })).toBe(true);
    expect(run).toHaveBeenCalledOnce();
  });

  test("leaves keys alone that are the editor's, that no command has, or that are held with more", () => {
    commands.register([script]);
    expect(press({ key: "s", ctrlKey: true })).toBe(false);
    expect(press({ key: "j", ctrlKey: true })).toBe(false);
    expect(press({ key: "k", ctrlKey: true, shiftKey: true })).toBe(false);
    expect(run).not.toHaveBeenCalled();
  });

  test("knows no command that nobody registered", () => {
    expect(commands.get("palette")).toBe(page);
    expect(() => commands.get("save")).toThrow("save");
  });
});

test("what a button runs gives the focus back", () => {
  const refocus = vi.fn();
  perform({ ...script, refocus });
  expect(run).toHaveBeenCalledBefore(refocus);
});
