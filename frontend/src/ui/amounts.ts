/** Numbers as people read them. */

const whole = new Intl.NumberFormat("en");

/** `1,204 lines`; the noun's plural is made with an s. */
export function count(amount: number, noun: string): string {
  return `${whole.format(amount)} ${noun}${amount === 1 ? "" : "s"}`;
}

/** `3.2 MB`, in powers of 1000 as file browsers say it. */
export function size(bytes: number): string {
  if (bytes < 1000) return count(bytes, "byte");
  const units = ["kB", "MB", "GB", "TB"] as const;
  let scaled = bytes / 1000;
  let unit = 0;
  while (scaled >= 999.5 && unit < units.length - 1) {
    scaled /= 1000;
    unit += 1;
  }
  return `${scaled < 9.95 ? scaled.toFixed(1) : Math.round(scaled)} ${units[unit]}`;
}
