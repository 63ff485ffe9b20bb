/**
 * HTML and Markdown that mean harm: what runs scripts, loads from elsewhere, submits, navigates, overlays the page, or
 * turns into such when it is parsed a second time (mutation XSS, after Heiderich et al., "mXSS Attacks", and later
 * finds). `HIT()` reports success where the samples are tried in a real browser (tests/browser).
 */
import samples from "./hostile.json";

export const hostile: [string, string][] = Object.entries(samples.html);
export const hostileMarkdown: [string, string][] = Object.entries(samples.markdown);
