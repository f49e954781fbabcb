import type { Figure } from "./figure.js";
import { figureSpec } from "./figure-spec.js";
import { type Look, type LookOptions, lookOf } from "./style.js";
import { escapeXml } from "./text.js";

/**
 * Draws a figure as a standalone SVG document; the same figure gives the same text.
 *
 * Text stays text, in the reader's own sans-serif font. `<title>` and `<desc>` carry the accessible name and description.
 *
 * @example
 * const svg = await toSvg(heatmap({ weights: [[1]], source: ["안녕"], target: ["hello"] }), { theme: "dark" });
 */
export async function toSvg(figure: Figure, options: LookOptions = {}): Promise<string> {
  return drawSvg(figure, lookOf(options));
}

/** Draws the SVG of a figure with a look. */
export async function drawSvg(figure: Figure, look: Look): Promise<string> {
  // Large: loaded by those who draw. By default Vega compiles expressions with `new Function`, which many pages forbid.
  const [{ parse, View, Warn }, { expressionInterpreter: expr }] = await Promise.all([
    import("vega"),
    import("vega-interpreter"),
  ]);
  const view = new View(parse(figureSpec(figure, look), undefined, { ast: true }), {
    expr,
    renderer: "none",
    logLevel: Warn,
  });
  try {
    const svg = await view.toSVG();
    const name = `<title>${escapeXml(figureName(figure))}</title><desc>${escapeXml(figure.description)}</desc>`;
    return (
      svg
        .replace(/^<svg([^>]*)>/, (_, attributes: string) => `<svg${attributes} role="img">${name}`)
        // Vega counts gradients over the life of the process; here there is one, and it is always the same.
        .replace(/id="gradient_\d+"/, 'id="heed-viridis"')
        .replace(/url\(#gradient_\d+\)/, "url(#heed-viridis)")
    );
  } finally {
    view.finalize();
  }
}

/** The accessible name of a figure: its title, or what kind of picture it is. */
export function figureName(figure: Figure): string {
  if (figure.title !== undefined) return figure.title;
  switch (figure.kind) {
    case "heatmap":
      return `Heatmap of ${figure.colorLabel}`;
    case "heatmap-grid":
      return `Heatmaps of ${figure.colorLabel}`;
    case "curve":
      return `${figure.yLabel} by ${figure.xLabel}`;
    case "matrix":
      return `${figure.valueLabel} by ${figure.rowLabel} and ${figure.columnLabel}`;
    case "bars":
      return `${figure.valueLabel} by ${figure.groupLabel}`;
    case "tree":
      return `Tree from ${figure.root}`;
  }
}
