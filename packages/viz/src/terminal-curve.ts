import type { CurveFigure, Point } from "./figure.js";
import { formatShort } from "./format-number.js";
import { SERIES_COLORS } from "./style.js";
import { columns, paint } from "./terminal-text.js";
import { truncate, wrap } from "./text.js";

const ROWS = 15; // odd: the tick in the middle is half-way between the limits
const MARKS = ["•", "o", "+", "x", "*", "#", "@"] as const;

/** The lines of a curve in a terminal: one mark a column for each series, over a vertical axis with its limits. */
export function terminalCurve(figure: CurveFigure, color: boolean, width: number): string[] {
  const { series, xLabel, yLabel, yScale, yFormat, yDomain, rules, title } = figure;
  const height = (y: number) => (yScale === "log" ? Math.log10(y) : y);
  const all = series.flatMap(({ points }) => points);
  const [xLow, xHigh] = extent([...all, ...rules].map(({ x }) => x));
  const [yLow, yHigh] = extent((yDomain ?? all.map(({ y }) => y)).map(height));
  const value = (h: number) => formatShort(yScale === "log" ? 10 ** h : h, yFormat, 3);
  const tickOf = (row: number) => value(yHigh - (row / (ROWS - 1)) * (yHigh - yLow));
  const ticked = new Set([0, Math.round((ROWS - 1) / 2), ROWS - 1]);
  const tickWidth = Math.max(...[...ticked].map((row) => tickOf(row).length));
  const plotWidth = width - tickWidth - 3;

  const mark = (k: number) => (color ? paint("●", SERIES_COLORS[k]!) : MARKS[k]!);
  const grid = Array.from({ length: ROWS }, () => new Array<string>(plotWidth).fill(" "));
  for (const { x } of rules) {
    const column = xHigh === xLow ? 0 : Math.round(((x - xLow) / (xHigh - xLow)) * (plotWidth - 1));
    for (const row of grid) row[column] = "┊";
  }
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
  const [left, right] = [formatShort(xLow, "number", 3), formatShort(xHigh, "number", 3)];
  const name = truncate(xLabel, plotWidth - left.length - right.length - 2, columns);
  const free = plotWidth - left.length - right.length - columns(name);
  lines.push(`${" ".repeat(tickWidth + 1)}└${"─".repeat(plotWidth)}`);
  lines.push(
    `${" ".repeat(tickWidth + 2)}${left}${" ".repeat(free >> 1)}${name}${" ".repeat(free - (free >> 1))}${right}`,
  );
  lines.push("", ...series.map((one, k) => `${mark(k)} ${truncate(one.name, width - 2, columns)}`));
  lines.push(...rules.map(({ x, label }) => truncate(`┊ ${label} (${formatShort(x, "number", 3)})`, width, columns)));
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
