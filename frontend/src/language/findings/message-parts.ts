/** A piece of a message: words, or code that stood between backticks. */
export interface MessagePart {
  readonly text: string;
  readonly isCode: boolean;
}

/** *message* in its pieces; a backtick without another one in its line is itself. */
export function messageParts(message: string): MessagePart[] {
  return message
    .split(/(`[^`\n]+`)/)
    .filter((text) => text !== "")
    .map((text) => {
      const isCode = text.length > 2 && text.startsWith("`") && text.endsWith("`");
      return { text: isCode ? text.slice(1, -1) : text, isCode };
    });
}
