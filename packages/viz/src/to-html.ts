import type { CurveFigure, Figure, HeatmapFigure } from "./figure.js";
import { FONT_FAMILY } from "./style.js";
import { escapeXml, figureName, toSvg } from "./to-svg.js";

/** How `toHtml` writes a page. */
export interface HtmlOptions {
  /** Language of the page's words (BCP 47); "en" by default. */
  readonly lang?: string;
}

/**
 * Draws a figure as a self-contained page: the SVG inline, and its numbers as a table that a screen reader can walk.
 *
 * It loads nothing and runs no script.
 */
export async function toHtml(figure: Figure, { lang = "en" }: HtmlOptions = {}): Promise<string> {
  return `<!doctype html>
<html lang="${escapeXml(lang)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeXml(figureName(figure))}</title>
<style>
:root { color-scheme: light; }
body { margin: 1.5rem; font-family: ${FONT_FAMILY}; color: #1a1a1a; background: white; }
figure { margin: 0; }
svg { max-width: 100%; height: auto; }
details { margin-top: 1rem; overflow-x: auto; }
table { border-collapse: collapse; margin-top: 0.5rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.2rem 0.6rem; border: 1px solid #ddd; text-align: right; }
</style>
</head>
<body>
<main>
<figure>
${await toSvg(figure)}
</figure>
<details>
<summary>The numbers as a table</summary>
${figure.kind === "heatmap" ? weightsTable(figure) : pointsTable(figure)}
</details>
</main>
</body>
</html>
`;
}

function weightsTable({ weights, source, target, colorLabel }: HeatmapFigure): string {
  const head = row(["target \\ source", ...source].map((name) => headCell("col", name)));
  const body = weights.map((values, i) => row([headCell("row", target[i]!), ...values.map((w) => cell(w.toFixed(4)))]));
  return table(colorLabel, head, body);
}

function pointsTable({ series, xLabel, yLabel }: CurveFigure): string {
  const xs = [...new Set(series.flatMap(({ points }) => points.map(({ x }) => x)))].sort((a, b) => a - b);
  const lines = series.map(({ points }) => new Map(points.map(({ x, y }) => [x, y])));
  const head = row([xLabel, ...series.map(({ name }) => name)].map((name) => headCell("col", name)));
  const body = xs.map((x) =>
    row([headCell("row", String(x)), ...lines.map((line) => cell(String(line.get(x) ?? "")))]),
  );
  return table(yLabel, head, body);
}

const headCell = (scope: "row" | "col", text: string): string => `<th scope="${scope}">${escapeXml(text)}</th>`;
const cell = (text: string): string => `<td>${escapeXml(text)}</td>`;
const row = (cells: readonly string[]): string => `<tr>${cells.join("")}</tr>`;
const table = (caption: string, head: string, body: readonly string[]): string =>
  `<table>\n<caption>${escapeXml(caption)}</caption>\n<thead>${head}</thead>\n<tbody>\n${body.join("\n")}\n</tbody>\n</table>`;
