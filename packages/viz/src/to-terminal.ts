import type { Figure } from "./figure.js";
import { FigureError } from "./figure-error.js";
import { terminalBars } from "./terminal-bars.js";
import { terminalCurve } from "./terminal-curve.js";
import { terminalHeatmap } from "./terminal-heatmap.js";
import { terminalHeatmapGrid } from "./terminal-heatmap-grid.js";
import { terminalMatrix } from "./terminal-matrix.js";
import { terminalTree } from "./terminal-tree.js";

/** How `toTerminal` draws. */
export interface TerminalOptions {
  /** Whether the terminal shows 24-bit colours; without them weights are shades, and lines are letters. */
  readonly color: boolean;
  /** Columns of the terminal; 80 by default, at least 40. */
  readonly width?: number;
}

/**
 * Draws a figure as lines of text, aligned with wide (Hangul) and combining characters; it ends in a newline.
 *
 * Only cells and marks are coloured: words keep the terminal's own colours, legible on dark and on light.
 *
 * @throws FigureError when `width` is below 40.
 */
export function toTerminal(figure: Figure, { color, width = 80 }: TerminalOptions): string {
  if (!(width >= 40)) throw new FigureError(`toTerminal: width must be at least 40 columns, got ${width}.`);
  const lines = linesOf(figure, color, width);
  return `${lines.map((line) => line.trimEnd()).join("\n")}\n`;
}

function linesOf(figure: Figure, color: boolean, width: number): string[] {
  switch (figure.kind) {
    case "heatmap":
      return terminalHeatmap(figure, color, width);
    case "heatmap-grid":
      return terminalHeatmapGrid(figure, color, width);
    case "curve":
      return terminalCurve(figure, color, width);
    case "matrix":
      return terminalMatrix(figure, color, width);
    case "bars":
      return terminalBars(figure, color, width);
    case "tree":
      return terminalTree(figure, color, width);
  }
}
