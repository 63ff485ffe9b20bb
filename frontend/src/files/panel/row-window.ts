/** Which rows of a long list are in sight: only those are drawn. */
import { useLayoutEffect, useState } from "preact/hooks";

/** Rows from *first* up to *end*, without it. */
export interface RowWindow {
  readonly first: number;
  readonly end: number;
}

/** So many rows beyond each edge are drawn, so that none is missing while one scrolls. */
const BEYOND = 12;
/** Rows that are drawn before anything is measured. */
const UNMEASURED: RowWindow = { first: 0, end: 40 };

/** The rows to draw of *count* rows of one height that fill *height* pixels, in a window of *seen* from *scrolled* on. */
export function rowsIn(scrolled: number, seen: number, height: number, count: number): RowWindow {
  const one = height / count;
  if (!(one > 0)) return UNMEASURED;
  // Some rows at once: the list is drawn anew once in a while, not for each row that comes into sight.
  const step = BEYOND / 2;
  const first = Math.floor(scrolled / one / step) * step - BEYOND;
  const end = Math.ceil((scrolled + seen) / one / step) * step + BEYOND;
  return { first: Math.max(0, first), end: Math.min(count, end) };
}

/** The rows in sight of the *count* rows in *content*, which *scroller* scrolls; kept true as it scrolls and is resized. */
export function useRowWindow(
  scroller: { readonly current: HTMLElement | null },
  content: { readonly current: HTMLElement | null },
  count: number,
): RowWindow {
  const [shown, setShown] = useState(UNMEASURED);
  useLayoutEffect(() => {
    const [outer, inner] = [scroller.current, content.current];
    if (!outer || !inner) return;
    const measure = () => {
      const next = rowsIn(outer.scrollTop, outer.clientHeight, inner.clientHeight, count);
      setShown((now) => (now.first === next.first && now.end === next.end ? now : next));
    };
    measure();
    const sizes = new ResizeObserver(measure);
    sizes.observe(outer);
    outer.addEventListener("scroll", measure, { passive: true });
    return () => {
      sizes.disconnect();
      outer.removeEventListener("scroll", measure);
    };
  }, [scroller, content, count]);
  return shown;
}
