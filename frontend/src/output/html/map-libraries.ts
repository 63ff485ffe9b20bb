/**
 * The libraries of folium's maps, in rdit's own copies: a map needs the network for its tiles alone.
 *
 * A map is a document that takes Leaflet and its companions from several addresses. Those that draw are put into the
 * document; those that only decorate are left out unless something in the document can use them.
 */
import jquery from "jquery/dist/jquery.min.js?raw";
import layers from "leaflet/dist/images/layers.png?inline";
import layers2x from "leaflet/dist/images/layers-2x.png?inline";
import marker from "leaflet/dist/images/marker-icon.png?inline";
import marker2x from "leaflet/dist/images/marker-icon-2x.png?inline";
import shadow from "leaflet/dist/images/marker-shadow.png?inline";
import leafletRules from "leaflet/dist/leaflet.css?raw";
import leaflet from "leaflet/dist/leaflet.js?raw";
import markersShadow from "leaflet.awesome-markers/dist/images/markers-shadow.png?inline";
import markersSoft from "leaflet.awesome-markers/dist/images/markers-soft.png?inline";
import markersRules from "leaflet.awesome-markers/dist/leaflet.awesome-markers.css?raw";
import markers from "leaflet.awesome-markers/dist/leaflet.awesome-markers.min.js?raw";

/** Leaflet looks for its pictures beside its style sheet, which here has no address. */
const pictures = `delete L.Icon.Default.prototype._getIconUrl;
L.Icon.Default.mergeOptions(${JSON.stringify({ iconUrl: marker, iconRetinaUrl: marker2x, shadowUrl: shadow })});`;

/** *rules* with what lies in `images/` put in; what is not given is left out. */
function withImages(rules: string, images: Record<string, string>): string {
  return rules.replaceAll(/url\((['"]?)images\/([^'")]+)\1\)/g, (_, _quote, name: string) =>
    name in images ? `url(${images[name]})` : "none",
  );
}

const SCRIPTS: readonly (readonly [RegExp, string])[] = [
  [/\/leaflet@1[\d.]*\/dist\/leaflet\.js$/, `${leaflet}\n${pictures}`],
  [/\/jquery-3[\d.]*(?:\.slim)?\.min\.js$/, jquery],
  [/\/leaflet\.awesome-markers\.js$/, markers],
];
const RULES: readonly (readonly [RegExp, string])[] = [
  [
    /\/leaflet@1[\d.]*\/dist\/leaflet\.css$/,
    withImages(leafletRules, { "layers.png": layers, "layers-2x.png": layers2x, "marker-icon.png": marker }),
  ],
  [
    /\/leaflet\.awesome-markers\.css$/,
    // For dense screens the same pictures: the larger ones weigh more than all else together.
    withImages(markersRules, {
      "markers-soft.png": markersSoft,
      "markers-shadow.png": markersShadow,
      "markers-soft@2x.png": markersSoft,
      "markers-shadow@2x.png": markersShadow,
    }),
  ],
];

/** What decorates, and what in a document can use it. */
const DECORATION: readonly (readonly [RegExp, RegExp])[] = [
  [
    /\/bootstrap(?:@|\/|\.)/,
    /data-bs-|class=\\?["'][^"']*\b(?:btn|table|card|badge|alert|row|col|list-group)\b/,
  ],
  [/font-?awesome|glyphicons|leaflet\.awesome\.rotate/, /AwesomeMarkers\.icon|\bglyphicon\b|\bfa[srb]? fa-/],
];

const SCRIPT = /<script\s+src="([^"]+)"\s*><\/script>/g;
const LINK = /<link\s+rel="stylesheet"\s+href="([^"]+)"\s*\/?>/g;

/** The document *html* of a map, such that it is drawn without a network. */
export function withOwnLibraries(html: string): string {
  const rest = html.replaceAll(SCRIPT, "").replaceAll(LINK, "");
  const isIdle = (address: string) =>
    DECORATION.some(([what, user]) => what.test(address) && !user.test(rest));
  return html
    .replaceAll(SCRIPT, (tag, address: string) => {
      const own = SCRIPTS.find(([pattern]) => pattern.test(address));
      if (own) return `<script>${own[1].replaceAll(/<\/(?=script)/gi, "<\\/")}</script>`;
      return isIdle(address) ? "" : tag;
    })
    .replaceAll(LINK, (tag, address: string) => {
      const own = RULES.find(([pattern]) => pattern.test(address));
      if (own) return `<style>${own[1]}</style>`;
      return isIdle(address) ? "" : tag;
    });
}
