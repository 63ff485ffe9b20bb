import type { CSSProperties } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { NameField } from "./name-field";
import type { PanelState } from "./panel-state";
import { useRowWindow } from "./row-window";
import { type Row, rowAfter } from "./tree";
import { below, TreeRow } from "./tree-row";

interface FileTreeProps {
  state: PanelState;
  rows: readonly Row[];
  /** The index of the row that has the focus, or gets it by the Tab key. */
  current: number;
  /** The path of the file that is shown. */
  active: string | null;
}

/** The rows of the tree, of which those in sight are in the document, and besides them the one that has the focus. */
export function FileTree({ state, rows, current, active }: FileTreeProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const { first, end } = useRowWindow(scroller, content, rows.length);
  useFocus(state, scroller, rows, active);

  const drawn = rows.flatMap((row, index) => {
    const isKept = index === current || row.kind === "naming";
    return isKept || (index >= first && index < end) ? [{ row, index }] : [];
  });
  return (
    <div
      ref={scroller}
      class="panel-tree"
      role="tree"
      aria-label="Workspace"
      tabIndex={-1}
      data-drop-folder=""
      onKeyDown={(event) => press(event, state, rows, current)}
      onContextMenu={(event) => {
        if (event.target instanceof HTMLInputElement) return;
        event.preventDefault();
        state.openMenu(null, { x: event.clientX, y: event.clientY });
      }}
    >
      <div
        ref={content}
        class="panel-rows"
        role="none"
        style={{ height: `calc(var(--panel-row) * ${rows.length})` }}
      >
        {drawn.map(({ row, index }) => (
          <OneRow key={keyOf(row)} {...{ state, row, index, active }} reachable={index === current} />
        ))}
      </div>
    </div>
  );
}

interface OneRowProps {
  state: PanelState;
  row: Row;
  index: number;
  active: string | null;
  reachable: boolean;
}

function OneRow({ state, row, index, active, reachable }: OneRowProps) {
  const style: CSSProperties = {
    top: `calc(var(--panel-row) * ${index})`,
    paddingLeft: `${row.level * 0.75}rem`,
  };
  if (row.kind === "entry")
    return <TreeRow {...{ state, row, reachable, style }} selected={row.entry.path === active} />;
  if (row.kind === "word")
    return (
      <p class="panel-word" style={style}>
        {row.text}
      </p>
    );
  const naming = state.naming.value;
  if (naming === null) return null;
  return (
    <NameField
      {...{ naming, style }}
      name={row.name}
      done={(name, here) => state.named(naming, name, here)}
    />
  );
}

function keyOf(row: Row): string {
  if (row.kind === "entry") return row.entry.path;
  return row.kind === "word" ? `${row.path} word ${row.text}` : "naming";
}

/** Bring the file that is shown into sight when it becomes another one, and give the focus to the row that is to have it. */
function useFocus(
  state: PanelState,
  scroller: { readonly current: HTMLElement | null },
  rows: readonly Row[],
  active: string | null,
): void {
  const rowOf = (path: string) =>
    scroller.current?.querySelector<HTMLElement>(`[data-path="${CSS.escape(path)}"]`);
  const wanted = state.wanted.value;
  useLayoutEffect(() => {
    const row = wanted === null ? null : rowOf(wanted);
    if (!row) return;
    state.wanted.value = null;
    // Meanwhile the person may have turned to something else.
    const { activeElement } = document;
    const isElsewhere =
      activeElement !== document.body && !scroller.current?.parentElement?.contains(activeElement);
    if (isElsewhere) return;
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  });
  const at = rows.findIndex((row) => row.kind === "entry" && row.entry.path === active);
  const isListed = at >= 0;
  useLayoutEffect(() => {
    const { current } = scroller;
    const height = current?.firstElementChild?.clientHeight;
    if (!current || !height || at < 0) return;
    const one = height / rows.length;
    const [top, seen] = [at * one, current.clientHeight];
    if (top < current.scrollTop || top + one > current.scrollTop + seen) current.scrollTop = top - seen / 2;
  }, [active, isListed]);
}

/** The keys of the tree. */
function press(event: KeyboardEvent, state: PanelState, rows: readonly Row[], current: number): void {
  if (event.target instanceof HTMLInputElement || event.ctrlKey || event.metaKey || event.altKey) return;
  const row = rows[current];
  if (row?.kind !== "entry") return;
  const { entry, open } = row;
  const next = rowAfter(rows, current, event.key);
  const goal = next === null ? null : rows[next];
  if (event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey))
    state.openMenu(row, below(event.target as HTMLElement));
  else if (goal?.kind === "entry") state.want(goal.entry.path);
  else if (event.key === "ArrowRight" && entry.kind === "folder" && !open) state.folders.open(entry.path);
  else if (event.key === "ArrowLeft" && open) state.folders.toggle(entry.path);
  else if (event.key === "Enter" || event.key === " ") state.choose(row);
  else if (event.key === "F2") state.begin({ kind: "rename", path: entry.path });
  else if (event.key === "Delete") state.remove(entry.path);
  else return;
  event.preventDefault();
  event.stopPropagation();
}
