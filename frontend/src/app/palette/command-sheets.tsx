import type { EditorView } from "@codemirror/view";
import { useSignal } from "@preact/signals";
import { type ComponentChild, render } from "preact";
import { useEffect } from "preact/hooks";
import { editingCommands } from "../../editor/editing-commands";
import { goTo } from "../../editor/outline/go-to";
import { outlineOf, readOn } from "../../editor/outline/outline";
import type { FilesContext } from "../../files/files-context";
import { folderOf, nameOf } from "../../files/paths";
import { type Command, type Commands, perform } from "../../ui/commands";
import { useModal } from "../../ui/dialogs/use-modal";
import type { Offer } from "../../ui/finder/fitting";
import { keyLabel } from "../../ui/keys";
import { whenIdle } from "../../ui/when-idle";
import { Palette, type PaletteProps } from "./palette";
import "./palette.css";

/** So many files are offered besides commands. */
const MAX_FILES = 12;

/** Let the person find a command, a place in *view* or a file by a few letters. */
export function showPalette(files: FilesContext, view: EditorView | null): void {
  const commands = commandsIn(files.commands, view);
  const findFiles = async (query: string, signal: AbortSignal) => {
    const { paths } = await files.service.find(query, MAX_FILES, signal);
    return paths.map(
      (path): Offer => ({
        id: `file ${path}`,
        title: nameOf(path),
        group: "Files",
        note: folderOf(path),
        choose: () => void files.opened.open(path),
      }),
    );
  };
  inDialog((close) => <PaletteSheet {...{ commands, view, findFiles, close }} />);
}

interface PaletteSheetProps extends Omit<PaletteProps, "offers"> {
  readonly commands: readonly Offer[];
  readonly view: EditorView | null;
}

/** The palette, with the places of a long script as soon as they are read. */
function PaletteSheet({ commands, view, findFiles, close }: PaletteSheetProps) {
  const places = useSignal<readonly Offer[]>(view ? placesIn(view) : []);
  useEffect(() => {
    let isOpen = true;
    const read = () => {
      if (!isOpen || !view) return;
      if (readOn(view.state)) places.value = placesIn(view);
      else whenIdle(read);
    };
    read();
    return () => {
      isOpen = false;
    };
  }, [view, places]);
  return <Palette {...{ offers: [...commands, ...places.value], findFiles, close }} />;
}

/** The commands of the page, and those of the editor that the page does not have itself. */
function withEditing({ all }: Commands, view: EditorView | null): readonly Command[] {
  const titles = new Set(all.map(({ title }) => title));
  return [...all, ...editingCommands(view).filter(({ title }) => !titles.has(title))];
}

function commandsIn(commands: Commands, view: EditorView | null): Offer[] {
  return withEditing(commands, view)
    .filter(({ id, run }) => run && id !== "palette")
    .map((command) => {
      const { id, title, key, aliases = "", detail = "" } = command;
      const offer = { id, title, aliases: `${aliases} ${detail}`, group: "Commands" };
      return { ...offer, ...(key ? { key } : {}), choose: () => perform(command) };
    });
}

function placesIn(view: EditorView): Offer[] {
  return outlineOf(view.state).map(({ title, line, from }) => ({
    id: `place ${from}`,
    title,
    group: "In this script",
    note: `line ${line}`,
    choose: () => goTo(view, from),
  }));
}

/** Show every shortcut. */
export function showShortcuts(commands: Commands): void {
  inDialog((close) => <HelpSheet commands={withEditing(commands, null)} close={close} />);
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
  const dialog = useModal();
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
