/** A dict, a list, a dataclass: a tree with Python's own words, whose branches are read when they are opened. */

import type { OutputItem } from "../../backend/types";
import { count } from "../../ui/amounts";
import { element } from "../../ui/element";
import { copyOut } from "../rendering/clipboard";
import { button, hasSelection } from "../rendering/controls";
import { TREE } from "../rendering/formats";
import type { RenderContext, Rendering } from "../rendering/rendering";
import "./tree.css";
import { type Node, ObjectTree } from "./tree-nodes";

/** What was opened stays open when the editor makes the output anew after it was out of sight. */
const kept = new WeakMap<object, ObjectTree>();

/** The tree of *item*; null when it holds none. */
export function renderTree(item: OutputItem, context: RenderContext): Rendering | null {
  const data = item.data?.[TREE];
  if (typeof data !== "object" || data === null) return null;
  const query = async (request: Record<string, unknown>) => {
    if (!context.query) throw new Error("There is no kernel to ask here.");
    return context.query((data as { handle: string }).handle, request);
  };
  const tree = kept.get(data) ?? ObjectTree.of(data, query);
  if (!tree) return null;
  tree.query = query;
  kept.set(data, tree);
  return new TreeView(item, data, tree, context);
}

class TreeView implements Rendering {
  readonly dom = element("div", { class: "rdit-tree" });
  changed: (() => void) | undefined;
  readonly #tree: HTMLElement;
  readonly #notice = element("div", { class: "rdit-tree-notice", role: "status" });
  /** By node: its line, and the element that holds it and its parts. */
  readonly #lines = new Map<Node, { dom: HTMLElement; line: HTMLElement }>();
  readonly #nodes = new WeakMap<Element, Node>();
  /** By line that offers more: the node whose parts it shows. */
  readonly #more = new Map<HTMLElement, Node>();

  constructor(
    private readonly item: OutputItem,
    private readonly data: object,
    private readonly tree: ObjectTree,
    private readonly context: RenderContext,
  ) {
    this.#tree = element("div", { role: "tree", "aria-label": this.describe() });
    this.dom.append(this.#tree, this.#notice);
    this.#drawAll();
    tree.changed = (node) => {
      if (node && this.#lines.has(node)) this.#redraw(node);
      else this.#drawAll();
      context.resized();
    };
    this.#tree.addEventListener("click", (event) => this.#pressed(event));
    this.#tree.addEventListener("keydown", (event) => this.#key(event));
  }

  update(item: OutputItem): boolean {
    return item.data?.[TREE] === this.data;
  }

  destroy(): void {
    this.tree.changed = null;
  }

  describe(): string {
    const { type, length } = this.tree.root;
    return `${type}, ${count(length ?? 0, "item")}`;
  }

  copy(): string {
    return this.item.text.replace(/\n$/, "");
  }

  save() {
    return { name: "output.txt", content: new Blob([this.item.text], { type: "text/plain;charset=utf-8" }) };
  }

  // ------------------------------------------------------------------------------------------------ drawing

  #drawAll(): void {
    const hadFocus = this.#tree.contains(document.activeElement);
    this.#lines.clear();
    this.#more.clear();
    this.#tree.replaceChildren(this.#draw(this.tree.root, 1, 1, 1));
    const first = this.#tree.querySelector<HTMLElement>("[role=treeitem]");
    if (first) first.tabIndex = 0;
    if (hadFocus) first?.focus();
    this.#drawNotice();
  }

  #draw(node: Node, level: number, position: number, siblings: number): HTMLElement {
    const line = element("div", {
      class: "rdit-tree-line",
      role: "treeitem",
      tabindex: -1,
      "aria-level": level,
      "aria-posinset": position,
      "aria-setsize": siblings,
    });
    const dom = element("div", { class: "rdit-tree-node", role: "none" }, line);
    this.#lines.set(node, { dom, line });
    this.#nodes.set(line, node);
    this.#drawLine(node, line);
    this.#drawChildren(node, dom, level);
    return dom;
  }

