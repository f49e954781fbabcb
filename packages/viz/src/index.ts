export { type BarSeries, type BarsOptions, bars } from "./bars.js";
export { type CurveOptions, curve } from "./curve.js";
export type {
  BarsFigure,
  CurveFigure,
  Figure,
  HeatmapAxes,
  HeatmapFigure,
  HeatmapGridFigure,
  MatrixFigure,
  NamedWeights,
  NumberFormat,
  Point,
  Rule,
  Series,
  TreeFigure,
  TreeNode,
} from "./figure.js";
export { FigureError } from "./figure-error.js";
export { heatmap } from "./heatmap.js";
export type { HeatmapOptions } from "./heatmap-content.js";
export { type HeatmapGridOptions, heatmapGrid, type NamedMap } from "./heatmap-grid.js";
export { type MatrixOptions, matrix } from "./matrix.js";
export { type AttentionAnimationOptions, attentionAnimation } from "./pages/attention-animation.js";
export { type AttentionExplorerOptions, type AttentionMap, attentionExplorer } from "./pages/attention-explorer.js";
export type { AnimationPage, AttentionName, ExplorerMap, ExplorerPage, HtmlOptions, Page } from "./pages/page.js";
export {
  type ReportBlock,
  type ReportCell,
  type ReportColumn,
  type ReportOptions,
  type ReportPage,
  type ReportSection,
  type ReportTable,
  report,
} from "./pages/report.js";
export type { LookOptions, ThemeName } from "./style.js";
export { toHtml } from "./to-html.js";
export { type PngOptions, toPng, type WasmFile } from "./to-png.js";
export { toSvg } from "./to-svg.js";
export { type TerminalOptions, toTerminal } from "./to-terminal.js";
export { type TreeNodeOptions, type TreeOptions, tree } from "./tree.js";
