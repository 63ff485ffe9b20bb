import type { ComponentChildren } from "preact";

function Icon({ children }: { children: ComponentChildren }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
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
export const Reset = () => (
  <Icon>
    <path d="M12.6 5.2A5.4 5.4 0 1 0 13.4 8" class="stroke" />
    <path d="M13.2 2.2v3.4H9.8" class="stroke" />
  </Icon>
);
export const Save = () => (
  <Icon>
    <path d="M8 2.2v7.6M4.8 6.8 8 10l3.2-3.2M2.8 13.3h10.4" class="stroke" />
  </Icon>
);
export const Close = () => (
  <Icon>
    <path d="m4 4 8 8M12 4l-8 8" class="stroke" />
  </Icon>
);
export const Files = () => (
  <Icon>
    <path d="M1.8 3.2h4.4l1.4 1.6h6.6v8H1.8z" class="stroke" />
  </Icon>
);
