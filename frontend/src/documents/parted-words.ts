/** The file *name*, which is *done* now (`saved`), had *others*, hard links, and is a file of its own now. */
export function partedWords(name: string, done: string, others: number): string {
  const kept =
    others === 1
      ? "another name, and the file there keeps"
      : `${others} other names, and the files there keep`;
  return `${name} is ${done}. It had ${kept} what was in it before: it is a new file now.`;
}
