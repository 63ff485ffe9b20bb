import type { ComponentChild } from "preact";
import { render } from "preact";
import type { Desk } from "../panes/tabs";
import { EDITING, type Entry, HelpSheet, Palette } from "./palette";

/** Let the person find a command by a few letters and carry it out. */
export function showPalette(desk: Desk): void {
  inDialog((close) => <Palette entries={entriesOf(desk)} close={close} />);
}

/** Show every shortcut. */
export function showShortcuts(desk: Desk): void {
  inDialog((close) => <HelpSheet entries={[...entriesOf(desk), ...EDITING]} close={close} />);
}

function inDialog(draw: (close: () => void) => ComponentChild): void {
  const place = document.createElement("div");
  document.body.append(place);
  render(
    draw(() => {
      render(null, place);
      place.remove();
    }),
    place,
  );
}

/** Every command that there is for what is open now. */
function entriesOf(desk: Desk): Entry[] {
  const body = desk.active.peek()?.body.peek();
  const bench = body && body.kind !== "view" ? body.bench : null;
  const ofScript = Object.values(bench?.commands ?? {}).map(
    ({ title, key, run }): Entry => ({
      group: "Script",
      title,
      key,
      run: () => {
        if (!bench) return;
        run(bench.editor);
        bench.editor.focus();
      },
    }),
  );
  const ofPage = Object.values(desk.commands).map(
    ({ title, key, run }): Entry => ({ group: "Page", title, key, run }),
  );
  return [...ofScript, ...ofPage];
}
