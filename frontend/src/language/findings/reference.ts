/** Where a name is used. */

/** A place in a file. */
export interface Reference {
  readonly uri: string;
  /** From 0, as the servers count. */
  readonly line: number;
  readonly character: number;
  readonly end: number;
  /** The line; null where it is not known. */
  readonly text: string | null;
}

/** What was found for a name, file by file. */
export interface References {
  readonly name: string;
  readonly files: readonly {
    readonly uri: string;
    /** As a person calls it. */
    readonly label: string;
    readonly places: readonly Reference[];
  }[];
}
