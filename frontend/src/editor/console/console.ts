/** The console below a statement, as state of the editor: there is one at a time, and it moves with the text. */
import { type Extension, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, WidgetType } from "@codemirror/view";
import { resultsField } from "../results/results-field";
import { touchedStatements } from "../statements";
import { ConsoleBlock, type ConsolePlace } from "./console-block";
import "./console.css";

interface OpenConsole {
  /** Where the last line of its statement ends. */
  readonly at: number;
  readonly block: ConsoleBlock;
  readonly shown: DecorationSet;
}

const setConsole = StateEffect.define<{ at: number; block: ConsoleBlock } | null>({
  map: (open, changes) => open && { ...open, at: changes.mapPos(open.at, 1) },
});

class ConsoleWidget extends WidgetType {
  constructor(private readonly block: ConsoleBlock) {
    super();
  }

  override eq(other: ConsoleWidget): boolean {
    return other.block === this.block;
  }

  toDOM(): HTMLElement {
    this.block.stands();
    return this.block.dom;
  }

  override destroy(): void {
    this.block.leaves();
  }

  override get estimatedHeight(): number {
    return this.block.dom.offsetHeight || 96;
  }

  override ignoreEvent(): boolean {
    return true;
  }
}

const field: StateField<OpenConsole | null> = StateField.define<OpenConsole | null>({
  create: () => null,
  update(open, transaction) {
    let next = open;
    if (open && transaction.docChanged)
      next = {
        ...open,
        at: transaction.changes.mapPos(open.at, 1),
        shown: open.shown.map(transaction.changes),
      };
    for (const effect of transaction.effects) {
      if (!effect.is(setConsole)) continue;
      const { value } = effect;
      next = value && { ...value, shown: below(value.at, value.block) };
    }
    return next;
  },
  provide: (own) => EditorView.decorations.from(own, (open) => open?.shown ?? Decoration.none),
});

/** Below the output, which stands below the statement. */
function below(at: number, block: ConsoleBlock): DecorationSet {
  return Decoration.set(
    Decoration.widget({ widget: new ConsoleWidget(block), block: true, side: 20_000 }).range(at),
  );
}

/** The extension. */
export function lookingBack(): Extension {
  return field;
}

/** Open a console below the statement at the cursor. */
export function openConsole(view: EditorView): void {
  const [touched] = touchedStatements(view.state);
  if (!touched) return;
  const placed = view.state.field(resultsField).at(touched.from);
  const at = placed?.to ?? view.state.doc.lineAt(touched.to).to;
  const present = view.state.field(field);
  if (present?.at === at) {
    present.block.focus();
    return;
  }
  const block = new ConsoleBlock({ view, place: () => placeIn(view, at), close: () => closeConsole(view) });
  view.dispatch({
    effects: [setConsole.of({ at, block }), EditorView.scrollIntoView(at, { y: "nearest", yMargin: 120 })],
  });
  present?.block.destroy();
  block.focus();
}

/** The statement above the console, if it has run; before the console is open, that which ends at *first*. */
function placeIn(view: EditorView, first: number): ConsolePlace | null {
  const found = view.state.field(resultsField).at(view.state.field(field)?.at ?? first);
  if (!found || found.result.state === "waiting" || found.result.state === "running") return null;
  const line = view.state.doc.lineAt(Math.min(found.to, view.state.doc.length)).number;
  return { nodeIndex: found.result.nodeIndex, runId: found.result.runId, line };
}

/** Close the console, and go back to the text. */
function closeConsole(view: EditorView): void {
  const present = view.state.field(field);
  if (!present) return;
  view.dispatch({ effects: setConsole.of(null) });
  present.block.destroy();
  view.focus();
}
