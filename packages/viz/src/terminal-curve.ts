import { paint } from "./ansi.js";
import type { CurveFigure, Point } from "./figure.js";
import { SERIES_COLORS } from "./style.js";
import { columns, truncate, wrap } from "./text.js";

const ROWS = 14;
const MARKS = ["•", "o", "+", "x", "*", "#", "@"] as const;

/** The lines of a curve in a terminal: one mark a column for each series, over a vertical axis with its limits. */
export function terminalCurve(figure: CurveFigure, color: boolean, width: number): string[] {
  const { series, xLabel, yLabel, yScale, title } = figure;
  const height = (y: number) => (yScale === "log" ? Math.log10(y) : y);
  const all = series.flatMap(({ points }) => points);
  const [xLow, xHigh] = extent(all.map(({ x }) => x));
  const [yLow, yHigh] = extent(all.map(({ y }) => height(y)));
  const value = (h: number) => format(yScale === "log" ? 10 ** h : h);
  const tickOf = (row: number) => value(yHigh - (row / (ROWS - 1)) * (yHigh - yLow));
  const ticked = new Set([0, Math.round((ROWS - 1) / 2), ROWS - 1]);
  const tickWidth = Math.max(...[...ticked].map((row) => tickOf(row).length));
  const plotWidth = width - tickWidth - 3;

  const mark = (k: number) => (color ? paint("●", SERIES_COLORS[k]!) : MARKS[k]!);
  const grid = Array.from({ length: ROWS }, () => new Array<string>(plotWidth).fill(" "));
  series.forEach(({ points }, k) => {
    for (let column = 0; column < plotWidth; column++) {
      const x = xLow + (column / (plotWidth - 1)) * (xHigh - xLow);
      const y = interpolate(points, x, height, (xHigh - xLow) / (plotWidth - 1) / 2);
      if (y === undefined) continue;
      const share = yHigh === yLow ? 0.5 : (yHigh - y) / (yHigh - yLow);
      grid[Math.round(share * (ROWS - 1))]![column] = mark(k);
    }
  });

  const lines = title === undefined ? [] : [...wrap(title, width, columns), ""];
  lines.push(truncate(yLabel, width, columns));
  grid.forEach((row, i) => {
    lines.push(`${(ticked.has(i) ? tickOf(i) : "").padStart(tickWidth)} ${ticked.has(i) ? "┤" : "│"}${row.join("")}`);
  });
  const [left, right] = [format(xLow), format(xHigh)];
  const name = truncate(xLabel, plotWidth - left.length - right.length - 2, columns);
  const free = plotWidth - left.length - right.length - columns(name);
  lines.push(`${" ".repeat(tickWidth + 1)}└${"─".repeat(plotWidth)}`);
  lines.push(
    `${" ".repeat(tickWidth + 2)}${left}${" ".repeat(free >> 1)}${name}${" ".repeat(free - (free >> 1))}${right}`,
  );
  lines.push("", ...series.map((one, k) => `${mark(k)} ${truncate(one.name, width - 2, columns)}`));
  return lines;
}

/** Height of a line at x, between its points; a point within half a column counts as being there. */
function interpolate(points: readonly Point[], x: number, height: (y: number) => number, reach: number) {
  const after = points.findIndex((point) => point.x >= x);
  const right = points[after];
  const left = after === -1 ? points.at(-1) : points[after - 1];
  if (left !== undefined && right !== undefined && right.x > left.x) {
    const share = (x - left.x) / (right.x - left.x);
    return height(left.y) + share * (height(right.y) - height(left.y));
  }
  const near = right ?? left;
  return near !== undefined && Math.abs(near.x - x) <= reach ? height(near.y) : undefined;
}

function extent(values: readonly number[]): [low: number, high: number] {
  return values.reduce<[number, number]>(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
}

function format(value: number): string {
  return String(Number(value.toPrecision(3)));
}
