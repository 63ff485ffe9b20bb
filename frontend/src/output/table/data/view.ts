/** The view of a table: its sorting, filters and search. Values that are never changed, only replaced. */

export type Operator = "contains" | "=" | "≠" | "<" | "≤" | ">" | "≥" | "missing" | "present";

export interface Filter {
  readonly column: number;
  readonly operator: Operator;
  /** Empty where the operator needs none. */
  readonly value: string;
}

export type Direction = "ascending" | "descending";

/** As the kernel reads it; the first of `sort` counts most. */
export interface View {
  readonly sort: readonly (readonly [column: number, descending: boolean])[];
  readonly filters: readonly Filter[];
  readonly search: string;
}

export const PLAIN: View = { sort: [], filters: [], search: "" };

export const OPERATORS: readonly Operator[] = [
  "contains",
  "=",
  "≠",
  "<",
  "≤",
  ">",
  "≥",
  "missing",
  "present",
];

/** Whether *operator* compares with a value. */
export function needsValue(operator: Operator): boolean {
  return operator !== "missing" && operator !== "present";
}

export function isPlain(view: View): boolean {
  return view.sort.length === 0 && view.filters.length === 0 && view.search === "";
}

export function sameView(one: View, other: View): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** How *column* is sorted and which place it has among those sorted by, from 1; null when it is not. */
export function sortOf(view: View, column: number): { direction: Direction; place: number } | null {
  const at = view.sort.findIndex(([sorted]) => sorted === column);
  const found = view.sort[at];
  return found ? { direction: found[1] ? "descending" : "ascending", place: at + 1 } : null;
}

/** Sort by *column*; with *among*, those sorted by already go on to count, before it. Null leaves it unsorted. */
export function sortedBy(view: View, column: number, direction: Direction | null, among: boolean): View {
  const wanted = direction && ([column, direction === "descending"] as const);
  if (!among) return { ...view, sort: wanted ? [wanted] : view.sort.filter(([sorted]) => sorted !== column) };
  const known = view.sort.some(([sorted]) => sorted === column);
  if (!wanted) return { ...view, sort: view.sort.filter(([sorted]) => sorted !== column) };
  if (!known) return { ...view, sort: [...view.sort, wanted] };
  return { ...view, sort: view.sort.map((one) => (one[0] === column ? wanted : one)) };
}

/** What a click on the heading means: ascending, then descending, then as it was. */
export function nextDirection(view: View, column: number): Direction | null {
  const sorted = sortOf(view, column);
  if (!sorted) return "ascending";
  return sorted.direction === "ascending" ? "descending" : null;
}

/** The filter of *column* becomes *filter*; null takes it away. */
export function filteredBy(view: View, column: number, filter: Filter | null): View {
  const others = view.filters.filter((one) => one.column !== column);
  return { ...view, filters: filter ? [...others, filter] : others };
}

/** *filter* in words, the column being called *name*. */
export function filterInWords(filter: Filter, name: string): string {
  if (filter.operator === "missing" || filter.operator === "present") return `${name} is ${filter.operator}`;
  return `${name} ${filter.operator} ${filter.value === "" ? "“”" : filter.value}`;
}
