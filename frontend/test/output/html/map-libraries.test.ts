import { describe, expect, test } from "vitest";
import { withOwnLibraries } from "../../../src/output/html/map-libraries";

const LEAFLET = '<script src="https://cdn.jsdelivr.net/npm/leaflet@1.9.3/dist/leaflet.js"></script>';
const RULES = '<link rel="stylesheet" href="https://cdn.jsdelivr.net/npm/leaflet@1.9.3/dist/leaflet.css"/>';
const BOOTSTRAP =
  '<script src="https://cdn.jsdelivr.net/npm/bootstrap@5.2.2/dist/js/bootstrap.bundle.min.js"></script>';
const SYMBOLS =
  '<link rel="stylesheet" href="https://cdn.jsdelivr.net/npm/@fortawesome/fontawesome-free@6.2.0/css/all.min.css"/>';
const PLUGIN = '<script src="https://cdn.jsdelivr.net/npm/leaflet.heat@0.2.0/dist/leaflet-heat.js"></script>';
const JQUERY = '<script src="https://code.jquery.com/jquery-3.7.1.min.js"></script>';

/** The addresses that *html* would load from. */
const loaded = (html: string) =>
  Array.from(
    html.matchAll(/<(?:script src|link rel="stylesheet" href)="([^"]+)"/g),
    ([, address]) => address,
  );

describe("the document of a map", () => {
  test("has what draws it within, and loads nothing", () => {
    const html = withOwnLibraries(`${LEAFLET}${JQUERY}${RULES}${BOOTSTRAP}${SYMBOLS}<div id="map"></div>`);
    expect(loaded(html)).toEqual([]);
    expect(html.includes("L.Icon.Default.mergeOptions")).toBe(true);
    expect(html.endsWith(`<div id="map"></div>`)).toBe(true);
  });

  test("keeps what decorates it where something uses it", () => {
    const popup = '<i class="fa fa-home"></i><table class="table"></table>';
    expect(loaded(withOwnLibraries(`${LEAFLET}${BOOTSTRAP}${SYMBOLS}${popup}`))).toHaveLength(2);
  });

  test("keeps what rdit has no copy of", () => {
    expect(loaded(withOwnLibraries(LEAFLET + PLUGIN))).toEqual([
      "https://cdn.jsdelivr.net/npm/leaflet.heat@0.2.0/dist/leaflet-heat.js",
    ]);
  });

  test("no script of its own ends before its end", () => {
    const html = withOwnLibraries(LEAFLET + JQUERY);
    expect(html.match(/<\/script>/gi)).toHaveLength(2);
  });
});
