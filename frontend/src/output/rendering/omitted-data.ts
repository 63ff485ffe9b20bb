/** What stands in the place of an output whose data are still to come. */
import type { OutputItem } from "../../backend/types";
import { size } from "../../ui/amounts";
import { element } from "../../ui/element";
import { button } from "./controls";
import { LOADING } from "./print-whole";
import type { Rendering } from "./rendering";

const LEFT = "The output was out of sight before all of it had come.";

export class OmittedData implements Rendering {
  readonly dom = element("div", { class: "rdit-lazy rdit-omitted" });
  /** Settles when the output is there, shown as it was meant; rejects when it does not come. */
  arrival!: Promise<void>;
  readonly #left = new AbortController();

  /** Ask for the whole of *item* by *load*, and give it to *show*; until then it takes as much room as is *expected*. */
  constructor(
    private readonly item: OutputItem,
    expected: { width: number | null; height: number },
    private readonly load: (signal: AbortSignal) => Promise<OutputItem>,
    private readonly show: (whole: OutputItem) => void,
    private readonly resized: () => void,
  ) {
    const { width, height } = expected;
    if (width === null) this.dom.style.minHeight = `${height}px`;
    else Object.assign(this.dom.style, { width: `${width}px`, aspectRatio: `${width} / ${height}` });
    this.#ask();
  }

  update(): boolean {
    return false;
  }

  destroy(): void {
    this.#left.abort();
  }

  describe(): string {
    const sizes = Object.values(this.item.dataOmitted ?? {}).map(Number);
    return `Output of ${size(sizes.reduce((sum, one) => sum + one, 0))}`;
  }

  /** Only once it has come is there something better; see `arrival`. */
  copy(): string {
    return this.item.text;
  }

  save(): ReturnType<Rendering["save"]> {
    return { name: "output.txt", content: new Blob([this.item.text], { type: "text/plain" }) };
  }

  #ask(): void {
    this.dom.setAttribute(LOADING, "");
    this.dom.replaceChildren(element("p", { class: "rdit-note" }, `${this.describe()} is on its way`));
    const { signal } = this.#left;
    this.arrival = this.load(signal).then(
      (whole) => {
        if (signal.aborted) throw new Error(LEFT);
        this.show(whole);
      },
      (error: unknown) => {
        throw signal.aborted ? new Error(LEFT) : error;
      },
    );
    this.arrival.catch((error: unknown) => {
      if (!signal.aborted) this.#fail(error);
    });
  }

  #fail(error: unknown): void {
    const why = error instanceof Error ? error.message : "It did not come.";
    this.dom.removeAttribute(LOADING);
    this.dom.replaceChildren(
      element("p", { class: "rdit-note", role: "status" }, `This output could not be shown. ${why} `),
      button("Try again", () => this.#ask()),
      element("pre", { class: "rdit-lines" }, this.item.text),
    );
    this.resized();
  }
}
