import { type ComponentChild, render } from "preact";
import { EDITING } from "../editor/editing-keys";
import type { Commands } from "../ui/commands";
import { HelpSheet } from "./help-sheet";
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
