import type { Spec } from "vega";
import { acrossMark, cellsMark, downMark } from "./cell-marks.js";
import { BAR, colorBar, colorTitle } from "./color-bar.js";
import type { HeatmapContent } from "./heatmap-content.js";
import { AXIS_SIZE, heatmapLayout, MARGIN, TITLE_SIZE } from "./heatmap-layout.js";
import type { Look } from "./style.js";
import { words } from "./words.js";

/**
 * The Vega specification of a heatmap. All positions are computed here (`autosize: "none"`) because without a canvas
 * Vega takes every character for equally wide, and Hangul labels would be cut off.
 */
export function heatmapSpec(content: HeatmapContent, look: Look): Spec {
  const { weights, axes, colorLabel, colorMax } = content;
  const { cell, labels, width, height, barHeight, padding, titleLines, captionLines } = heatmapLayout(content);
  const { left, top } = padding;
  const axisTitle = { align: "center", fill: look.faintInk };

  return {
    $schema: "https://vega.github.io/schema/vega/v6.json",
    ...(look.background === undefined ? {} : { background: look.background }),
    width,
    height: barHeight,
    autosize: "none",
    padding,
    config: { text: { font: look.font } },
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
      acrossMark(labels, look),
      downMark(labels, look),
      words(axes.across, AXIS_SIZE, { x: width / 2, y: -labels.top - 8, ...axisTitle }),
      words(axes.down, AXIS_SIZE, { x: MARGIN + AXIS_SIZE - left, y: height / 2, angle: -90, ...axisTitle }),
      colorTitle(look, colorLabel, width + BAR.gap + BAR.thickness + BAR.labels + AXIS_SIZE, barHeight),
      words(titleLines, TITLE_SIZE, {
        x: MARGIN - left,
        y: MARGIN + TITLE_SIZE - top,
        fill: look.ink,
        fontWeight: "bold",
      }),
      words(captionLines, AXIS_SIZE, { x: MARGIN - left, y: barHeight + 10 + AXIS_SIZE, fill: look.faintInk }),
    ],
    legends: [colorBar(look, width + BAR.gap, barHeight)],
  };
}
