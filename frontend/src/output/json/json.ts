/** JSON as a tree whose branches are made when they are opened. */
import type { OutputItem } from "../../backend/types";
import { count } from "../../ui/amounts";
import { element } from "../../ui/element";
import { button, hasSelection } from "../rendering/controls";
import type { RenderContext, Rendering } from "../rendering/rendering";
import "./json.css";

/** Members shown at first and added by one press. */
const PORTION = 100;
/** A preview of a closed branch is at most this long. */
const PREVIEW = 72;
/** A longer string is cut until it is asked for. */
const LONG_STRING = 300;

export function renderJson(item: OutputItem, context: RenderContext): Rendering | null {
  const data = item.data ?? {};
  if (!("application/json" in data)) return null;
  const value = data["application/json"];
  const metadata = item.metadata?.["application/json"] as { expanded?: unknown; root?: unknown } | undefined;
  const label = typeof metadata?.root === "string" ? metadata.root : null;
  const tree = element("div", { class: "rdit-json", role: "tree", "aria-label": "JSON" });
  tree.append(branch(label, value, () => context.resized(), metadata?.expanded !== false));
  tree.addEventListener("keydown", moveWithin);
  tree.querySelector<HTMLElement>(".rdit-json-head")?.setAttribute("tabindex", "0");
  const written = () => JSON.stringify(value, null, 2) ?? "";
  return {
    dom: tree,
    update: (next) => next.data?.["application/json"] === value,
    destroy: () => undefined,
    describe: () => `JSON, ${preview(value, 0)}`,
    copy: written,
    save: () => ({ name: "output.json", content: new Blob([written(), "\n"], { type: "application/json" }) }),
  };
}

type Members = { keys: readonly (string | number)[]; at(key: string | number): unknown };

function membersOf(value: unknown): Members | null {
  if (Array.isArray(value)) return { keys: Array.from(value.keys()), at: (key) => value[key as number] };
  if (typeof value !== "object" || value === null) return null;
  const record = value as Record<string, unknown>;
  return { keys: Object.keys(record), at: (key) => record[key] };
}

function branch(
  label: string | number | null,
  value: unknown,
  resized: () => void,
  open: boolean,
): HTMLElement {
  const members = membersOf(value);
  const head = element("div", { class: "rdit-json-head", role: "treeitem", tabindex: -1 });
  const node = element("div", { class: "rdit-json-node", role: "none" }, head);
  head.append(element("span", { class: "rdit-json-twist", "aria-hidden": "true" }));
  if (label !== null) {
    const key = element(
      "span",
      { class: typeof label === "number" ? "rdit-json-index" : "rdit-json-key" },
      String(label),
    );
    head.append(key, ": ");
  }
  if (!members || members.keys.length === 0) {
    head.append(leaf(value, resized));
    return node;
  }
  const brief = element("span", { class: "rdit-json-preview" }, preview(value, PREVIEW));
  const amount = Array.isArray(value)
    ? count(members.keys.length, "item")
    : count(members.keys.length, "key");
  const size = element("span", { class: "rdit-json-size" }, amount);
  head.append(brief, size);

  let list: HTMLElement | null = null;
  const set = (opened: boolean) => {
    head.setAttribute("aria-expanded", String(opened));
    brief.hidden = opened;
    size.hidden = !opened;
    if (opened && !list) {
      list = element("div", { class: "rdit-json-members", role: "group" });
      node.append(list);
      extend(list, members, 0, resized);
    }
    if (list) list.hidden = !opened;
  };
  set(open);
  head.addEventListener("click", () => {
    // Selecting text is no wish to close.
    if (hasSelection(node)) return;
    set(head.getAttribute("aria-expanded") !== "true");
    resized();
  });
  return node;
}

function extend(list: HTMLElement, members: Members, from: number, resized: () => void): void {
  const end = Math.min(members.keys.length, from + PORTION);
  for (const key of members.keys.slice(from, end)) list.append(branch(key, members.at(key), resized, false));
  const left = members.keys.length - end;
  if (left === 0) return;
  const more = button(
    left > PORTION ? `Show ${PORTION} more of ${left.toLocaleString("en")}` : `Show ${left} more`,
    () => {
      more.remove();
      extend(list, members, end, resized);
      resized();
    },
  );
  list.append(more);
}

function leaf(value: unknown, resized: () => void): HTMLElement {
  if (typeof value === "string" && value.length > LONG_STRING) {
    const text = document.createTextNode(JSON.stringify(value.slice(0, LONG_STRING)));
    const made = element("span", { class: "rdit-json-string" }, text);
    const more = button(`… ${count(value.length - LONG_STRING, "more character")}`, () => {
      text.data = JSON.stringify(value);
      more.remove();
      resized();
    });
    made.append(more);
    return made;
  }
  const kind = value === null ? "null" : typeof value;
  const text = Array.isArray(value)
    ? "[]"
    : typeof value === "object" && value !== null
      ? "{}"
      : JSON.stringify(value);
  return element("span", { class: `rdit-json-${kind}` }, text ?? "");
}

/** *value* on one line of about *width* characters. */
function preview(value: unknown, width: number): string {
  const members = membersOf(value);
  if (!members) {
    const text = JSON.stringify(value) ?? "";
    return text.length > 40 ? `${text.slice(0, 38)}…"` : text;
  }
  const [start, end] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  if (members.keys.length === 0) return start + end;
  if (width <= 0) return count(members.keys.length, Array.isArray(value) ? "item" : "key");
  let text = start;
  for (const key of members.keys) {
    const member = members.at(key);
    const brief = membersOf(member) ? (Array.isArray(member) ? "[…]" : "{…}") : preview(member, 0);
    const next = `${text.length > 1 ? ", " : ""}${typeof key === "number" ? "" : `${key}: `}${brief}`;
    if (text.length + next.length > width) return `${text}${text.length > 1 ? ", " : ""}…${end}`;
    text += next;
  }
  return text + end;
}

/** The keys of the tree pattern of WAI-ARIA: up, down, right and left, Home, End, Enter and Space. */
function moveWithin(event: KeyboardEvent): void {
  const head = (event.target as HTMLElement).closest<HTMLElement>(".rdit-json-head");
  const tree = event.currentTarget as HTMLElement;
  if (!head || event.target !== head) return;
  const heads = Array.from(tree.querySelectorAll<HTMLElement>(".rdit-json-head")).filter(
    (one) => !one.parentElement?.closest("[hidden]"),
  );
  const at = heads.indexOf(head);
  const expanded = head.getAttribute("aria-expanded");
  let goal: HTMLElement | null | undefined;
  if (event.key === "ArrowDown") goal = heads[at + 1];
  else if (event.key === "ArrowUp") goal = heads[at - 1];
  else if (event.key === "Home") goal = heads[0];
  else if (event.key === "End") goal = heads[heads.length - 1];
  else if (event.key === "ArrowRight") {
    if (expanded === "false") head.click();
    else if (expanded === "true") goal = heads[at + 1];
  } else if (event.key === "ArrowLeft") {
    if (expanded === "true") head.click();
    else
      goal = head.closest(".rdit-json-members")?.parentElement?.querySelector<HTMLElement>(".rdit-json-head");
  } else if (event.key === "Enter" || event.key === " ") head.click();
  else return;
  event.preventDefault();
  event.stopPropagation();
  if (!goal) return;
  for (const one of heads) one.tabIndex = -1;
  goal.tabIndex = 0;
  goal.focus();
}
