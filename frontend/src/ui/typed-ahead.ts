/**
 * Wait until *opening* has opened something with a field, such as a dialog whose code is loaded first. What is typed
 * meanwhile is meant for that field and goes there, Enter and the arrows too; never into the text that still has the
 * focus.
 */
export async function typedAhead<Opened>(opening: Promise<Opened>): Promise<Opened> {
  const held: KeyboardEvent[] = [];
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
      replay(next);
      isReplaying = false;
    }
    return opened;
  } finally {
    window.removeEventListener("keydown", hold, true);
  }
}

/** Do in the field that has the focus what the browser would have done for *event*. */
function replay(event: KeyboardEvent): void {
  const field = document.activeElement;
  if (!(field instanceof HTMLInputElement)) return;
  const { key, code, shiftKey } = event;
  const again = new KeyboardEvent("keydown", { key, code, shiftKey, bubbles: true, cancelable: true });
  if (!field.dispatchEvent(again)) return;
  const [from, to] = [field.selectionStart ?? 0, field.selectionEnd ?? 0];
  if (key === "Escape") field.closest("dialog")?.close();
  else if (key === "Backspace") change(field, "", from === to ? Math.max(0, from - 1) : from, to);
  else if ([...key].length === 1) change(field, key, from, to);
}

function change(field: HTMLInputElement, text: string, from: number, to: number): void {
  field.setRangeText(text, from, to, "end");
  field.dispatchEvent(new InputEvent("input", { bubbles: true, data: text }));
}
