/** How many times larger than usual the reader has letters. */
export function scale(): number {
  return (Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16) / 16;
}