  #redraw(node: Node): void {
    const drawn = this.#lines.get(node);
    if (!drawn) return;
    const { dom, line } = drawn;
    const active = document.activeElement;
    const wasOnMore = active instanceof HTMLElement && this.#more.get(active) === node;
    const before = dom.querySelectorAll(":scope > [role=group] > .rdit-tree-node").length;
    this.#drawLine(node, line);
    for (const old of dom.querySelectorAll(":scope > [role=group]")) old.remove();
    this.#drawChildren(node, dom, Number(line.getAttribute("aria-level")));
    if (wasOnMore) {
      const lines = dom.querySelectorAll<HTMLElement>(
        ":scope > [role=group] > .rdit-tree-node > .rdit-tree-line",
      );
      this.#focus(lines[before] ?? line);
    }
  }

  #drawLine(node: Node, line: HTMLElement): void {
    const canOpen = node.length !== null && node.length > 0;
    const parts: (HTMLElement | string)[] = [
      element("span", { class: "rdit-tree-twist", "aria-hidden": "true" }),
    ];
    if (node.key !== "") {
      const isName = /^[^\d'"-]/.test(node.key) || /^['"]/.test(node.key);
      parts.push(element("span", { class: isName ? "rdit-tree-key" : "rdit-tree-index" }, node.key), ": ");
    }
    if (canOpen) line.setAttribute("aria-expanded", String(node.isOpen));
    if (canOpen && node.isOpen) {
      parts.push(
        element("span", { class: "rdit-tree-type" }, `${node.type}, ${count(node.length ?? 0, "item")}`),
      );
    } else {
      parts.push(element("span", { class: `rdit-tree-repr ${kindOf(node)}` }, node.repr));
      if (!canOpen && this.tree.isCut(node)) {
        const all = button("Show all", () => void this.tree.unfold(node));
        all.tabIndex = -1;
        parts.push(" ", all);
      }
      if (canOpen || !OBVIOUS.has(node.type)) {
        const size = canOpen ? `, ${count(node.length ?? 0, "item")}` : "";
        parts.push(element("span", { class: "rdit-tree-type" }, `${node.type}${size}`));
      }
    }
    if (node.state === "waiting")
      parts.push(
        element(
          "span",
          { class: "rdit-tree-type" },
          "waiting for the kernel, which answers when no statement is running…",
        ),
      );
    line.classList.toggle("is-open", node.isOpen);
    line.replaceChildren(...parts);
  }

  #drawChildren(node: Node, dom: HTMLElement, level: number): void {
    if (!node.isOpen || node.children.length === 0) return;
    const group = element("div", { class: "rdit-tree-children", role: "group" });
    const shown = node.children.slice(0, node.shown);
    const all = node.length ?? shown.length;
    group.append(...shown.map((child, at) => this.#draw(child, level + 1, at + 1, all)));
    const hidden = this.tree.hidden(node);
    if (hidden > 0) {
      const line = element(
        "div",
        { class: "rdit-tree-line rdit-tree-more", role: "treeitem", tabindex: -1, "aria-level": level + 1 },
        `… ${count(hidden, "more item")}`,
      );
      this.#more.set(line, node);
      group.append(line);
    }
    dom.append(group);
  }

  #drawNotice(): void {
    const { trouble } = this.tree;
    this.#notice.hidden = trouble === null;
    this.#notice.replaceChildren();
    if (trouble?.kind === "gone")
      this.#notice.append(
        "No longer in the kernel. What had been opened stays; run the statement again for the rest.",
      );
    else if (trouble?.kind === "changed")
      this.#notice.append(
        "Changed since it was shown. ",
        button("Show it as it is now", () => void this.tree.takeChanged()),
      );
    else if (trouble)
      this.#notice.append(
        `${trouble.text} `,
        button("Try again", () => this.tree.retry()),
      );
  }

  // ------------------------------------------------------------------------------------------------ acting

  #pressed(event: MouseEvent): void {
    // Selecting text is no wish to close.
    if (hasSelection(this.#tree) || !(event.target instanceof Element)) return;
    const line = event.target.closest<HTMLElement>(".rdit-tree-line");
    if (line) this.#act(line);
  }

  #act(line: HTMLElement): void {
    this.#focus(line);
    const hiding = this.#more.get(line);
    if (hiding) void this.tree.more(hiding);
    else {
      const node = this.#nodes.get(line);
      if (node) void this.tree.toggle(node);
    }
  }

  /** The keys of the tree pattern of WAI-ARIA, and Ctrl+C for the repr of the node. */
  #key(event: KeyboardEvent): void {
    const line = event.target;
    if (!(line instanceof HTMLElement) || !line.matches(".rdit-tree-line") || event.altKey) return;
    const node = this.#nodes.get(line);
    if (event.ctrlKey || event.metaKey) {
      if (event.key.toLowerCase() !== "c" || !node || hasSelection(this.#tree)) return;
      void this.#copy(node);
    } else if (!this.#move(event.key, line, node)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  #move(key: string, line: HTMLElement, node: Node | undefined): boolean {
    const lines = Array.from(this.#tree.querySelectorAll<HTMLElement>(".rdit-tree-line"));
    const at = lines.indexOf(line);
    const canOpen = node !== undefined && (node.length ?? 0) > 0;
    const parent = node?.parent ?? this.#more.get(line);
    switch (key) {
      case "ArrowDown":
        this.#focus(lines[at + 1]);
        return true;
      case "ArrowUp":
        this.#focus(lines[at - 1]);
        return true;
      case "Home":
        this.#focus(lines[0]);
        return true;
      case "End":
        this.#focus(lines.at(-1));
        return true;
      case "ArrowRight":
        if (canOpen && !node.isOpen) this.#act(line);
        // While its parts are on their way, the next line is not one of them.
        else if (canOpen && node.children.length > 0) this.#focus(lines[at + 1]);
        return true;
      case "ArrowLeft":
        if (canOpen && node.isOpen) this.#act(line);
        else if (parent) this.#focus(this.#lines.get(parent)?.line);
        return true;
      case "Enter":
      case " ":
        this.#act(line);
        return true;
      case "*":
        for (const sibling of node?.parent?.children ?? [])
          if (!sibling.isOpen && sibling.length) void this.tree.toggle(sibling);
        return true;
      default:
        return false;
    }
  }

  #focus(line: HTMLElement | undefined): void {
    if (!line) return;
    for (const one of this.#tree.querySelectorAll<HTMLElement>(".rdit-tree-line[tabindex='0']"))
      one.tabIndex = -1;
    line.tabIndex = 0;
    line.focus();
  }

  async #copy(node: Node): Promise<void> {
    const text = this.tree.text(node).then((whole) => new Blob([whole], { type: "text/plain" }));
    try {
      await copyOut({ type: "text/plain", content: text });
      this.context.announce("Copied");
    } catch (error) {
      this.context.announce(error instanceof Error ? error.message : "The browser did not copy.");
    }
  }
}

/** Types that their reprs give away. */
const OBVIOUS = new Set(["str", "int", "float", "bool", "NoneType", "bytes", "complex"]);

function kindOf({ type, length }: Node): string {
  if (length) return "is-branch";
  if (type === "str" || type === "bytes") return "is-string";
  if (type === "int" || type === "float" || type === "complex") return "is-number";
  if (type === "bool") return "is-boolean";
  return type === "NoneType" ? "is-none" : "is-other";
}
