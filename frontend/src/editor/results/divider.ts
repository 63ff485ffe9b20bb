/** The divider between the code and the column of outputs: dragged, or moved by keys, it sets the column's width. */

const KEY = "rdit.column";
/** In percent of the width of the page. */
const DEFAULT_WIDTH = 46;
const [MIN_WIDTH, MAX_WIDTH, STEP] = [25, 70, 2];

/** How wide the column is to be, in percent; the page remembers it for all its editors. */
function width(): number {
  const kept = Number(localStorage.getItem(KEY) ?? DEFAULT_WIDTH);
  return Number.isFinite(kept) ? Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, kept)) : DEFAULT_WIDTH;
}

function apply(percent: number): void {
  document.documentElement.style.setProperty("--column-share", String(percent / 100));
}

/** The line, to be put into a column within *editor*; *moved* is called when the column has another width. */
export function divider(editor: HTMLElement, moved: () => void): HTMLElement {
  const dom = document.createElement("div");
  dom.className = "rdit-divider";
  dom.tabIndex = 0;
  dom.title = "Drag to give outputs more or less room; a double click gives them their usual room";
  dom.setAttribute("role", "separator");
  dom.setAttribute("aria-orientation", "vertical");
  dom.setAttribute("aria-label", "Width of the outputs");
  dom.setAttribute("aria-valuemin", String(MIN_WIDTH));
  dom.setAttribute("aria-valuemax", String(MAX_WIDTH));
  const show = (percent: number) => {
    apply(percent);
    dom.setAttribute("aria-valuenow", String(Math.round(percent)));
  };
  const set = (percent: number) => {
    localStorage.setItem(KEY, String(Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, percent))));
    show(width());
    moved();
  };
  show(width());
  dom.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    dom.setPointerCapture(event.pointerId);
  });
  dom.addEventListener("pointermove", (event) => {
    if (!dom.hasPointerCapture(event.pointerId)) return;
    const left = editor.querySelector(".cm-gutters")?.getBoundingClientRect().left ?? 0;
    const right = dom.parentElement?.getBoundingClientRect().right ?? 0;
    if (right > left) set(((right - event.clientX) / (right - left)) * 100);
  });
  dom.addEventListener("dblclick", () => set(DEFAULT_WIDTH));
  dom.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: STEP, ArrowRight: -STEP }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    set(width() + step);
  });
  return dom;
}
