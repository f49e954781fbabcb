import type { HeatmapFigure } from "./figure.js";
import { describeHeatmap, type HeatmapOptions, readHeatmap } from "./heatmap-content.js";

/**
 * A heatmap of attention weights: source tokens across, target tokens down, viridis, with a colour bar.
 *
 * @throws FigureError when there is no token, when the number of rows or the length of a row differs from the number
 *   of tokens, or when a weight is not a number in [0, 1].
 * @example
 * const figure = heatmap({ weights: [[0.9, 0.1], [0.2, 0.8]], source: ["a", "b"], target: ["a", "b"] });
 * await saveFigure(figure, "attention.svg");
 */
export function heatmap(options: HeatmapOptions): HeatmapFigure {
  const content = readHeatmap("heatmap", options);
  return { kind: "heatmap", ...content, description: describeHeatmap(content) };
}
