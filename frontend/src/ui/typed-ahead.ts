/**
 * Wait until *opening* has opened something with a field, such as a dialog whose code is loaded first. What is typed
 * meanwhile is meant for that field and goes there, never into the text that still has the focus.
 */
export async function typedAhead<Opened>(opening: Promise<Opened>): Promise<Opened> {
  let typed = "";
  const hold = (event: KeyboardEvent) => {
    const isCharacter = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (!isCharacter && !event.getModifierState("AltGraph")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.key.length === 1) typed += event.key;
    else if (event.key === "Backspace") typed = typed.slice(0, -1);
  };
  window.addEventListener("keydown", hold, true);
  try {
    const opened = await opening;
    const field = document.activeElement;
    if (typed && field instanceof HTMLInputElement) {
      field.setRangeText(typed, field.selectionStart ?? 0, field.selectionEnd ?? 0, "end");
      field.dispatchEvent(new InputEvent("input", { bubbles: true, data: typed }));
    }
    return opened;
  } finally {
    window.removeEventListener("keydown", hold, true);
  }
}
