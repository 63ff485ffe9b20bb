import { useSignal, useSignalEffect } from "@preact/signals";
import type { ComponentType } from "preact";

/** The component that *load* loads, once the signals that *isNeeded* reads say so; null until it is there. */
export function useLate<Props>(
  isNeeded: () => boolean,
  load: () => Promise<ComponentType<Props>>,
  failed: (error: unknown) => void,
): ComponentType<Props> | null {
  const loaded = useSignal<ComponentType<Props> | null>(null);
  useSignalEffect(() => {
    if (!isNeeded() || loaded.peek()) return;
    load().then((component) => {
      loaded.value = component;
    }, failed);
  });
  return loaded.value;
}
