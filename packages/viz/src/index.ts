export { type CurveOptions, curve } from "./curve.js";
export type { CurveFigure, Figure, HeatmapFigure, Point, Series } from "./figure.js";
export { FigureError } from "./figure-error.js";
export { type HeatmapOptions, heatmap } from "./heatmap.js";
export { saveFigure } from "./save-figure.js";
export { type HtmlOptions, toHtml } from "./to-html.js";
export { type PngOptions, toPng } from "./to-png.js";
export { toSvg } from "./to-svg.js";
export { type TerminalOptions, toTerminal } from "./to-terminal.js";
