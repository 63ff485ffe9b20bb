/** Keys are held no longer than this (milliseconds): who still sees nothing means what has the focus. */
const MAX_HELD_MS = 3000;

/**
 * Wait until *opening* has opened something with a field, such as a dialog whose code is loaded first. What is typed
 * meanwhile is meant for that field and goes there, Enter and the arrows too. Where nothing opens, or not soon, it goes to
 * what has the focus, such as the text: nothing that is typed is dropped.
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
    await settledSoon(opening);
    for (let next = held.shift(); next; next = held.shift()) {
      // What letters find is drawn before Enter chooses from it; a key pressed meanwhile waits its turn.
      if ([...next.key].length > 1) await new Promise((drawn) => setTimeout(drawn));
      isReplaying = true;
      replay(next);
      isReplaying = false;
    }
  } finally {
    window.removeEventListener("keydown", hold, true);
  }
  return opening;
}

/** Wait until *opening* has succeeded or failed, as long as somebody may wait for it. */
async function settledSoon(opening: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const patience = new Promise((resolve) => {
    timer = setTimeout(resolve, MAX_HELD_MS);
  });
  await Promise.race([Promise.allSettled([opening]), patience]);
  clearTimeout(timer);
}

/** Do in the field that has the focus what the browser would have done for *event*. */
function replay(event: KeyboardEvent): void {
  const field = document.activeElement;
  if (!(field instanceof HTMLElement)) return;
  const { key, code, shiftKey } = event;
  const again = new KeyboardEvent("keydown", { key, code, shiftKey, bubbles: true, cancelable: true });
  if (!field.dispatchEvent(again)) return;
  // An editor does by itself what other keys mean, and hears of what is written.
  if (field.isContentEditable && [...key].length === 1) document.execCommand("insertText", false, key);
  if (!(field instanceof HTMLInputElement)) return;
  const [from, to] = [field.selectionStart ?? 0, field.selectionEnd ?? 0];
  if (key === "Escape") field.closest("dialog")?.close();
  else if (key === "Enter") field.form?.requestSubmit();
  else if (key === "Backspace") change(field, "", from === to ? Math.max(0, from - 1) : from, to);
  else if ([...key].length === 1) change(field, key, from, to);
}

function change(field: HTMLInputElement, text: string, from: number, to: number): void {
  field.setRangeText(text, from, to, "end");
  field.dispatchEvent(new InputEvent("input", { bubbles: true, data: text }));
}
