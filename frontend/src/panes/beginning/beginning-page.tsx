import type { EditorView } from "@codemirror/view";
import { render } from "preact";
import { folderOf, kindOf, nameOf } from "../../files/paths";
import { keyLabel } from "../../ui/keys";
import type { BeginningParts } from "./beginning-parts";
import "./beginning.css";

/** So many scripts are offered. */
const MAX_SCRIPTS = 6;

const KEYS: readonly (readonly [key: string, words: string])[] = [
  ["Mod-Enter", "runs the statement at the cursor; its output stands below it"],
  ["Shift-Enter", "runs it and goes on to the next"],
  ["Mod-Shift-Enter", "runs the whole script"],
  ["Mod-p", "opens a file by a few letters of its name"],
  ["Mod-k", "finds every command"],
];

/** Show in *place* how one begins the empty script at *path* in *view*, and which other scripts there are. */
export async function renderBeginning(
  place: HTMLElement,
  view: EditorView,
  path: string | null,
  parts: BeginningParts,
): Promise<void> {
  const draw = (found: Found | null) => render(<Beginning {...{ view, found, parts }} />, place);
  draw(null);
  try {
    const found = await scriptsBeside(path, parts);
    if (place.isConnected) draw(found);
  } catch (error) {
    parts.report(error);
  }
}

/** Scripts that can be opened instead. */
interface Found {
  readonly title: "Recent scripts" | "Scripts in this folder";
  readonly paths: readonly string[];
}

/** The scripts that were opened lately and are still there; without any, those of the workspace. */
async function scriptsBeside(own: string | null, { service, opened }: BeginningParts): Promise<Found> {
  const isOther = (path: string) => path !== own && kindOf(path) === "script";
  const recent = opened.recent.peek().filter(isOther).slice(0, MAX_SCRIPTS);
  const folders = [...new Set(["", ...recent.map(folderOf)])];
  // A folder that is gone has no scripts.
  const listed = await Promise.allSettled(folders.map((folder) => service.list(folder)));
  const there = listed.flatMap((one) =>
    one.status === "fulfilled" ? one.value.entries.filter(({ kind }) => kind === "file") : [],
  );
  const paths = there.map(({ path }) => path);
  const known = recent.filter((path) => paths.includes(path));
  if (known.length > 0) return { title: "Recent scripts", paths: known };
  return { title: "Scripts in this folder", paths: paths.filter(isOther).slice(0, MAX_SCRIPTS) };
}

interface BeginningProps {
  view: EditorView;
  found: Found | null;
  parts: BeginningParts;
}

function Beginning({ view, found, parts }: BeginningProps) {
  return (
    <section aria-label="How to begin">
      <h2>Write Python here</h2>
      <p>It stays a plain script. Each statement shows its output where it stands.</p>
      <dl>
        {KEYS.map(([key, words]) => (
          <div key={key}>
            <dt>
              <kbd>{keyLabel(key)}</kbd>
            </dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
      <h3>New to it?</h3>
      <button type="button" onClick={() => void takeTour(view).catch(parts.report)}>
        Take the tour <span>a script of two minutes, put in here</span>
      </button>
      {found && found.paths.length > 0 && (
        <>
          <h3 id="beginning-scripts">{found.title}</h3>
          <ul aria-labelledby="beginning-scripts">
            {found.paths.map((path) => (
              <li key={path}>
                <button type="button" title={path} onClick={() => void parts.opened.open(path)}>
                  {nameOf(path)} <span>{folderOf(path)}</span>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

/** Put the tour into the empty script; undo takes it away. */
async function takeTour(view: EditorView): Promise<void> {
  const { default: tour } = await import("../../../../examples/tour.py?raw");
  if (view.state.doc.length > 0) return; // somebody has begun meanwhile
  view.dispatch({ changes: { from: 0, insert: tour }, selection: { anchor: 0 }, userEvent: "input.paste" });
  view.focus();
}
