/** What was left out of outputs on their way to the page: asked for when it is shown or saved. */
import type { SessionBackend } from "../backend/execution-backend";
import type { OutputItem } from "../backend/types";
import { keepPlaceOf, placeOfItem } from "./results";

/** A browser has few connections to a server, and the others are for those who run and save. */
const MAX_AT_ONCE = 2;
const GONE = "This output is no longer there: its statement ran again, or was reset.";

export class OmittedOutput {
  #underWay = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(private readonly backend: () => Pick<SessionBackend, "outputText" | "outputItem">) {}

  /** The whole text of *item*. */
  async text(item: OutputItem): Promise<string> {
    const place = placeOfItem(item);
    if (!place) throw new Error(GONE);
    return this.backend().outputText(place);
  }

  /** *item* with its data, unless *signal* says that nobody needs them any more. */
  async data(item: OutputItem, signal: AbortSignal): Promise<OutputItem> {
    const place = placeOfItem(item);
    if (!place) throw new Error(GONE);
    // What was asked for last is what the reader looks at now.
    if (this.#underWay >= MAX_AT_ONCE) await new Promise<void>((go) => this.#waiting.push(go));
    else this.#underWay += 1;
    try {
      signal.throwIfAborted();
      const { data = null, metadata = null } = await this.backend().outputItem(place, signal);
      const whole = { ...item, data, metadata, dataOmitted: null };
      keepPlaceOf(item, whole);
      return whole;
    } finally {
      const next = this.#waiting.pop();
      if (next) next();
      else this.#underWay -= 1;
    }
  }
}
