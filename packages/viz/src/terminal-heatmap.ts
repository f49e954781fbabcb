import { interpolateViridis } from "d3-scale-chromatic";
import { paint } from "./ansi.js";
import type { HeatmapFigure } from "./figure.js";
import { columns, graphemes, truncate, wrap } from "./text.js";

const LABEL_LIMIT = 16;
const CELL_LIMIT = 8;
/** From weight 0 to the largest of the scale; the dot keeps the grid visible. */
const SHADES = ["·", "░", "▒", "▓", "█"] as const;

/** The lines of a heatmap in a terminal; a picture too wide for it is cut into parts, one below the other. */
export function terminalHeatmap(figure: HeatmapFigure, color: boolean, width: number): string[] {
  const { title, reference, target, source, colorLabel, colorMax } = figure;
  const across = source.map((token) => truncate(token, LABEL_LIMIT, columns));
  const down = target.map((token) => truncate(token, LABEL_LIMIT, columns));
  const labelWidth = Math.max(...down.map(columns)) + 1;
  const room = width - labelWidth;

  // Labels stand beside each other where all fit; else each runs down its column.
  const widest = Math.min(CELL_LIMIT, Math.max(2, ...across.map(columns)));
  const flat = (widest + 1) * source.length <= room;
  const cell = flat ? widest + 1 : 3 * source.length <= room ? 3 : 2;
  const perPart = Math.floor(room / cell);

  const lines = title === undefined ? [] : [...wrap(title, width, columns), ""];
  for (let start = 0; start < source.length; start += perPart) {
    const end = Math.min(source.length, start + perPart);
    if (perPart < source.length) lines.push(`source ${start + 1}–${end} of ${source.length}`);
    const header = flat ? flatHeader(across, cell) : standingHeader(across.slice(start, end), cell);
    lines.push(...header.map((line) => " ".repeat(labelWidth) + line));
    figure.weights.forEach((weights, i) => {
      const cells = weights.slice(start, end).map((weight) => drawCell(weight / colorMax, cell, color));
      lines.push(`${padStart(down[i]!, labelWidth - 1)} ${cells.join("")}`);
    });
    lines.push("");
  }
  const steps = color ? 24 : SHADES.length;
  const bar = Array.from({ length: steps }, (_, k) => drawCell(k / (steps - 1), 1, color)).join("");
  lines.push(`${colorLabel}  0 ${bar} ${Number(colorMax.toPrecision(3))}`);
  if (reference !== undefined) lines.push(...wrap(`reference: ${reference.join(" ")}`, width, columns));
  return lines;
}

function drawCell(share: number, width: number, color: boolean): string {
  if (color) return paint("█".repeat(width), interpolateViridis(share));
  return SHADES[Math.min(SHADES.length - 1, Math.floor(share * SHADES.length))]!.repeat(width);
}

function flatHeader(tokens: readonly string[], cell: number): string[] {
  return [tokens.map((token) => padCenter(truncate(token, cell - 1, columns), cell)).join("")];
}

/** Tokens written downwards, the last character of each next to its cells. */
function standingHeader(tokens: readonly string[], cell: number): string[] {
  const letters = tokens.map(graphemes);
  const height = Math.max(...letters.map(({ length }) => length));
  return Array.from({ length: height }, (_, k) =>
    letters.map((token) => padEnd(token[k - height + token.length] ?? "", cell)).join(""),
  );
}

function padStart(text: string, width: number): string {
  return " ".repeat(Math.max(0, width - columns(text))) + text;
}

function padEnd(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - columns(text)));
}

function padCenter(text: string, width: number): string {
  const left = Math.max(0, (width - columns(text)) >> 1);
  return padEnd(" ".repeat(left) + text, width);
}
