import { useSignal } from "@preact/signals";
import { type ComponentChildren, Fragment } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { isMac, keyLabel } from "../panes/script-commands";
import type { Desk } from "../panes/tabs";
import { ask } from "../ui/ask";
import { saveOut } from "../ui/save-file";
import { Folders } from "./folders";
import { folderOf, nameOf } from "./paths";
import { type Row, rowAfter, rowsOf } from "./tree";
import { upload } from "./uploads";
import "./panel.css";

/** A name that is being typed: for something new in a folder, or for what has another name yet. */
type Naming =
  | { readonly kind: "file" | "folder"; readonly folder: string }
  | { readonly kind: "rename"; readonly path: string };

/** The files of the workspace. */
export function Panel({ desk }: { desk: Desk }) {
  const made = useRef<Folders | null>(null);
  made.current ??= new Folders(desk);
  const folders = made.current;
  const focused = useSignal<string | null>(null);
  const naming = useSignal<Naming | null>(null);
  const list = useRef<HTMLDivElement>(null);
  const chooser = useRef<HTMLInputElement>(null);
  useEffect(() => folders.follow(), [folders]);
  useEffect(() => {
    void folders.reveal(desk.activePath.value);
  }, [folders, desk.activePath.value]);

  const rows = rowsOf(folders.tree.value);
  const active = desk.activePath.value;
  const current = focusedRow(rows, focused.value ?? active);
  const currentRow = rows[current];
  const place = currentRow?.kind === "entry" ? currentRow.entry : null;
  const folderHere = place === null ? "" : place.kind === "folder" ? place.path : folderOf(place.path);

  const focusRow = (index: number) => {
    const row = rows[index];
    if (row?.kind !== "entry") return;
    focused.value = row.entry.path;
    list.current?.querySelector<HTMLElement>(`[data-path="${CSS.escape(row.entry.path)}"]`)?.focus();
  };
  const attempt = (action: () => Promise<unknown>) => {
    action().catch((error: unknown) => desk.report(error));
  };
  const choose = ({ entry }: Extract<Row, { kind: "entry" }>) => {
    if (entry.kind === "folder") folders.toggle(entry.path);
    else if (entry.kind === "file") {
      void desk.open(entry.path);
      // On a narrow page the panel lies over the text.
      if (window.matchMedia("(max-width: 700px)").matches) desk.panel.value = false;
    }
  };
  const remove = (path: string) =>
    attempt(async () => {
      const answer = await ask(
        `Delete ${nameOf(path)}?`,
        "It goes to the trash, from where it can be restored.",
        [{ value: "delete", label: "Move to the trash", look: "primary" }],
      );
      if (answer === null) return;
      const { trashed } = await desk.service.remove(path);
      desk.deleted(path);
      await folders.list(folderOf(path));
      desk.notices.say({ subject: "files", kind: "note", text: `${path} is in the trash, as ${trashed}` });
    });
  const download = (path: string) =>
    attempt(async () => saveOut({ name: nameOf(path), content: await desk.service.download(path) }));
  const begin = (wanted: Naming) => {
    if (wanted.kind !== "rename") folders.open(wanted.folder);
    naming.value = wanted;
  };
  const named = (wanted: Naming, name: string) => {
    naming.value = null;
    if (name === "" || (wanted.kind === "rename" && name === nameOf(wanted.path))) return;
    attempt(async () => {
      const path = await folders.make(wanted, name);
      focused.value = path;
      if (wanted.kind === "file") await desk.open(path);
    });
  };

  const press = (event: KeyboardEvent) => {
    if (event.target instanceof HTMLInputElement || event.ctrlKey || event.metaKey || event.altKey) return;
    if (currentRow?.kind !== "entry") return;
    const { entry, open } = currentRow;
    const next = rowAfter(rows, current, event.key);
    if (next !== null) focusRow(next);
    else if (event.key === "ArrowRight" && entry.kind === "folder" && !open) folders.open(entry.path);
    else if (event.key === "ArrowLeft" && open) folders.toggle(entry.path);
    else if (event.key === "Enter" || event.key === " ") choose(currentRow);
    else if (event.key === "F2") begin({ kind: "rename", path: entry.path });
    else if (event.key === "Delete") remove(entry.path);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const field = (wanted: Naming, level: number, name: string) => (
    <NameField
      key="naming"
      level={level}
      name={name}
      label={wanted.kind === "rename" ? `New name of ${name}` : `Name of the new ${wanted.kind}`}
      done={(typed) => named(wanted, typed)}
    />
  );
  const wanted = naming.value;
  return (
    <nav class="panel" aria-label="Files">
      <div class="panel-bar">
        <PanelButton label="New file" act={() => begin({ kind: "file", folder: folderHere })}>
          <path d="M3 1.8h6l4 4v8.4H3zM8 7.4v4.4M5.8 9.6h4.4" class="stroke" />
        </PanelButton>
        <PanelButton label="New folder" act={() => begin({ kind: "folder", folder: folderHere })}>
          <path d="M1.8 3.2h4.4l1.4 1.6h6.6v8H1.8zM8 6.8v4M6 8.8h4" class="stroke" />
        </PanelButton>
        <PanelButton label="Upload files" act={() => chooser.current?.click()}>
          <path d="M8 10V2.4M4.8 5.4 8 2.2l3.2 3.2M2.8 13.3h10.4" class="stroke" />
        </PanelButton>
        <PanelButton label={`Find a file (${keyLabel("Mod-p", isMac)})`} act={desk.commands.open.run}>
          <path d="M7 2.6a4.4 4.4 0 1 1 0 8.8 4.4 4.4 0 0 1 0-8.8M10.4 10.4l3.2 3.2" class="stroke" />
        </PanelButton>
        <span class="panel-gap" />
        <PanelButton label={`Settings (${keyLabel("Mod-,", isMac)})`} act={desk.commands.settings.run}>
          <path d="M2 4.6h7M13 4.6h1M2 11.4h1M7 11.4h7M11 2.8v3.6M5 9.6v3.6" class="stroke" />
        </PanelButton>
        <input
          ref={chooser}
          type="file"
          multiple
          hidden
          onChange={(event) => {
            const chosen = [...(event.currentTarget.files ?? [])].map((file) => ({ file, folders: [] }));
            attempt(() => upload(desk, chosen, folderHere));
          }}
        />
      </div>
      <div
        ref={list}
        class="panel-tree"
        role="tree"
        aria-label="Workspace"
        tabIndex={-1}
        data-drop-folder=""
        onKeyDown={press}
      >
        {wanted && wanted.kind !== "rename" && wanted.folder === "" && field(wanted, 1, "")}
        {rows.map((row, index) => {
          if (row.kind === "word")
            return (
              <p key={`${row.path} word ${row.text}`} class="panel-word" style={indented(row.level)}>
                {row.text}
              </p>
            );
          const { entry, level } = row;
          if (wanted?.kind === "rename" && wanted.path === entry.path)
            return field(wanted, level, entry.name);
          const folder = entry.kind === "folder";
          return (
            <Fragment key={entry.path}>
              {/* biome-ignore lint/a11y/useKeyWithClickEvents: the tree has the keys */}
              <div
                role="treeitem"
                class={`panel-row panel-${entry.kind}`}
                aria-label={entry.name}
                aria-level={level}
                aria-expanded={folder ? row.open : undefined}
                aria-selected={entry.path === active}
                aria-disabled={entry.kind === "other"}
                tabIndex={index === current ? 0 : -1}
                data-path={entry.path}
                data-drop-folder={folder ? entry.path : folderOf(entry.path)}
                data-ignored={entry.ignored}
                style={indented(level)}
                title={entry.path}
                onClick={() => {
                  focused.value = entry.path;
                  choose(row);
                }}
                onFocus={() => {
                  focused.value = entry.path;
                }}
              >
                <span class="panel-sign" aria-hidden="true" />
                <span class="panel-name">{entry.name}</span>
                <span class="panel-actions">
                  <RowButton
                    label={`Rename ${entry.name}`}
                    act={() => begin({ kind: "rename", path: entry.path })}
                  >
                    <path d="M9.8 3.2 12.8 6.2 6 13H3v-3z" class="stroke" />
                  </RowButton>
                  {entry.kind === "file" && (
                    <RowButton label={`Download ${entry.name}`} act={() => download(entry.path)}>
                      <path d="M8 2.2v7.6M4.8 6.8 8 10l3.2-3.2M2.8 13.3h10.4" class="stroke" />
                    </RowButton>
                  )}
                  <RowButton label={`Delete ${entry.name}`} act={() => remove(entry.path)}>
                    <path d="M2.8 4.4h10.4M6 4.4V2.6h4v1.8M4.2 4.4l.6 9h6.4l.6-9" class="stroke" />
                  </RowButton>
                </span>
              </div>
              {wanted &&
                wanted.kind !== "rename" &&
                wanted.folder === entry.path &&
                field(wanted, level + 1, "")}
            </Fragment>
          );
        })}
      </div>
    </nav>
  );
}

function focusedRow(rows: readonly Row[], path: string | null): number {
  const at = rows.findIndex((row) => row.kind === "entry" && row.entry.path === path);
  return at >= 0 ? at : rows.findIndex((row) => row.kind === "entry");
}

function indented(level: number): { paddingLeft: string } {
  return { paddingLeft: `${level * 0.75}rem` };
}

function PanelButton({ label, act, children }: { label: string; act(): void; children: ComponentChildren }) {
  return (
    <button type="button" class="panel-button" aria-label={label} title={label} onClick={act}>
      <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
        {children}
      </svg>
    </button>
  );
}

/** Reached by the pointer; by the keyboard the row itself has F2 and Delete. */
function RowButton({ label, act, children }: { label: string; act(): void; children: ComponentChildren }) {
  return (
    <button
      type="button"
      class="panel-button"
      tabIndex={-1}
      aria-label={label}
      title={label}
      onClick={(event) => {
        event.stopPropagation();
        act();
      }}
    >
      <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
        {children}
      </svg>
    </button>
  );
}

interface NameFieldProps {
  level: number;
  name: string;
  label: string;
  /** Called once, with nothing when the person thinks better of it. */
  done(name: string): void;
}

function NameField({ level, name, label, done }: NameFieldProps) {
  const field = useRef<HTMLInputElement>(null);
  const over = useRef(false);
  // At once, not after the next frame: what is typed until then would go elsewhere, and be selected afterwards.
  useLayoutEffect(() => {
    const dot = name.lastIndexOf(".");
    field.current?.focus();
    field.current?.setSelectionRange(0, dot > 0 ? dot : name.length);
  }, [name]);
  const end = (typed: string) => {
    if (over.current) return;
    over.current = true;
    done(typed.trim());
  };
  return (
    <div class="panel-naming" style={indented(level)}>
      <input
        ref={field}
        type="text"
        aria-label={label}
        defaultValue={name}
        spellcheck={false}
        autocomplete="off"
        onBlur={() => end("")}
        onKeyDown={(event) => {
          if (event.key === "Enter") end(event.currentTarget.value);
          else if (event.key === "Escape") end("");
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
    </div>
  );
}
