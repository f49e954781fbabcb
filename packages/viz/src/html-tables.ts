import type { BarsFigure, CurveFigure, Figure, HeatmapFigure, MatrixFigure, TreeFigure } from "./figure.js";
import { writeValue } from "./format-number.js";
import { escapeXml } from "./text.js";

/** The numbers of a figure as HTML tables, each with a caption and head cells. */
export function htmlTables(figure: Figure): string {
  switch (figure.kind) {
    case "heatmap":
      return weightsTable(figure, figure.colorLabel);
    case "heatmap-grid":
      return figure.maps.map(({ label, weights }) => weightsTable({ ...figure, weights }, label)).join("\n");
    case "curve":
      return pointsTable(figure);
    case "matrix":
      return valuesTable(figure);
    case "bars":
      return groupsTable(figure);
    case "tree":
      return nodesTable(figure);
  }
}

function weightsTable(
  { weights, source, target }: Pick<HeatmapFigure, "weights" | "source" | "target">,
  caption: string,
): string {
  const head = headRow(["target \\ source", ...source]);
  const body = weights.map((values, i) =>
    bodyRow(
      target[i]!,
      values.map((weight) => weight.toFixed(4)),
    ),
  );
  return table(caption, head, body);
}

function pointsTable({ series, xLabel, yLabel }: CurveFigure): string {
  const xs = [...new Set(series.flatMap(({ points }) => points.map(({ x }) => x)))].sort((a, b) => a - b);
  const lines = series.map(({ points }) => new Map(points.map(({ x, y }) => [x, y])));
  const head = headRow([xLabel, ...series.map(({ name }) => name)]);
  const body = xs.map((x) =>
    bodyRow(
      String(x),
      lines.map((line) => String(line.get(x) ?? "")),
    ),
  );
  return table(yLabel, head, body);
}

function valuesTable({ values, rows, columns, rowLabel, columnLabel, valueLabel, valueFormat, digits }: MatrixFigure) {
  const body = values.map((row, i) =>
    bodyRow(
      rows[i]!,
      row.map((value) => writeValue(value, valueFormat, digits)),
    ),
  );
  return table(valueLabel, headRow([`${rowLabel} \\ ${columnLabel}`, ...columns]), body);
}

function groupsTable({ groups, series, groupLabel, valueLabel, valueFormat, digits }: BarsFigure): string {
  const body = groups.map((group, i) =>
    bodyRow(
      group,
      series.map(({ values }) => writeValue(values[i]!, valueFormat, digits)),
    ),
  );
  return table(valueLabel, headRow([groupLabel, ...series.map(({ name }) => name)]), body);
}

function nodesTable({ root, nodes }: TreeFigure): string {
  const paths: string[] = [];
  const body = nodes.map(({ label, note, parent, chosen }) => {
    paths.push(`${parent < 0 ? root : paths[parent]!} ${label}`);
    return bodyRow(paths.at(-1)!, [note, chosen ? "yes" : ""]);
  });
  return table("paths from the root", headRow(["path", "note", "highlighted"]), body);
}

const cell = (text: string): string => `<td>${escapeXml(text)}</td>`;
const headCell = (scope: "row" | "col", text: string): string => `<th scope="${scope}">${escapeXml(text)}</th>`;
const headRow = (names: readonly string[]): string => `<tr>${names.map((name) => headCell("col", name)).join("")}</tr>`;
const bodyRow = (name: string, cells: readonly string[]): string =>
  `<tr>${headCell("row", name)}${cells.map(cell).join("")}</tr>`;
const table = (caption: string, head: string, body: readonly string[]): string =>
  `<table>\n<caption>${escapeXml(caption)}</caption>\n<thead>${head}</thead>\n<tbody>\n${body.join("\n")}\n</tbody>\n</table>`;
