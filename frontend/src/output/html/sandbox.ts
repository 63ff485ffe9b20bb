/** HTML that needs scripts, as an output: its frame, which may have been drawn before the output is in sight. */
import type { OutputItem } from "../../backend/types";
import { element } from "../../ui/element";
import type { RenderContext, Rendering, Saved } from "../rendering/rendering";
import { frameOf, SandboxFrame } from "./sandbox-frame";
import "./sandbox.css";

export class SandboxedHtml implements Rendering {
  readonly dom = element("div", { class: "rdit-sandbox" });
  readonly #frame: SandboxFrame;
  #isDestroyed = false;

  constructor(
    item: OutputItem,
    private readonly html: string,
    readonly context: RenderContext,
  ) {
    const prepared = frameOf(item);
    const isFree = prepared?.isFree ?? false;
    this.#frame = prepared && isFree ? prepared : new SandboxFrame(item, html);
    this.#frame.isFree = false;
    this.#frame.resized = () => context.resized();
    if (isFree) this.#moveIn();
    else this.dom.append(this.#frame.dom);
  }

  update(item: OutputItem): boolean {
    return item.data?.["text/html"] === this.html;
  }

  destroy(): void {
    this.#isDestroyed = true;
    this.#frame.destroy();
  }

  describe(): string {
    return "Interactive output";
  }

  copy(): string {
    return this.html;
  }

  save(): Saved {
    return { name: "output.html", content: new Blob([this.html], { type: "text/html;charset=utf-8" }) };
  }

  /** A frame that moves within the document goes on as it is: that waits until its place is there, still before anything is painted. */
  #moveIn(): void {
    this.dom.style.minHeight = this.#frame.dom.style.height;
    queueMicrotask(() => {
      this.dom.style.minHeight = "";
      if (this.#isDestroyed) return;
      this.#frame.moveInto(this.dom);
      this.context.resized();
    });
  }
}
