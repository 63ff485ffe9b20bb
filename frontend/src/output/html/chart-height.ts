import type { OutputItem } from "../../backend/types";

/** Where the layout of a chart says how tall it is: plotly, the rule that folium's maps get, Vega-Lite, Bokeh. */
const HEIGHTS = [
  /class="plotly-graph-div" style="height:(\d+)px/,
  /html, body \{ height: (\d+)px/,
  /"config": ?\{"view": ?\{[^}]*"continuousHeight": ?(\d+)/,
  /"type":"object","name":"Figure"[^<]{0,2000}?"height":(\d+)/,
];
/** A document begins or ends with its layout, and holds the library's code of some megabytes in between. */
const SCANNED = 30_000;
const DEFAULT_HEIGHT = 450;

/** How tall (in pixels) the chart in *item* will be, which is a document of its own; null when there is none. */
export function chartHeight(item: OutputItem): number | null {
  const html = item.data?.["text/html"];
  const isOwn = (item.metadata?.["text/html"] as { isolated?: unknown } | undefined)?.isolated === true;
  if (typeof html !== "string" || !isOwn) return null;
  const scanned = html.length > 2 * SCANNED ? html.slice(0, SCANNED) + html.slice(-SCANNED) : html;
  for (const pattern of HEIGHTS) {
    const height = Number(pattern.exec(scanned)?.[1]);
    if (height > 0) return height;
  }
  return DEFAULT_HEIGHT;
}
