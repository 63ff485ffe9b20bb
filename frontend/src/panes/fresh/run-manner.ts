import type { RunOptions } from "../../backend/execution-backend";
import type { LineRange } from "../../backend/types";

/** What this page knows a run by. */
export interface RunKey {
  /** Whether it is the whole script that runs. */
  readonly whole: boolean;
  /** Whether the page asked for it by itself. */
  readonly follows?: boolean;
}

/** How a run is to be, and who asks for it. */
export interface RunManner extends RunOptions {
  readonly follows?: boolean;
}

/** What starts the runs of a script. */
export interface Runs {
  run(lines: LineRange | null, manner?: RunManner): void;
  /** Run the whole script in a new process. */
  runAfresh(manner?: RunManner): void;
}

/** What a person has chosen about runs. */
export interface FreshSettings {
  /** Whether statements run in the process as it is, as in a console, rather than as one fresh run of the text. */
  readonly consoleMode: boolean;
  /** When what would take long, or be done again outside the process, is asked about first. */
  readonly askFirst: "always" | "following" | "never";
}
