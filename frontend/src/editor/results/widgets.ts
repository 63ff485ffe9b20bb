import { type EditorView, WidgetType } from "@codemirror/view";
import type { OutputItem } from "../../backend/types";
import { expectedHeight, expectHeightOf } from "../../output/expected-height";
import { renderItem } from "../../output/render";
import { inlineText } from "../../output/rendering/inline-text";
import { carryMemory, memoryOf } from "../../output/rendering/remembered";
import type { RenderedItem } from "../../output/rendering/rendering";
import { visible } from "../../session/figures";
import { isInterrupted, type Result } from "../../session/results";
import { isSameItem } from "../../session/same-output";
import { ageWords } from "./age";
import { givenAnswers, givenIn, inputForm } from "./input-form";
import { heightsOf } from "./measured-heights";
import { onResize } from "./output-sizes";
import { pageContext } from "./page-context";
import { type PlacedResult, showsEarlier } from "./placed-results";
import "./results.css";

/** What there is to see of a statement, and whether it is from an earlier run that is about to be replaced. */
interface Sight {
  readonly items: readonly OutputItem[];
  readonly earlier: boolean;
}

function sightOf(placed: PlacedResult): Sight {
  if (showsEarlier(placed))
    return { items: placed.earlier.flatMap((one) => visible(one.result.output)), earlier: true };
  return { items: visible(placed.result.output), earlier: false };
}

/** In pixels: what is not drawn yet is guessed. */
const CODE_LINE_HEIGHT = 24;
const GUTTERS_WIDTH = 170;

/** A short value at the end of its line. */
export class InlineValue extends WidgetType {
  readonly #text: string;
  readonly #isEarlier: boolean;

  constructor(private readonly placed: PlacedResult) {
    super();
    const { items, earlier } = sightOf(placed);
    this.#text = inlineText(items) ?? "";
    this.#isEarlier = earlier;
  }

  override eq(other: InlineValue): boolean {
    const isOfAge = other.placed.older === this.placed.older;
    return other.#text === this.#text && other.#className === this.#className && isOfAge;
  }

  get #className(): string {
    const { stale, result } = this.placed;
    if (result.beforeReset) return "rdit-inline rdit-before-reset";
    return `rdit-inline${this.placed.older ? " rdit-older" : ""}${stale ? " rdit-stale" : ""}${this.#isEarlier ? " rdit-earlier" : ""}`;
  }

  toDOM(): HTMLElement {
    const dom = document.createElement("span");
    this.#draw(dom);
    return dom;
  }

  override updateDOM(dom: HTMLElement): boolean {
    this.#draw(dom);
    return true;
  }

  #draw(dom: HTMLElement): void {
    dom.className = this.#className;
    dom.textContent = this.#text;
    const { stale, result, older } = this.placed;
    const edited = stale ? "The statement was edited since it gave this value" : ageWords(older);
    dom.title = result.beforeReset ? "From before the reset" : edited;
  }

  override ignoreEvent(): boolean {
    return true;
  }
}

/** Everything larger, below the statement. Its DOM is kept and carried on while the statement writes. */
export class OutputBelow extends WidgetType {
  private constructor(
    readonly placed: PlacedResult,
    readonly sight: Sight,
  ) {
    super();
  }

  /** The widget, if there is anything to see. */
  static of(placed: PlacedResult): OutputBelow | null {
    const sight = sightOf(placed);
    const visible = sight.items.some(
      (item) => item.type !== "stdout" || item.data || item.text.trim() !== "",
    );
    const asks = placed.result.input !== null || givenIn(placed.result).length > 0;
    return visible || asks ? new OutputBelow(placed, sight) : null;
  }

  override eq(other: OutputBelow): boolean {
    const [one, two] = [this.placed, other.placed];
    return (
      one.result === two.result &&
      one.stale === two.stale &&
      one.older === two.older &&
      one.earlier === two.earlier
    );
  }

  toDOM(view: EditorView): HTMLElement {
    const drawn = new DrawnOutput(view);
    drawn.standsBelow();
    drawn.update(this);
    return drawn.dom;
  }

  override updateDOM(dom: HTMLElement): boolean {
    const drawn = drawnOutputs.get(dom);
    drawn?.update(this);
    return drawn !== undefined;
  }

  override destroy(dom: HTMLElement): void {
    drawnOutputs.get(dom)?.destroy();
  }

  /** The editor asks before it measures, also for what it has measured already. */
  override get estimatedHeight(): number {
    const { result, earlier } = this.placed;
    const known =
      heightsOf(result).below ?? earlier.map((one) => heightsOf(one.result).below).find((height) => height);
    if (known) return known;
    return this.#guessedHeight + 16;
  }

  get #guessedHeight(): number {
    return this.sight.items.reduce((sum, item) => sum + expectedHeight(item, this.#room), 0);
  }

  /** The pixels that are left for the width of an output. */
  get #room(): number {
    return Math.max(200, window.innerWidth - GUTTERS_WIDTH);
  }

  /** The room that it needs below its statement of so many *lines* when it stands beside it. */
  spacer(lines: number): Spacer {
    const { result } = this.placed;
    const height = heightsOf(result).beside ?? this.#guessedHeight;
    return new Spacer(result, heightsOf(result).spacer ?? Math.max(0, height - lines * CODE_LINE_HEIGHT));
  }

  override ignoreEvent(): boolean {
    return true;
  }
}

