/** What every figure holds: plain values, so that a figure can be kept, compared and sent between threads. */
interface FigureBase {
  /** The heading above the picture, when there is one. */
  readonly title?: string;
  /** What the picture shows, in words: the accessible description of the SVG and of the HTML page. */
  readonly description: string;
}

/** What the two sides of a heatmap are called. */
export interface HeatmapAxes {
  readonly across: string;
  readonly down: string;
}

/** A heatmap of attention weights, made by `heatmap`; its tokens are ready to be shown. */
export interface HeatmapFigure extends FigureBase {
  readonly kind: "heatmap";
  /** `[target, source]`, each in [0, 1]. */
  readonly weights: readonly (readonly number[])[];
  readonly source: readonly string[];
  readonly target: readonly string[];
  readonly axes: HeatmapAxes;
  readonly reference?: readonly string[];
  readonly colorLabel: string;
  /** The weight that gets the last colour of the scale. */
  readonly colorMax: number;
}

/** Weights with a name: a head, a layer, a model. */
export interface NamedWeights {
  readonly label: string;
  readonly weights: readonly (readonly number[])[];
}

/** Heatmaps over the same tokens on one colour scale, made by `heatmapGrid`. */
export interface HeatmapGridFigure extends FigureBase {
  readonly kind: "heatmap-grid";
  /** In reading order; the weights of each are `[target, source]`, in [0, 1]. */
  readonly maps: readonly NamedWeights[];
  readonly source: readonly string[];
  readonly target: readonly string[];
  readonly axes: HeatmapAxes;
  readonly colorLabel: string;
  /** The weight that gets the last colour of the scale. */
  readonly colorMax: number;
  /** Width of the picture in pixels of the SVG; a map that is wider alone makes it wider. */
  readonly width: number;
  /** Maps side by side, where that was asked for. */
  readonly perRow?: number;
}

/** How numbers are written: as they are, or a share of 1 as a percentage. */
export type NumberFormat = "number" | "percent";

/** A vertical line across a curve figure that marks a value of x. */
export interface Rule {
  readonly x: number;
  readonly label: string;
}

/** One point of a curve. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** One named line of a curve figure. */
export interface Series {
  readonly name: string;
  readonly points: readonly Point[];
}

/** A figure of one or more lines, made by `curve`. */
export interface CurveFigure extends FigureBase {
  readonly kind: "curve";
  readonly series: readonly Series[];
  readonly xLabel: string;
  readonly yLabel: string;
  readonly yScale: "linear" | "log";
  readonly yFormat: NumberFormat;
  /** Limits of the vertical axis, where they were given. */
  readonly yDomain?: readonly [low: number, high: number];
  readonly rules: readonly Rule[];
}

/** A table of numbers as coloured cells, made by `matrix`. */
export interface MatrixFigure extends FigureBase {
  readonly kind: "matrix";
  /** `[rows, columns]`; null where there is no value. */
  readonly values: readonly (readonly (number | null)[])[];
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly rowLabel: string;
  readonly columnLabel: string;
  readonly valueLabel: string;
  readonly valueFormat: NumberFormat;
  readonly digits: number;
  /** The values that get the first and the last colour of the scale. */
  readonly colorDomain: readonly [low: number, high: number];
}

/** Bars in groups, made by `bars`. */
export interface BarsFigure extends FigureBase {
  readonly kind: "bars";
  readonly groups: readonly string[];
  /** A value for each group; null where there is none. */
  readonly series: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
  readonly groupLabel: string;
  readonly valueLabel: string;
  readonly valueFormat: NumberFormat;
  readonly digits: number;
  /** The value at the end of the axis. */
  readonly valueMax: number;
}

/** A node of a tree. */
export interface TreeNode {
  readonly label: string;
  /** What stands below the label; may be empty. */
  readonly note: string;
  /** Index of the parent; -1 for a child of the root. */
  readonly parent: number;
  /** Whether it is on the highlighted path. */
  readonly chosen: boolean;
}

/** A tree from left to right, made by `tree`. */
export interface TreeFigure extends FigureBase {
  readonly kind: "tree";
  readonly root: string;
  /** Each after its parent. */
  readonly nodes: readonly TreeNode[];
}

/** A picture before it is drawn: give it to `toSvg`, `toPng`, `toHtml`, `toTerminal` or `saveFigure`. */
export type Figure = HeatmapFigure | HeatmapGridFigure | CurveFigure | MatrixFigure | BarsFigure | TreeFigure;
