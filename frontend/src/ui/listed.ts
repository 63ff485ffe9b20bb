/** `a, b and c`; of more than *most* the others are counted: `a, b and 3 more`. */
export function listed(parts: readonly string[], most: number = Number.POSITIVE_INFINITY): string {
  const named = parts.length > most ? [...parts.slice(0, most), `${parts.length - most} more`] : parts;
  return named.length < 2 ? named.join("") : `${named.slice(0, -1).join(", ")} and ${named.at(-1)}`;
}
