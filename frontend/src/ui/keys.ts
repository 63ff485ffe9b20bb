/** Whether the keys are those of a Mac. */
export const isMac = /Mac|iP(hone|ad|od)/.test(globalThis.navigator?.platform ?? "");

/** How a key is written on the keyboard: `Ctrl+Shift+Enter`, on a Mac `⇧⌘↩`. */
export function keyLabel(key: string, mac: boolean = isMac): string {
  const parts = partsOf(key);
  const named = parts.pop() ?? "";
  const last = ARROWS[named] ?? named;
  if (!mac) {
    const held = parts.map((part) => (part === "Mod" ? "Ctrl" : part));
    const words = ["Ctrl", "Alt", "Shift"].filter((part) => held.includes(part));
    return [...words, last.length === 1 ? last.toUpperCase() : last].join("+");
  }
  const signs: Record<string, string> = { Ctrl: "⌃", Alt: "⌥", Shift: "⇧", Mod: "⌘" };
  const order = ["Ctrl", "Alt", "Shift", "Mod"];
  const held = order.filter((part) => parts.includes(part)).map((part) => signs[part]);
  return `${held.join("")}${last === "Enter" ? "↩" : last.toUpperCase()}`;
}

const ARROWS: Readonly<Record<string, string>> = {
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
};

/** What is held, and the key itself, which may be `-`. */
function partsOf(key: string): string[] {
  return key.split(/-(?!$)/);
}

/** Whether *event* is *key*: a letter or sign together with Mod, or any key without it. */
export function isPressed(key: string, event: KeyboardEvent): boolean {
  if (key.startsWith("Mod-Shift-")) {
    const letter = key.slice("Mod-Shift-".length);
    return event.shiftKey && isPressed(`Mod-${letter}`, withoutShift(event));
  }
  if (!key.startsWith("Mod-")) {
    const held = partsOf(key);
    return (
      event.key === held.pop() &&
      !event.metaKey &&
      event.ctrlKey === held.includes("Ctrl") &&
      event.shiftKey === held.includes("Shift") &&
      event.altKey === held.includes("Alt")
    );
  }
  const mod = isMac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
  const last = key.slice("Mod-".length);
  // Some keyboards have a sign only together with Shift; a letter is another key with it.
  const isSign = last.length === 1 && last.toLowerCase() === last.toUpperCase();
  return mod && (isSign || !event.shiftKey) && !event.altKey && event.key.toLowerCase() === last;
}

function withoutShift({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): KeyboardEvent {
  return { key, ctrlKey, metaKey, altKey, shiftKey: false } as KeyboardEvent;
}
