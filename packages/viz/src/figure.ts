import type { Spec } from "vega";

/** What every figure holds: plain values, so that a figure can be kept, compared and sent between threads. */
interface FigureBase {
  /** The heading above the picture, when there is one. */
  readonly title?: string;
  /** What the picture shows, in words: the accessible description of the SVG and of the HTML page. */
  readonly description: string;
  /** The Vega specification that the SVG, PNG and HTML renderings draw. */
  readonly spec: Spec;
}

/** A heatmap of attention weights, made by `heatmap`; its tokens are ready to be shown. */
export interface HeatmapFigure extends FigureBase {
  readonly kind: "heatmap";
  /** `[target, source]`, each in [0, 1]. */
  readonly weights: readonly (readonly number[])[];
  readonly source: readonly string[];
  readonly target: readonly string[];
  readonly reference?: readonly string[];
  readonly colorLabel: string;
  /** The weight that gets the last colour of the scale. */
  readonly colorMax: number;
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
}

/** A picture before it is drawn: give it to `toSvg`, `toPng`, `toHtml`, `toTerminal` or `saveFigure`. */
export type Figure = HeatmapFigure | CurveFigure;
