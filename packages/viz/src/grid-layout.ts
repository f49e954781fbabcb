import { balancedGrid } from "./balanced-grid.js";

/** How panels of one size stand in a grid. */
export interface GridLayout {
  /** Side of a cell in pixels. */
  readonly cell: number;
  /** Panels side by side. */
  readonly perRow: number;
  readonly rows: number;
}

/** Between two panels side by side, in pixels. */
export const PANEL_GAP = 26;

const LEGIBLE = 14; // a smaller cell has no room for its label
const LARGEST = 36;

/**
 * Chooses how many panels of `columns` cells stand side by side in `room` pixels: a balanced grid whose cells stay legible.
 * A given `perRow` is kept, and cells stay legible even where that takes more room than there is.
 */
export function gridLayout(panels: number, columns: number, room: number, perRow?: number): GridLayout {
  const preferred = panels <= 4 ? 22 : 16; // few panels may be large, many should be seen at a glance
  const fitting = Math.floor((room + PANEL_GAP) / (columns * preferred + PANEL_GAP));
  const even = Math.min(panels, perRow ?? balancedGrid(panels, Math.max(1, fitting)));
  const rows = Math.ceil(panels / even);
  const cell = Math.floor((room - (even - 1) * PANEL_GAP) / (even * columns));
  return { cell: Math.min(LARGEST, Math.max(LEGIBLE, cell)), perRow: even, rows };
}
