import { useSignal } from "@preact/signals";
import type { ComponentChildren, ComponentType } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { type Command, perform } from "./commands";
import { More } from "./icons";
import { keyLabel } from "./keys";
import "./menu.css";

interface MenuButtonProps {
  label: string;
  commands: readonly Command[];
  /** What the button shows; a small arrow unless something else is given. */
  icon?: ComponentType;
  look?: "primary" | "plain";
}

/** A button that opens a menu of *commands*. */
export function MenuButton({ label, commands, icon: Icon = More, look = "primary" }: MenuButtonProps) {
  const open = useSignal(false);
  const button = useRef<HTMLButtonElement>(null);
  const close = (refocus: boolean) => {
    open.value = false;
    if (refocus) button.current?.focus();
  };
  return (
    <span class="menu-place">
      <button
        ref={button}
        type="button"
        class={`button button-${look} tool menu-button`}
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={open.value}
        onClick={() => {
          open.value = !open.value;
        }}
        onKeyDown={(event) => {
          if (event.key !== "ArrowDown") return;
          event.preventDefault();
          open.value = true;
        }}
        // What takes the focus from an open menu shuts it; its own button does that by its click.
        onMouseDown={(event) => event.preventDefault()}
      >
        <Icon />
      </button>
      {open.value && <Menu {...{ label, commands, close }} />}
    </span>
  );
}

interface MenuProps {
  label: string;
  commands: readonly MenuItem[];
  /** Take the menu away, and give the focus back to where it was if *refocus*. */
  close(refocus: boolean): void;
  /** Where it is to be, as near as the window allows; below its button unless given. */
  at?: Point;
}

/** What stands in a menu. */
export interface MenuItem extends Pick<Command, "id" | "title" | "key" | "run" | "refocus"> {
  /** The title as it is drawn, where that is more than its letters. */
  readonly drawn?: ComponentChildren;
}

/** A place in the window, in pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The menu itself; the focus is in it until it is closed. */
export function Menu({ label, commands, close, at }: MenuProps) {
  const list = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (at && list.current) placeWithin(list.current, at);
  }, [at]);
  const items = () => [...(list.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
  // At once: a key that is pressed before the next frame is the menu's already.
  useLayoutEffect(() => items()[0]?.focus(), []);
  const move = (event: KeyboardEvent) => {
    const all = items();
    const at = all.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (event.key === "Escape" || event.key === "Tab") close(event.key === "Escape");
    if (to !== undefined) all.at(to % all.length)?.focus();
    if (to !== undefined || event.key === "Escape") event.preventDefault();
    // In a menu, keys are the menu's.
    event.stopPropagation();
  };
  return (
    <div
      ref={list}
      class={at ? "menu menu-at" : "menu"}
      role="menu"
      tabIndex={-1}
      aria-label={label}
      onKeyDown={move}
      onContextMenu={(event) => event.preventDefault()}
      onFocusOut={(event) => {
        if (!list.current?.contains(event.relatedTarget as Node | null)) close(false);
      }}
    >
      {commands.map((command) => (
        <button
          key={command.id}
          type="button"
          role="menuitem"
          tabIndex={-1}
          class="menu-item"
          onClick={() => {
            close(true);
            perform(command);
          }}
        >
          <span>{command.drawn ?? command.title}</span>
          {command.key && <kbd>{keyLabel(command.key)}</kbd>}
        </button>
      ))}
    </div>
  );
}

/** How far a menu stays from the edges of the window, in pixels. */
const MARGIN = 8;

function placeWithin({ offsetWidth, offsetHeight, style }: HTMLElement, { x, y }: Point): void {
  style.left = `${Math.max(MARGIN, Math.min(x, window.innerWidth - offsetWidth - MARGIN))}px`;
  style.top = `${Math.max(MARGIN, Math.min(y, window.innerHeight - offsetHeight - MARGIN))}px`;
}