/** Keeps the lines below a statement free of the output beside it. The column sets its height. */
export class Spacer extends WidgetType {
  constructor(
    private readonly result: Result,
    private readonly height: number,
  ) {
    super();
  }

  override eq(other: Spacer): boolean {
    return other.result.id === this.result.id;
  }

  toDOM(): HTMLElement {
    const dom = document.createElement("div");
    dom.className = "rdit-spacer";
    dom.dataset.result = this.result.id;
    dom.style.height = `${this.height}px`;
    return dom;
  }

  /** The place of an earlier run's output becomes that of the next one's. */
  override updateDOM(dom: HTMLElement): boolean {
    dom.dataset.result = this.result.id;
    return true;
  }

  override get estimatedHeight(): number {
    return this.height;
  }

  override ignoreEvent(): boolean {
    return true;
  }
}

const drawnOutputs = new WeakMap<Element, DrawnOutput>();

/** The result whose output *dom* shows. */
export function resultIn(dom: Element): Result | null {
  return drawnOutputs.get(dom)?.result ?? null;
}

/** The elements of one statement's output, and what they were made from. */
export class DrawnOutput {
  readonly dom = document.createElement("div");
  readonly #place = document.createElement("div");
  readonly #items: { item: OutputItem; rendered: RenderedItem }[] = [];
  #result: Result | null = null;
  #isEarlier = false;
  #stopObserving: () => void = () => undefined;
  #form: { dom: HTMLElement; question: object } | null = null;
  #given: { dom: HTMLElement; of: object; id: string } | null = null;

  constructor(private readonly view: EditorView) {
    this.dom.setAttribute("role", "group");
    this.#place.className = "rdit-output-items";
    this.dom.append(this.#place);
    drawnOutputs.set(this.dom, this);
  }

  get result(): Result | null {
    return this.#result;
  }

  /** It stands in the text: the editor hears of its heights, which are remembered for when it is drawn again. */
  standsBelow(): void {
    this.#stopObserving = onResize(this.view, this.dom, () => {
      if (this.#result && this.dom.isConnected)
        heightsOf(this.#result).below = this.dom.getBoundingClientRect().height;
    });
  }

  update({ placed, sight }: OutputBelow): void {
    const { result, stale, older } = placed;
    this.#keepHeight(result, sight);
    this.#result = result;
    this.dom.className = "rdit-output";
    this.dom.classList.toggle("rdit-stale", stale);
    this.dom.classList.toggle("rdit-earlier", sight.earlier);
    this.dom.classList.toggle("rdit-before-reset", result.beforeReset);
    this.dom.classList.toggle("rdit-interrupted", isInterrupted(result));
    const line = this.view.state.doc.lineAt(Math.min(placed.from, this.view.state.doc.length)).number;
    this.dom.classList.toggle("rdit-older", older !== null);
    const age = result.beforeReset ? "from before the reset" : stale ? "edited since" : ageWords(older);
    this.dom.setAttribute("aria-label", `Output of line ${line}${age && `, ${age}`}`);
    this.#updateItems(sight.items, result.runId);
    this.#updateForm(result);
    this.#updateGiven(result);
  }

  /** While a statement writes anew what it wrote before, what is below it stays where it is. */
  #keepHeight({ state }: Result, sight: Sight): void {
    const begins = this.#isEarlier && !sight.earlier;
    this.#isEarlier = sight.earlier;
    if (state !== "running") this.dom.style.minHeight = "";
    else if (begins) this.dom.style.minHeight = `${this.dom.offsetHeight}px`;
  }

  destroy(): void {
    this.#stopObserving();
    for (const { rendered } of this.#items.splice(0)) rendered.destroy();
  }

  #updateItems(items: readonly OutputItem[], runId: string): void {
    for (const { rendered } of this.#items.splice(items.length)) {
      rendered.dom.remove();
      rendered.destroy();
    }
    items.forEach((item, index) => {
      const present = this.#items[index];
      if (present?.item === item) return;
      if (present && isSameItem(present.item, item)) {
        memoryOf(present.item); // what a reader does to what is drawn holds for both from now on
        carryMemory(present.item, item);
        present.item = item;
        return;
      }
      if (present?.rendered.update(item)) {
        present.item = item;
        return;
      }
      const page = this.view.state.facet(pageContext);
      const goToLine = (line: number, column?: number) => page.goToLineOf(runId, line, column);
      if (present) expectHeightOf(present.item, item);
      const rendered = renderItem(item, { ...page, goToLine });
      if (present) {
        present.rendered.dom.replaceWith(rendered.dom);
        present.rendered.destroy();
      } else {
        this.#place.append(rendered.dom);
      }
      this.#items[index] = { item, rendered };
    });
  }

  #updateForm({ input, output }: Result): void {
    if (this.#form?.question === input) return;
    this.#form?.dom.remove();
    this.#form = null;
    if (!input) return;
    const shown = output.at(-1)?.text.endsWith(input.prompt) ?? false;
    const dom = inputForm(input, shown, this.view);
    this.#form = { dom, question: input };
    this.dom.append(dom);
  }

  #updateGiven(result: Result): void {
    if (this.#given?.of === result.answers && this.#given.id === result.id) return;
    this.#given?.dom.remove();
    this.#given = null;
    const given = givenIn(result);
    if (given.length === 0) return;
    const { askAgain } = this.view.state.facet(pageContext);
    const dom = givenAnswers(given, () => askAgain(result.id));
    this.#given = { dom, of: result.answers, id: result.id };
    this.dom.append(dom);
  }
}
