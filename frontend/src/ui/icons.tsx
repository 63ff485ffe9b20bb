import type { ComponentChildren } from "preact";

/** A drawing on a grid of 16: *path* as a line, and *children*. */
export function Icon({ path, children }: { path?: string; children?: ComponentChildren }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      {path && <path d={path} class="stroke" />}
      {children}
    </svg>
  );
}

export const Run = () => (
  <Icon>
    <path d="M4.5 2.8v10.4L13 8z" fill="currentColor" />
  </Icon>
);
export const RunAll = () => (
  <Icon>
    <path d="M2 3.2v9.6L8.4 8zM8.6 3.2v9.6L15 8z" fill="currentColor" />
  </Icon>
);
export const Stop = () => (
  <Icon>
    <rect x="3.5" y="3.5" width="9" height="9" rx="1.5" fill="currentColor" />
  </Icon>
);
export const Follow = () => <Icon path="M13.2 8.4A5.2 5.2 0 1 1 11.4 4M13.6 1.8v3.4h-3.4" />;
export const Save = () => <Icon path="M8 2.2v7.6M4.8 6.8 8 10l3.2-3.2M2.8 13.3h10.4" />;
export const Close = () => <Icon path="m4 4 8 8M12 4l-8 8" />;
export const Files = () => <Icon path="M1.8 3.2h4.4l1.4 1.6h6.6v8H1.8z" />;
export const Search = () => <Icon path="M7 2.6a4.4 4.4 0 1 1 0 8.8 4.4 4.4 0 0 1 0-8.8M10.2 10.2l3.4 3.4" />;
export const More = () => <Icon path="m4.5 6.5 3.5 3.5 3.5-3.5" />;
export const Dots = () => (
  <Icon>
    <circle cx="3.2" cy="8" r="1.4" fill="currentColor" />
    <circle cx="8" cy="8" r="1.4" fill="currentColor" />
    <circle cx="12.8" cy="8" r="1.4" fill="currentColor" />
  </Icon>
);
