import { Finder, type FinderWords } from "../../ui/finder/finder";
import type { Offer } from "../../ui/finder/fitting";

export interface PaletteProps {
  /** Commands, and places of the script. */
  offers: readonly Offer[];
  /** Files that fit a few letters; rejects with an AbortError once *signal* is aborted. */
  findFiles(query: string, signal: AbortSignal): Promise<readonly Offer[]>;
  close(): void;
}

const WORDS: FinderWords = {
  label: "Commands",
  field: "Find a command",
  placeholder: "Find a command, a heading or a file",
  none: "No command has these letters.",
  failed: "Files could not be looked for.",
};

/** A dialog in which one finds a command, a place or a file by a few letters: commands first. */
export function Palette({ offers, findFiles, close }: PaletteProps) {
  return <Finder words={WORDS} offers={offers} find={findFiles} close={close} />;
}
