/** An object's parts as a tree that is opened branch by branch: what is known of it, and what it asks the kernel. */
import { FIRST } from "./tree-height";

/** Children that one press on `more` shows. */
const PORTION = 200;
/** The kernel cuts longer reprs, and ends them so. */
const CUT = /…$/;

/** One part: what Python says of it, and its own parts as far as they are known. */
export interface Node {
  /** What its parent calls it, as Python writes it; empty where parts have no names. */
  readonly key: string;
  repr: string;
  readonly type: string;
  /** How many parts it has; null for one that has none by nature. */
  readonly length: number | null;
  readonly parent: Node | null;
  /** Its place among its parent's parts, from 0. */
  readonly position: number;
  /** The first of its parts. */
  readonly children: Node[];
  isOpen: boolean;
  /** How many of `children` are shown. */
  shown: number;
  state: "idle" | "asking" | "waiting";
}

export type Trouble =
  | { readonly kind: "gone" }
  | { readonly kind: "changed" }
  | { readonly kind: "failed"; readonly text: string };

type Query = (request: Record<string, unknown>) => Promise<unknown>;

/** An answer is expected within this time (milliseconds); a longer wait is worth a word. */
const BUSY_NOTICE_MS = 400;

export class ObjectTree {
  root: Node;
  trouble: Trouble | null = null;
  /** Something about *node* is different now; null: about the whole. */
  changed: ((node: Node | null) => void) | null = null;

  private constructor(
    readonly handle: string,
    root: Node,
    public query: Query,
  ) {
    this.root = root;
  }

  /** The tree in *data*, a display's value of type `TREE`; null when it is none. */
  static of(data: unknown, query: Query): ObjectTree | null {
    if (!isRecord(data) || typeof data.handle !== "string") return null;
    const root = node(data.root, "", null, 0);
    return root && new ObjectTree(data.handle, root, query);
  }

  /** Open *of* or close it; its parts are asked for when none of them is known. */
  async toggle(of: Node): Promise<void> {
    if (!of.length) return;
    of.isOpen = !of.isOpen;
    this.changed?.(of);
    if (of.isOpen && of.children.length === 0) await this.#load(of);
  }

  /** Show more parts of *of*. */
  async more(of: Node): Promise<void> {
    if (of.shown >= of.children.length) {
      await this.#load(of);
      return;
    }
    of.shown = Math.min(of.children.length, of.shown + PORTION);
    this.changed?.(of);
  }

  /** How many parts of *of* are not shown. */
  hidden(of: Node): number {
    return Math.max(0, (of.length ?? 0) - Math.min(of.shown, of.children.length));
  }

  isCut(of: Node): boolean {
    return of.repr.length > 200 && CUT.test(of.repr);
  }

  /** The whole repr of *of*. */
  async text(of: Node): Promise<string> {
    if (!this.isCut(of)) return of.repr;
    const answer = await this.query({ kind: "text", path: pathOf(of) });
    return isRecord(answer) && typeof answer.text === "string" ? answer.text : of.repr;
  }

  /** Show the whole repr of *of* from now on. */
  async unfold(of: Node): Promise<void> {
    try {
      of.repr = await this.text(of);
      this.changed?.(of);
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Show the object as it has become since it was displayed. */
  async takeChanged(): Promise<void> {
    try {
      const root = node(await this.query({ kind: "tree", path: [], start: 0, count: PORTION }), "", null, 0);
      if (!root) throw new Error(STRANGE);
      this.root = root;
      this.trouble = null;
      this.#takesChanged = true;
      this.changed?.(null);
    } catch (error) {
      this.#failed(error);
    }
  }

  #takesChanged = false;

  async #load(of: Node): Promise<void> {
    if (of.state !== "idle" || this.trouble) return;
    of.state = "asking";
    const patience = setTimeout(() => {
      of.state = "waiting";
      this.changed?.(of);
    }, BUSY_NOTICE_MS);
    try {
      const start = of.children.length;
      const answer = await this.query({
        kind: "tree",
        path: pathOf(of),
        start,
        count: start === 0 ? FIRST : PORTION,
      });
      if (!isRecord(answer) || !Array.isArray(answer.children)) throw new Error(STRANGE);
      if (answer.changed === true && !this.#takesChanged) this.#stop({ kind: "changed" });
      else if (answer.children.length === 0) this.#stop({ kind: "changed" });
      else {
        of.children.push(...children(answer.children, of));
        of.shown = of.children.length;
      }
    } catch (error) {
      this.#failed(error);
    } finally {
      clearTimeout(patience);
      of.state = "idle";
      if (of.children.length === 0) of.isOpen = false;
      this.changed?.(of);
    }
  }

  #stop(trouble: Trouble): void {
    this.trouble = trouble;
    this.changed?.(null);
  }

  #failed(error: unknown): void {
    if (!(error instanceof Error)) throw error;
    const isGone = "status" in error && error.status === 404;
    this.#stop(isGone ? { kind: "gone" } : { kind: "failed", text: error.message });
  }

  /** Ask again after a failure. */
  retry(): void {
    this.trouble = null;
    this.changed?.(null);
  }
}

const STRANGE = "The kernel answered with no parts. Reload the page; it may be older than the server.";

/** The way to *of* from the root: the position of each part on it. */
export function pathOf(of: Node): number[] {
  return of.parent ? [...pathOf(of.parent), of.position] : [];
}

function node(value: unknown, key: string, parent: Node | null, position: number): Node | null {
  if (!isRecord(value) || typeof value.repr !== "string") return null;
  const made: Node = {
    key,
    repr: value.repr,
    type: typeof value.type === "string" ? value.type : "",
    length: typeof value.length === "number" ? value.length : null,
    parent,
    position,
    children: [],
    isOpen: false,
    shown: FIRST,
    state: "idle",
  };
  if (Array.isArray(value.children)) {
    made.children.push(...children(value.children, made));
    made.isOpen = made.children.length > 0;
  }
  return made;
}

function children(values: readonly unknown[], parent: Node): Node[] {
  const first = parent.children.length;
  return values.map((value, at) => {
    const pair = isRecord(value) ? value : {};
    const made = node(pair.value, typeof pair.key === "string" ? pair.key : "", parent, first + at);
    if (!made) throw new Error(STRANGE);
    return made;
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
