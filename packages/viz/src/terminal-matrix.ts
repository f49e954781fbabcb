import { interpolateViridis } from "d3-scale-chromatic";
import type { MatrixFigure } from "./figure.js";
import { writeValue } from "./format-number.js";
import { columns, padEnd, padStart, paint } from "./terminal-text.js";
import { truncate, wrap } from "./text.js";

const LABEL_LIMIT = 24;
const GAP = 2;

/** The lines of a matrix as a table; columns that have no room are continued below. A square shows the colour. */
export function terminalMatrix(figure: MatrixFigure, color: boolean, width: number): string[] {
  const { values, rows, rowLabel, columnLabel, valueLabel, valueFormat, digits, colorDomain, title } = figure;
  const [low, high] = colorDomain;
  const shorten = (name: string) => truncate(name, LABEL_LIMIT, columns);
  const [across, down] = [figure.columns.map(shorten), rows.map(shorten)];
  const corner = truncate(`${rowLabel} \\ ${columnLabel}`, Math.max(LABEL_LIMIT, width >> 1), columns);
  const labelWidth = Math.max(...[corner, ...down].map(columns));
  const mark = (value: number | null) => {
    if (!color || value === null) return "";
    return ` ${paint("■", interpolateViridis(low < high ? (value - low) / (high - low) : 0.5))}`;
  };
  const written = values.map((row) => row.map((value) => writeValue(value, valueFormat, digits)));
  const markWidth = color ? 2 : 0;
  const cell = Math.max(...[...across, ...written.flat()].map(columns)) + markWidth + GAP;
  const perPart = Math.max(1, Math.floor((width - labelWidth) / cell));

  const lines = title === undefined ? [] : [...wrap(title, width, columns), ""];
  lines.push(...wrap(valueLabel, width, columns));
  for (let start = 0; start < across.length; start += perPart) {
    const end = start + perPart;
    const head = across.slice(start, end).map((name) => padStart(name, cell - markWidth) + " ".repeat(markWidth));
    lines.push(padEnd(corner, labelWidth) + head.join(""));
    lines.push("─".repeat(labelWidth + cell * head.length));
    written.forEach((row, i) => {
      const cells = row.slice(start, end).map((text, j) => {
        const value = values[i]![start + j]!;
        return padStart(text, cell - markWidth) + (mark(value) || " ".repeat(markWidth));
      });
      lines.push(padEnd(down[i]!, labelWidth) + cells.join(""));
    });
    lines.push("");
  }
  return lines.slice(0, -1);
}
