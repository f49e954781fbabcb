import { balancedGrid } from "./balanced-grid.js";
import type { HeatmapGridFigure } from "./figure.js";
import { colorBarLine, drawCell, standingHeader } from "./terminal-cells.js";
import { terminalMap } from "./terminal-heatmap.js";
import { columns, padEnd, padStart } from "./terminal-text.js";
import { graphemes, truncate, wrap } from "./text.js";

const LABEL_LIMIT = 12;
const GAP = 3;

/** The lines of several heatmaps: side by side as the width allows, or one after another where none fits whole. */
export function terminalHeatmapGrid(figure: HeatmapGridFigure, color: boolean, width: number): string[] {
  const { maps, source, target, title, colorLabel, colorMax } = figure;
  const lines = title === undefined ? [] : [...wrap(title, width, columns), ""];
  const across = source.map((token) => truncate(token, LABEL_LIMIT, columns));
  const down = target.map((token) => truncate(token, LABEL_LIMIT, columns));
  const labelWidth = Math.max(...down.map(columns)) + 1;
  const room = width - labelWidth;
  // A map has room for its name, even where it is narrower.
  const nameWidth = Math.min(LABEL_LIMIT, Math.max(...maps.map(({ label }) => columns(label))));
  const mapWidth = (cell: number) => Math.max(cell * source.length, nameWidth);
  const fitting = (cell: number) => Math.floor((room + GAP) / (mapWidth(cell) + GAP));
  // Wide characters above cells of two columns would run into one word.
  const narrow = across.some((token) => graphemes(token).some((letter) => columns(letter) > 1)) ? 3 : 2;
  const most = Math.min(maps.length, figure.perRow ?? maps.length, fitting(narrow));

  if (most < 1) {
    for (const { label, weights } of maps) {
      lines.push(truncate(label, width, columns), ...terminalMap({ ...figure, weights }, color, width));
    }
    return [...lines, colorBarLine(colorLabel, colorMax, color)];
  }

  const perRow = figure.perRow === undefined ? balancedGrid(maps.length, most) : most;
  const cell = fitting(3) >= perRow ? 3 : narrow;
  const margin = " ".repeat(labelWidth);
  const header = standingHeader(across, cell);
  for (let start = 0; start < maps.length; start += perRow) {
    const row = maps.slice(start, start + perRow);
    const beside = (texts: readonly string[]) =>
      texts.map((text) => padEnd(text, mapWidth(cell))).join(" ".repeat(GAP));
    lines.push(margin + beside(row.map(({ label }) => truncate(label, mapWidth(cell), columns))));
    lines.push(...header.map((line) => margin + beside(row.map(() => line))));
    down.forEach((label, i) => {
      const space = " ".repeat(mapWidth(cell) - cell * source.length);
      const cells = row.map(
        ({ weights }) => weights[i]!.map((weight) => drawCell(weight / colorMax, cell, color)).join("") + space,
      );
      lines.push(`${padStart(label, labelWidth - 1)} ${cells.join(" ".repeat(GAP))}`);
    });
    lines.push("");
  }
  return [...lines, colorBarLine(colorLabel, colorMax, color)];
}
