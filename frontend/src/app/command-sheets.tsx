import { type ComponentChild, render } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { EDITING } from "../editor/editing-keys";
import type { Command, Commands } from "../ui/commands";
import { keyLabel } from "../ui/keys";
import { Palette } from "./palette";
import "./palette.css";

/** Let the person find a command by a few letters and carry it out. */
export function showPalette(commands: Commands): void {
  inDialog((close) => <Palette commands={commands.all.filter(({ run }) => run)} close={close} />);
}

/** Show every shortcut. */
export function showShortcuts(commands: Commands): void {
  inDialog((close) => <HelpSheet commands={[...commands.all, ...EDITING]} close={close} />);
}

function inDialog(draw: (close: () => void) => ComponentChild): void {
  const place = document.createElement("div");
  document.body.append(place);
  const close = () => {
    render(null, place);
    place.remove();
  };
  render(draw(close), place);
}

/** A sheet of every shortcut. */
function HelpSheet({ commands, close }: { commands: readonly Command[]; close(): void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => dialog.current?.showModal(), []);
  const groups = new Map<string, Command[]>();
  for (const command of commands)
    if (command.key) groups.set(command.group, [...(groups.get(command.group) ?? []), command]);
  return (
    <dialog ref={dialog} class="help card" aria-labelledby="help-title" onClose={close}>
      <h2 id="help-title">Keyboard shortcuts</h2>
      <div class="help-groups">
        {[...groups].map(([group, listed]) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl>
              {listed.map(({ id, title, key }) => (
                <div key={id}>
                  <dt>{title}</dt>
                  <dd>
                    <kbd>{keyLabel(key ?? "")}</kbd>
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <div class="card-foot">
        <button type="button" class="button button-primary" onClick={close}>
          Close
        </button>
      </div>
    </dialog>
  );
}
