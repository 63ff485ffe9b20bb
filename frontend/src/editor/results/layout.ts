import { Facet } from "@codemirror/state";

/** Where outputs are: below their statements, or in a column to the right of the code. */
export type Layout = "below" | "beside";

/** The layout of an editor as it is now; on a narrow page outputs are below, whatever the person has chosen. */
export const layout = Facet.define<Layout, Layout>({ combine: ([chosen]) => chosen ?? "below" });
