import { type Extension, Prec } from "@codemirror/state";
import { keymap } from "@codemirror/view";
import type { Command } from "../ui/commands";

/** The keys of *commands*; they work in the whole page, not only in the text. */
export function commandKeys(commands: readonly Command[]): Extension {
  return Prec.high(
    keymap.of(
      commands.flatMap(({ key, run }) => {
        if (key === undefined || !run) return [];
        const handle = () => {
          run();
          return true; // also where there was nothing to do, the key is not the browser's
        };
        return [{ key, run: handle, scope: "editor page", preventDefault: true }];
      }),
    ),
  );
}
