import type { HeatmapFigure } from "./figure.js";
import { colorBarLine, drawCell, flatHeader, standingHeader } from "./terminal-cells.js";
import { columns, padStart } from "./terminal-text.js";
import { truncate, wrap } from "./text.js";

const LABEL_LIMIT = 16;
const CELL_LIMIT = 8;

/** The lines of a heatmap in a terminal. */
export function terminalHeatmap(figure: HeatmapFigure, color: boolean, width: number): string[] {
  const { title, reference, colorLabel, colorMax } = figure;
  const lines = title === undefined ? [] : [...wrap(title, width, columns), ""];
  lines.push(...terminalMap(figure, color, width), colorBarLine(colorLabel, colorMax, color));
  if (reference !== undefined) lines.push(...wrap(`reference: ${reference.join(" ")}`, width, columns));
  return lines;
}

/** The cells of a map with their labels, and an empty line; one too wide is cut into parts, one below the other. */
export function terminalMap(
  { source, target, weights, colorMax }: Pick<HeatmapFigure, "source" | "target" | "weights" | "colorMax">,
  color: boolean,
  width: number,
): string[] {
  const across = source.map((token) => truncate(token, LABEL_LIMIT, columns));
  const down = target.map((token) => truncate(token, LABEL_LIMIT, columns));
  const labelWidth = Math.max(...down.map(columns)) + 1;
  const room = width - labelWidth;

  // Labels stand beside each other where all fit; else each runs down its column.
  const widest = Math.min(CELL_LIMIT, Math.max(2, ...across.map(columns)));
  const flat = (widest + 1) * source.length <= room;
  const cell = flat ? widest + 1 : 3 * source.length <= room ? 3 : 2;
  const perPart = Math.floor(room / cell);

  const lines: string[] = [];
  for (let start = 0; start < source.length; start += perPart) {
    const end = Math.min(source.length, start + perPart);
    if (perPart < source.length) lines.push(`source ${start + 1}–${end} of ${source.length}`);
    const header = flat ? flatHeader(across, cell) : standingHeader(across.slice(start, end), cell);
    lines.push(...header.map((line) => " ".repeat(labelWidth) + line));
    weights.forEach((row, i) => {
      const cells = row.slice(start, end).map((weight) => drawCell(weight / colorMax, cell, color));
      lines.push(`${padStart(down[i]!, labelWidth - 1)} ${cells.join("")}`);
    });
    lines.push("");
  }
  return lines;
}
