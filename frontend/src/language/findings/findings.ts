import { type Signal, signal } from "@preact/signals";
import type { Problem } from "./problem";
import type { References } from "./reference";

/** What the language servers have found in a script, for whatever shows it beside the text. */
export class Findings {
  /** In the order of the lines, at their places in the present text; hints are not among them. */
  readonly problems: Signal<readonly Problem[]> = signal([]);
  /** What was looked for last; null until something was, and once it was put away. */
  readonly references: Signal<References | null> = signal(null);
}
