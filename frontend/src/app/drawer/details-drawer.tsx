/** The right drawer: what there is to say of what is open. */
import { useEffect, useMemo } from "preact/hooks";
import { ReferenceList } from "../../language/navigation/reference-list";
import { ProblemList } from "../../language/problems/problem-list";
import { Close } from "../../ui/icons";
import { storedSignal } from "../../ui/stored";
import type { Detail, DetailsProps } from "./details";
import { DrawerTabs } from "./drawer-tabs";
import "./drawer.css";
import "./details.css";

/** Its width is remembered; in pixels. */
const [USUAL_WIDTH, MIN_WIDTH, MAX_WIDTH] = [320, 220, 720];

const LABELS: Record<Detail, string> = { problems: "Problems", references: "Used in" };

export function DetailsDrawer({ tabs, details }: DetailsProps) {
  const width = useMemo(() => storedSignal(window.localStorage, "rdit.details", USUAL_WIDTH), []);
  const pane = tabs.active.value?.pane.value;
  const { language, editor } = pane ?? {};
  const references = language?.findings.references.value;
  const counts: Record<Detail, number> = {
    problems: language?.findings.problems.value.length ?? 0,
    references: references?.files.reduce((sum, { places }) => sum + places.length, 0) ?? 0,
  };
  // What has nothing to say has no entry.
  const entries = (["problems", "references"] as const).filter((one) => counts[one] > 0);
  const shown = entries.find((one) => one === details.value) ?? entries[0];
  // What a script has to say no more does not come back while one types; another kind of file only hides it.
  useEffect(() => {
    if (!shown && language) details.value = null;
  }, [shown, language, details]);
  // Who opens it wants to choose from it.
  useEffect(() => document.querySelector<HTMLElement>(".details .finding")?.focus(), [shown, references]);
  if (!language || !editor || !shown) return null;
  const shut = () => {
    details.value = null;
    tabs.focus();
  };
  // On a narrow page it lies over the text.
  const went = () => {
    if (window.matchMedia("(max-width: 700px)").matches) details.value = null;
  };
  return (
    <aside
      class="details"
      aria-label="What there is to say of it"
      style={{ "--details-width": `${width.value}px` }}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.defaultPrevented) return;
        event.preventDefault();
        shut();
      }}
    >
      <Edge width={width} />
      <div class="details-head">
        <DrawerTabs
          id="details"
          label="Details"
          entries={entries.map((name) => [name, <Words key={name} name={name} count={counts[name]} />])}
          shown={shown}
          choose={(name) => {
            details.value = name;
          }}
        />
        <button type="button" class="details-close" aria-label="Shut the drawer" onClick={shut}>
          <Close />
        </button>
      </div>
      <div
        id="details-content"
        class="details-content"
        role="tabpanel"
        aria-labelledby={`details-tab-${shown}`}
      >
        {shown === "problems" ? (
          <ProblemList problems={language.findings.problems} view={editor} went={went} />
        ) : (
          <ReferenceList
            references={language.findings.references}
            go={(place) => {
              language.goTo(place);
              went();
            }}
          />
        )}
      </div>
    </aside>
  );
}

function Words({ name, count }: { name: Detail; count: number }) {
  return (
    <>
      {LABELS[name]} <span class="details-count">{count}</span>
    </>
  );
}

/** The edge by which it is made wider or narrower. */
function Edge({ width }: { width: { value: number } }) {
  const set = (wanted: number) => {
    width.value = Math.round(Math.max(MIN_WIDTH, Math.min(wanted, MAX_WIDTH)));
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule does not take the focus
    <div
      class="details-edge"
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label="Width of the drawer"
      aria-valuenow={width.value}
      aria-valuemin={MIN_WIDTH}
      aria-valuemax={MAX_WIDTH}
      onPointerDown={(event) => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) set(window.innerWidth - event.clientX);
      }}
      onKeyDown={(event) => {
        const step = { ArrowLeft: 16, ArrowRight: -16 }[event.key];
        if (step === undefined) return;
        event.preventDefault();
        set(width.value + step);
      }}
    />
  );
}
