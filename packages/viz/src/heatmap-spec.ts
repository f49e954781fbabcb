import type { Spec } from "vega";
import { acrossMark, cellsMark, downMark } from "./cell-marks.js";
import { BAR, colorBar, colorTitle } from "./color-bar.js";
import type { HeatmapFigure } from "./figure.js";
import { FAINT_INK, FONT_FAMILY, INK } from "./style.js";
import { textWidth, wrap } from "./text.js";
import { tokenLabels } from "./token-labels.js";
import { words } from "./words.js";

type Content = Omit<HeatmapFigure, "kind" | "description" | "spec">;

const MARGIN = 16;
const TITLE_SIZE = 16;
const AXIS_SIZE = 12;

/**
 * The Vega specification of a heatmap. All positions are computed here (`autosize: "none"`) because without a canvas
 * Vega takes every character for equally wide, and Hangul labels would be cut off.
 */
export function heatmapSpec(content: Content): Spec {
  const { weights, source, target, axes, title, reference, colorLabel, colorMax } = content;
  const cell = Math.min(44, Math.max(16, Math.floor(640 / Math.max(source.length, target.length))));
  const labels = tokenLabels(source, target, cell);
  const width = cell * source.length;
  const height = cell * target.length;

  const barHeight = Math.max(height, 120);
  const left = MARGIN + AXIS_SIZE + 10 + labels.left;
  const right = Math.max(BAR.gap + BAR.thickness + BAR.labels + BAR.title, labels.overhang) + MARGIN;
  const lines = (text: string | undefined, size: number) =>
    text === undefined ? [] : wrap(text, Math.max(left + width + right, 260) - 2 * MARGIN, (s) => textWidth(s, size));
  const titleLines = lines(title, TITLE_SIZE);
  const titleHeight = Math.ceil(titleLines.length * TITLE_SIZE * 1.3);
  const captionLines = lines(reference && `reference: ${reference.join(" ")}`, AXIS_SIZE);
  const captionHeight = captionLines.length === 0 ? 0 : captionLines.length * AXIS_SIZE * 1.4 + 10;
  const top = MARGIN + titleHeight + (titleHeight > 0 ? 10 : 0) + AXIS_SIZE + 8 + labels.top;
  const spare = Math.max(0, 260 - (left + width + right)); // room for the words of a very small picture
  const axisTitle = { align: "center", fill: FAINT_INK };

  return {
    $schema: "https://vega.github.io/schema/vega/v6.json",
    background: "white",
    width,
    height: barHeight,
    autosize: "none",
    padding: { left, right: right + spare, top, bottom: MARGIN + captionHeight },
    config: { text: { font: FONT_FAMILY } },
    data: [
      {
        name: "weights",
        values: weights.flatMap((row, i) => row.map((weight, j) => ({ x: j * cell, y: i * cell, weight }))),
      },
      { name: "across", values: labels.across.map((label, j) => ({ label, x: (j + 0.5) * cell, y: 0 })) },
      { name: "down", values: labels.down.map((label, i) => ({ label, x: 0, y: (i + 0.5) * cell })) },
    ],
    scales: [{ name: "color", type: "linear", domain: [0, colorMax], range: { scheme: "viridis" }, clamp: true }],
    marks: [
      cellsMark(cell),
      acrossMark(labels),
      downMark(labels),
      words(axes.across, AXIS_SIZE, { x: width / 2, y: -labels.top - 8, ...axisTitle }),
      words(axes.down, AXIS_SIZE, { x: MARGIN + AXIS_SIZE - left, y: height / 2, angle: -90, ...axisTitle }),
      colorTitle(colorLabel, width + BAR.gap + BAR.thickness + BAR.labels + AXIS_SIZE, barHeight),
      words(titleLines, TITLE_SIZE, { x: MARGIN - left, y: MARGIN + TITLE_SIZE - top, fill: INK, fontWeight: "bold" }),
      words(captionLines, AXIS_SIZE, { x: MARGIN - left, y: barHeight + 10 + AXIS_SIZE, fill: FAINT_INK }),
    ],
    legends: [colorBar(width + BAR.gap, barHeight)],
  };
}
