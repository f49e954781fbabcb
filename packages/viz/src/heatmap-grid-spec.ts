import type { Spec } from "vega";
import { acrossMark, cellsMark, downMark } from "./cell-marks.js";
import { BAR, colorBar, colorTitle } from "./color-bar.js";
import type { HeatmapGridFigure } from "./figure.js";
import { gridLayout, PANEL_GAP } from "./grid-layout.js";
import type { Look } from "./style.js";
import { BOLD, textWidth, truncate, wrap } from "./text.js";
import { tokenLabels } from "./token-labels.js";
import { words } from "./words.js";

type Content = Omit<HeatmapGridFigure, "kind" | "description">;

const MARGIN = 16;
const TITLE_SIZE = 16;
const LABEL_SIZE = 13;
const AXIS_SIZE = 12;
const LABEL_HEIGHT = LABEL_SIZE + 8;
const ROW_GAP = 28;
const BAR_HEIGHT = 200;

/**
 * The Vega specification of several heatmaps. Source labels stand above every panel; target labels only left of the
 * first in each row, since all panels of a row share them.
 */
export function heatmapGridSpec(content: Content, look: Look): Spec {
  const { maps, source, target, axes, title, colorLabel, colorMax } = content;
  const barRoom = BAR.gap + BAR.thickness + BAR.labels + BAR.title;
  // Labels are measured at their largest: how large they are is known only when the cells are.
  const largest = tokenLabels(source, target, Number.POSITIVE_INFINITY);
  const sides = MARGIN + AXIS_SIZE + 10 + largest.left + barRoom + MARGIN;
  const { cell, perRow, rows } = gridLayout(maps.length, source.length, content.width - sides, content.perRow);
  const labels = tokenLabels(source, target, cell);
  const [panelWidth, panelHeight] = [cell * source.length, cell * target.length];
  const pitch = { x: panelWidth + PANEL_GAP, y: panelHeight + labels.top + LABEL_HEIGHT + ROW_GAP };
  const width = perRow * pitch.x - PANEL_GAP;
  const height = rows * pitch.y - (labels.top + LABEL_HEIGHT + ROW_GAP);

  const barHeight = Math.max(120, Math.min(height, BAR_HEIGHT));
  const left = MARGIN + AXIS_SIZE + 10 + labels.left;
  // Labels of the lower rows reach beyond the last panel: the bar stands beside them.
  const barGap = rows > 1 ? Math.max(BAR.gap, labels.overhang + 8) : BAR.gap;
  const right = Math.max(barRoom - BAR.gap + barGap, labels.overhang) + MARGIN;
  const titleLines =
    title === undefined
      ? []
      : wrap(title, Math.max(left + width + right, 260) - 2 * MARGIN, (text) => textWidth(text, TITLE_SIZE * BOLD));
  const titleHeight = titleLines.length === 0 ? 0 : Math.ceil(titleLines.length * TITLE_SIZE * 1.3) + 10;
  const top = MARGIN + titleHeight + AXIS_SIZE + 10 + LABEL_HEIGHT + labels.top;
  const spare = Math.max(0, 260 - (left + width + right)); // room for the words of a very small picture
  const panels = maps.map((map, k) => ({ ...map, x: (k % perRow) * pitch.x, y: Math.floor(k / perRow) * pitch.y }));
  const axisTitle = { align: "center", fill: look.faintInk };

  return {
    $schema: "https://vega.github.io/schema/vega/v6.json",
    ...(look.background === undefined ? {} : { background: look.background }),
    width,
    height: Math.max(height, barHeight),
    autosize: "none",
    padding: { left, right: right + spare, top, bottom: MARGIN },
    config: { text: { font: look.font } },
    data: [
      {
        name: "weights",
        values: panels.flatMap(({ weights, x, y }) =>
          weights.flatMap((row, i) => row.map((weight, j) => ({ x: x + j * cell, y: y + i * cell, weight }))),
        ),
      },
      {
        name: "across",
        values: panels.flatMap(({ x, y }) =>
          labels.across.map((label, j) => ({ label, x: x + (j + 0.5) * cell, y: y })),
        ),
      },
      {
        name: "down",
        values: panels
          .filter(({ x }) => x === 0)
          .flatMap(({ x, y }) => labels.down.map((label, i) => ({ label, x, y: y + (i + 0.5) * cell }))),
      },
    ],
    scales: [{ name: "color", type: "linear", domain: [0, colorMax], range: { scheme: "viridis" }, clamp: true }],
    marks: [
      cellsMark(cell),
      acrossMark(labels, look),
      downMark(labels, look),
      ...panels.map(({ label, x, y }) =>
        words(
          truncate(label, Math.max(panelWidth, 60), (text) => textWidth(text, LABEL_SIZE) * 1.08), // bold is wider
          LABEL_SIZE,
          { x, y: y - labels.top - 8, fill: look.ink, fontWeight: "bold" },
        ),
      ),
      words(axes.across, AXIS_SIZE, { x: width / 2, y: -labels.top - LABEL_HEIGHT - 10, ...axisTitle }),
      words(axes.down, AXIS_SIZE, { x: MARGIN + AXIS_SIZE - left, y: panelHeight / 2, angle: -90, ...axisTitle }),
      colorTitle(look, colorLabel, width + barGap + BAR.thickness + BAR.labels + AXIS_SIZE, barHeight),
      words(titleLines, TITLE_SIZE, {
        x: MARGIN - left,
        y: MARGIN + TITLE_SIZE - top,
        fill: look.ink,
        fontWeight: "bold",
      }),
    ],
    legends: [colorBar(look, width + barGap, barHeight)],
  };
}
