/** The grammar of Python, whose trees may be cut off and gone on with. */
import { pythonLanguage } from "@codemirror/lang-python";
import { NodeProp, type PartialParse, Tree } from "@lezer/common";

/** What marks the indentation of a list of statements: that of the script's own is known, of no other list this one. */
const OF_SCRIPT = 0;
const OF_NONE = -1;

/** Python as the editor parses it. */
export const python = pythonLanguage.configure({ wrap: (parse) => new CuttableParse(parse) });

/**
 * A parse that may be stopped before the end of the text, as the editor does when its time is over, so that the next one
 * takes over what there is.
 *
 * A list of statements is marked with the indentation at which its end was read. One that is cut off ends within the
 * block of its last statement, and would be taken over as a part of the next such block: in a third of such parses a
 * function swallowed the 32 after it (`@lezer/lr` 1.4). What was open where the parse stopped is therefore marked anew.
 */
class CuttableParse implements PartialParse {
  constructor(private readonly parse: PartialParse) {}

  get parsedPos(): number {
    return this.parse.parsedPos;
  }

  get stoppedAt(): number | null {
    return this.parse.stoppedAt;
  }

  stopAt(position: number): void {
    this.parse.stopAt(position);
  }

  advance(): Tree | null {
    const tree = this.parse.advance();
    return tree && this.stoppedAt !== null ? markedAnew(tree, true, OF_SCRIPT) : tree;
  }
}

/** *tree*, which was open at its end or is a part of such a list, with *mark* for what it lists. */
function markedAnew(tree: Tree, isOpen: boolean, mark: number): Tree {
  const last = tree.children.length - 1;
  const children = tree.children.map((child, index) => {
    if (!(child instanceof Tree)) return child;
    const isOpenToo = isOpen && index === last;
    // Long lists are divided into nodes without a name.
    if (child.type.isAnonymous) return markedAnew(child, isOpenToo, mark);
    return isOpenToo ? markedAnew(child, true, OF_NONE) : child;
  });
  const properties: [NodeProp<number>, number][] = [[NodeProp.contextHash, mark]];
  return new Tree(tree.type, children, tree.positions, tree.length, [...tree.propValues, ...properties]);
}
