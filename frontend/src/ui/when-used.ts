import { whenIdle } from "./when-idle";

const SIGNS = ["keydown", "pointerdown"] as const;

/** Do *act* once a person has pressed something and the page has nothing else to do; what is returned calls it off. */
export function whenUsed(act: () => void): () => void {
  const stop = () => {
    for (const sign of SIGNS) window.removeEventListener(sign, used, true);
  };
  const used = () => {
    stop();
    whenIdle(act);
  };
  for (const sign of SIGNS) window.addEventListener(sign, used, { capture: true, passive: true });
  return stop;
}
