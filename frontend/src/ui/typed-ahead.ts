/**
 * Wait until *opening* has opened something with a field, such as a dialog whose code is loaded first. What is typed
 * meanwhile is meant for that field and goes there, Enter and the arrows too; never into the text that still has the
 * focus.
 */
export async function typedAhead<Opened>(opening: Promise<Opened>): Promise<Opened> {
  const held: KeyboardEvent[] = [];
  const before = document.activeElement;
  let isReplaying = false;
  const hold = (event: KeyboardEvent) => {
    const isCommand = (event.ctrlKey || event.metaKey || event.altKey) && !event.getModifierState("AltGraph");
    if (isCommand || isReplaying) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    held.push(event);
  };
  window.addEventListener("keydown", hold, true);
  try {
    const opened = await opening;
    for (let next = held.shift(); next; next = held.shift()) {
      // What letters find is drawn before Enter chooses from it; a key pressed meanwhile waits its turn.
      if ([...next.key].length > 1) await new Promise((drawn) => setTimeout(drawn));
      isReplaying = true;
      replay(next, before);
      isReplaying = false;
    }
    return opened;
  } finally {
    window.removeEventListener("keydown", hold, true);
  }
}

/** Do in the field that has the focus what the browser would have done for *event*; *before* had the focus before it. */
function replay(event: KeyboardEvent, before: Element | null): void {
  const field = document.activeElement;
  if (!(field instanceof HTMLElement) || (field.isContentEditable && field === before)) return;
  const { key, code, shiftKey } = event;
  const again = new KeyboardEvent("keydown", { key, code, shiftKey, bubbles: true, cancelable: true });
  if (!field.dispatchEvent(again)) return;
  // An editor does by itself what other keys mean, and hears of what is written.
  if (field.isContentEditable && [...key].length === 1) document.execCommand("insertText", false, key);
  if (!(field instanceof HTMLInputElement)) return;
  const [from, to] = [field.selectionStart ?? 0, field.selectionEnd ?? 0];
  if (key === "Escape") field.closest("dialog")?.close();
  else if (key === "Backspace") change(field, "", from === to ? Math.max(0, from - 1) : from, to);
  else if ([...key].length === 1) change(field, key, from, to);
}

function change(field: HTMLInputElement, text: string, from: number, to: number): void {
  field.setRangeText(text, from, to, "end");
  field.dispatchEvent(new InputEvent("input", { bubbles: true, data: text }));
}
