import type { ExplorerMap } from "../page.js";
import { element } from "./dom.js";

const SIDE = 112;

/** A button with a map too small to be labelled: whole pixels a cell, so that none is blurred. */
export function smallMap(
  { head, rows, columns, weights }: ExplorerMap,
  color: (weight: number) => string,
): HTMLButtonElement {
  const cell = Math.max(1, 2 * Math.floor(SIDE / Math.max(rows.length, columns.length)));
  const canvas = element("canvas", { width: cell * columns.length, height: cell * rows.length, "aria-hidden": true });
  canvas.style.width = `${(cell * columns.length) / 2}px`; // for screens with two pixels to the unit
  canvas.style.height = `${(cell * rows.length) / 2}px`;
  const context = canvas.getContext("2d")!;
  weights.forEach((row, i) => {
    row.forEach((weight, j) => {
      context.fillStyle = color(weight);
      context.fillRect(j * cell, i * cell, cell, cell);
    });
  });
  return element("button", { type: "button", class: "small" }, canvas, element("span", {}, `head ${head}`));
}
