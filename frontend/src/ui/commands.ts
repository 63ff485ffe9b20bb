import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { isPressed } from "./keys";

/** Something a person can do: from the palette, by its key, or by its button in the toolbar. */
export interface Command {
  readonly id: string;
  /** A few words, as a palette or a menu lists it. */
  readonly title: string;
  /** What the title leaves unsaid; its button's tooltip says it instead of the title. */
  readonly detail?: string;
  /** Other words that people look for it by. */
  readonly aliases?: string;
  /** As CodeMirror names keys; `Mod` is Cmd on a Mac and Ctrl elsewhere. */
  readonly key?: string;
  /** Its heading on the help sheet. Keys of `Page` are bound by the page, the others by the editor that is open. */
  readonly group: "Script" | "Page" | "Editing";
  readonly button?: { readonly label: string; readonly icon: ComponentType; readonly look?: "primary" };
  /** The command whose button carries the menu that it is in. */
  readonly menuOf?: string;
  /** Whether the page's menu lists it. */
  readonly inMenu?: boolean;
  /** Whether it would change anything at present: its button shows that. Absent: always. */
  readonly enabled?: ReadonlySignal<boolean>;
  /** Whether what it switches is on; its button is a switch then. */
  readonly pressed?: ReadonlySignal<boolean>;
  /** Absent where CodeMirror itself has the key, which is on the help sheet alone. */
  run?(): void;
  /** Give the focus back to the text, after a button or the palette ran it. A key leaves the focus where it is. */
  refocus?(): void;
}

/** The commands that there are at present. Palette, keys of the page, tooltips and help sheet are made from them. */
export class Commands {
  readonly #registered: Signal<readonly Command[]> = signal([]);

  /** Put *commands* before the others, until what this returns is called. */
  register(commands: readonly Command[]): () => void {
    this.#registered.value = [...commands, ...this.#registered.peek()];
    return () => {
      this.#registered.value = this.#registered.peek().filter((one) => !commands.includes(one));
    };
  }

  /** Each id once, in the order in which they came: a later command of the same id takes the place of an earlier one. */
  get all(): readonly Command[] {
    const oldestFirst = [...this.#registered.value].reverse();
    return [...new Map(oldestFirst.map((command) => [command.id, command])).values()].reverse();
  }

  /** The command that is registered as *id*. */
  get(id: string): Command {
    const found = this.#registered.peek().find((one) => one.id === id);
    if (!found) throw new Error(`No command is registered as ${id}.`);
    return found;
  }

  /** Run the command of the page that *event* is the key of, if there is one. */
  handleKey(event: KeyboardEvent): void {
    const command = this.#registered
      .peek()
      .find(({ group, key }) => group === "Page" && key !== undefined && isPressed(key, event));
    if (!command) return;
    event.preventDefault();
    command.run?.();
  }
}

/** Run *command* from a button or the palette. */
export function perform(command: Pick<Command, "run" | "refocus">): void {
  command.run?.();
  command.refocus?.();
}
