export type { HeatmapAxes } from "./figure.js";
export { FigureError } from "./figure-error.js";
export type { HeatmapOptions } from "./heatmap-content.js";
export { type HeatmapSvgOptions, heatmapSvg } from "./heatmap-svg.js";
