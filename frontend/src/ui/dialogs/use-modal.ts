import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

/** For the dialog of a component: it is modal while the component is there, and then the focus goes back to where it was. */
export function useModal(): RefObject<HTMLDialogElement | null> {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    // A dialog that is taken away while it is open leaves the focus nowhere.
    return () => shown?.close();
  }, []);
  return dialog;
}
