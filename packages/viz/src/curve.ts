import { curveSpec } from "./curve-spec.js";
import type { CurveFigure, Series } from "./figure.js";
import { FigureError } from "./figure-error.js";
import { SERIES_COLORS } from "./style.js";
import { displayText } from "./text.js";

/** What `curve` draws. */
export interface CurveOptions {
  /** One to seven lines, each with a name of its own and at least one point. */
  readonly series: readonly Series[];
  /** Title of the horizontal axis, with its unit. */
  readonly xLabel: string;
  /** Title of the vertical axis, with its unit. */
  readonly yLabel: string;
  /** Heading. */
  readonly title?: string;
  /** "linear" by default; "log" needs every y above 0. */
  readonly yScale?: "linear" | "log";
}

/**
 * Lines over a common horizontal axis: training and validation loss by epoch, accuracy by source length.
 *
 * @throws FigureError when there is no series or more than seven, when a series has no point or shares its name, when a
 *   coordinate is not finite, or when a y is not above 0 on a log scale.
 * @example
 * const figure = curve({
 *   series: [{ name: "train", points: [{ x: 1, y: 2.1 }, { x: 2, y: 0.7 }] }],
 *   xLabel: "epoch",
 *   yLabel: "loss (nats per token)",
 * });
 * await saveFigure(figure, "loss.png");
 */
export function curve(options: CurveOptions): CurveFigure {
  const { title, yScale = "linear" } = options;
  const series = readSeries(options.series, yScale);
  const content = {
    series,
    xLabel: displayText(options.xLabel),
    yLabel: displayText(options.yLabel),
    yScale,
    ...(title === undefined ? {} : { title: displayText(title) }),
  };
  const ends = series.map(({ name, points }) => {
    const [first, last] = [points[0]!, points.at(-1)!];
    return `${name} from ${format(first.y)} at ${format(first.x)} to ${format(last.y)} at ${format(last.x)}`;
  });
  const description = `Line chart of ${content.yLabel} by ${content.xLabel}: ${ends.join("; ")}.`;
  return { kind: "curve", ...content, description, spec: curveSpec(content) };
}

/** A number as short as four digits allow. */
function format(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function readSeries(series: readonly Series[], yScale: "linear" | "log"): Series[] {
  if (series.length === 0 || series.length > SERIES_COLORS.length) {
    throw new FigureError(
      `curve: expected 1 to ${SERIES_COLORS.length} series, got ${series.length}; more lines than that cannot be told apart.`,
    );
  }
  const names = new Set<string>();
  return series.map(({ name, points }) => {
    if (names.has(name))
      throw new FigureError(`curve: expected a name of its own for each series, got "${name}" twice.`);
    names.add(name);
    if (points.length === 0) throw new FigureError(`curve: series "${name}": expected at least one point, got none.`);
    points.forEach(({ x, y }, i) => {
      if (!Number.isFinite(x) || !Number.isFinite(y)) {
        throw new FigureError(`curve: series "${name}", point ${i}: expected finite numbers, got x = ${x}, y = ${y}.`);
      }
      if (yScale === "log" && y <= 0) {
        throw new FigureError(
          `curve: series "${name}", point ${i}: a log scale needs y above 0, got ${y}; use yScale "linear".`,
        );
      }
    });
    return { name: displayText(name), points: points.map(({ x, y }) => ({ x, y })).sort((a, b) => a.x - b.x) };
  });
}
