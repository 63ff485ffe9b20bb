/** *path* on a grid of 16, as a line or filled. */
export function Icon({ path, filled = false }: { path: string; filled?: boolean }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={path} {...(filled ? { fill: "currentColor" } : { class: "stroke" })} />
    </svg>
  );
}

export const Run = () => <Icon path="M4.5 2.8v10.4L13 8z" filled />;
export const RunAll = () => <Icon path="M2 3.2v9.6L8.4 8zM8.6 3.2v9.6L15 8z" filled />;
export const Stop = () => (
  <Icon
    path="M5 3.5h6A1.5 1.5 0 0 1 12.5 5v6a1.5 1.5 0 0 1-1.5 1.5H5A1.5 1.5 0 0 1 3.5 11V5A1.5 1.5 0 0 1 5 3.5z"
    filled
  />
);
export const Reset = () => <Icon path="M12.6 5.2A5.4 5.4 0 1 0 13.4 8M13.2 2.2v3.4H9.8" />;
export const Save = () => <Icon path="M8 2.2v7.6M4.8 6.8 8 10l3.2-3.2M2.8 13.3h10.4" />;
export const Close = () => <Icon path="m4 4 8 8M12 4l-8 8" />;
export const Files = () => <Icon path="M1.8 3.2h4.4l1.4 1.6h6.6v8H1.8z" />;
