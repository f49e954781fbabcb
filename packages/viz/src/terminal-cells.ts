import { interpolateViridis } from "d3-scale-chromatic";
import { columns, padCenter, padEnd, paint } from "./terminal-text.js";
import { graphemes, truncate } from "./text.js";

/** From weight 0 to the largest of the scale; the dot keeps the grid visible. */
const SHADES = ["·", "░", "▒", "▓", "█"] as const;

/** A cell of some columns; `share` in [0, 1] is its place on the scale. */
export function drawCell(share: number, width: number, color: boolean): string {
  if (color) return paint("█".repeat(width), interpolateViridis(share));
  return SHADES[Math.min(SHADES.length - 1, Math.floor(share * SHADES.length))]!.repeat(width);
}

/** The line that explains the cells, from 0 to the largest value of the scale. */
export function colorBarLine(label: string, max: number, color: boolean): string {
  const steps = color ? 24 : SHADES.length;
  const bar = Array.from({ length: steps }, (_, k) => drawCell(k / (steps - 1), 1, color)).join("");
  return `${label}  0 ${bar} ${Number(max.toPrecision(3))}`;
}

/** Tokens beside each other, each in the middle of its column. */
export function flatHeader(tokens: readonly string[], cell: number): string[] {
  return [tokens.map((token) => padCenter(truncate(token, cell - 1, columns), cell)).join("")];
}

/** Tokens written downwards, the last character of each next to its cells. */
export function standingHeader(tokens: readonly string[], cell: number): string[] {
  const letters = tokens.map(graphemes);
  const height = Math.max(...letters.map(({ length }) => length));
  return Array.from({ length: height }, (_, k) =>
    letters.map((token) => padEnd(token[k - height + token.length] ?? "", cell)).join(""),
  );
}
