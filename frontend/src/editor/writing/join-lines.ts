/** Joining lines: what stood in several stands in one, with the blanks between that one would write there. */
import {
  type ChangeSpec,
  EditorSelection,
  type EditorState,
  type Line,
  type StateCommand,
} from "@codemirror/state";

/** Join the lines of each selection, or the line of the cursor with the next; the cursor is where they meet. */
export const joinLines: StateCommand = ({ state, dispatch }) => {
  if (state.readOnly) return false;
  const changes: ChangeSpec[] = [];
  const cursors: number[] = [];
  let reached = 1;
  let text = ""; // what the line will be that is joined at the moment
  for (const { from, to } of state.selection.ranges) {
    const first = state.doc.lineAt(from).number;
    const last = Math.max(state.doc.lineAt(to).number, Math.min(first + 1, state.doc.lines));
    let place = to;
    if (first > reached || text === "") text = state.doc.line(first).text;
    for (let number = Math.max(first, reached); number < last; number++) {
      const next = state.doc.line(number + 1);
      const made = joint(state, text, state.doc.line(number), next);
      changes.push(made);
      text += made.insert + state.sliceDoc(made.to, next.to);
      place = made.from;
    }
    cursors.push(place);
    reached = Math.max(reached, last);
  }
  if (changes.length === 0) return false;
  const set = state.changes(changes);
  const ranges = cursors.map((place) => EditorSelection.cursor(set.mapPos(place, -1)));
  const selection = EditorSelection.create(ranges, state.selection.mainIndex);
  dispatch(state.update({ changes: set, selection, scrollIntoView: true, userEvent: "delete.join" }));
  return true;
};

/** What takes the place of the line break between *line*, of which *text* has come so far, and the *next*. */
function joint(
  state: EditorState,
  text: string,
  line: Line,
  next: Line,
): { from: number; to: number; insert: string } {
  const token = state.languageDataAt<{ line?: string }>("commentTokens", line.from)[0]?.line;
  const start = next.text.length - next.text.trimStart().length;
  let from = line.from + line.text.trimEnd().length;
  let to = next.from + start;
  const rest = next.text.slice(start);
  if (token && rest.startsWith(token)) {
    if (text.trimStart().startsWith(token)) {
      to += token.length + (/^\s*/.exec(rest.slice(token.length))?.[0].length ?? 0);
      return { from, to, insert: to < next.to ? " " : "" };
    }
    return { from, to, insert: text.trim() === "" ? "" : "  " };
  }
  if (token && /[^\\]\\$/.test(line.text)) from = line.from + line.text.slice(0, -1).trimEnd().length;
  const before = line.text.slice(0, from - line.from).trimEnd();
  const isClose = before === "" || rest === "" || /[([{]$/.test(before) || /^[)\]}]/.test(rest);
  if (before === "" && line.text.trim() === "") from = line.to; // the margin of the line stays
  return { from, to, insert: isClose ? "" : " " };
}
