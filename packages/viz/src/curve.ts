import type { CurveFigure, NumberFormat, Rule, Series } from "./figure.js";
import { FigureError } from "./figure-error.js";
import { formatShort } from "./format-number.js";
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
  /** "percent" writes shares of 1 as percentages: 0.5 as 50%. */
  readonly yFormat?: NumberFormat;
  /** Limits of the vertical axis, [0, 1] for accuracies that should compare between pictures; the data's by default. */
  readonly yDomain?: readonly [low: number, high: number];
  /** Vertical lines with labels: the longest length trained on, the epoch that was kept. */
  readonly rules?: readonly Rule[];
}

/**
 * Lines over a common horizontal axis: training and validation loss by epoch, accuracy by source length.
 *
 * @throws FigureError when there is no series or more than seven, when a series has no point or shares its name, when a
 *   coordinate is not finite, when a y is not above 0 on a log scale, or when a point lies outside `yDomain`.
 * @example
 * const figure = curve({
 *   series: [{ name: "train", points: [{ x: 1, y: 2.1 }, { x: 2, y: 0.7 }] }],
 *   xLabel: "epoch",
 *   yLabel: "loss (nats per token)",
 * });
 * await saveFigure(figure, "loss.png");
 */
export function curve(options: CurveOptions): CurveFigure {
  const { title, yScale = "linear", yFormat = "number", yDomain, rules = [] } = options;
  const series = readSeries(options.series, yScale);
  if (yDomain !== undefined) checkDomain(yDomain, series, yScale);
  const content = {
    series,
    xLabel: displayText(options.xLabel),
    yLabel: displayText(options.yLabel),
    yScale,
    yFormat,
    rules: rules.map(readRule),
    ...(yDomain === undefined ? {} : { yDomain: [...yDomain] as const }),
    ...(title === undefined ? {} : { title: displayText(title) }),
  };
  const ends = series.map(({ name, points }) => {
    const [first, last] = [points[0]!, points.at(-1)!];
    const [x, y] = [
      (value: number) => formatShort(value, "number", 4),
      (value: number) => formatShort(value, yFormat, 4),
    ];
    return `${name} from ${y(first.y)} at ${x(first.x)} to ${y(last.y)} at ${x(last.x)}`;
  });
  const marked = content.rules.map(({ x, label }) => ` ${label}: ${formatShort(x, "number", 4)}.`);
  const description = `Line chart of ${content.yLabel} by ${content.xLabel}: ${ends.join("; ")}.${marked.join("")}`;
  return { kind: "curve", ...content, description };
}

function readRule({ x, label }: Rule): Rule {
  if (!Number.isFinite(x)) throw new FigureError(`curve: rule "${label}": expected a finite x, got ${x}.`);
  return { x, label: displayText(label) };
}

function checkDomain([low, high]: readonly [number, number], series: readonly Series[], yScale: "linear" | "log") {
  if (!(Number.isFinite(low) && Number.isFinite(high) && low < high)) {
    throw new FigureError(`curve: yDomain must be two finite numbers, the lower first, got [${low}, ${high}].`);
  }
  if (yScale === "log" && low <= 0) {
    throw new FigureError(`curve: yDomain [${low}, ${high}]: a log scale needs limits above 0; use yScale "linear".`);
  }
  for (const { name, points } of series) {
    const outside = points.find(({ y }) => y < low || y > high);
    if (outside !== undefined) {
      throw new FigureError(
        `curve: series "${name}": expected every y in yDomain [${low}, ${high}], got ${outside.y} at x = ${outside.x}.`,
      );
    }
  }
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
