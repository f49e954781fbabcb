import { interpolateViridis } from "d3-scale-chromatic";
import type { Mark, Spec } from "vega";
import { BAR, colorBar, colorTitle } from "./color-bar.js";
import type { MatrixFigure } from "./figure.js";
import { formatFixed, writeValue } from "./format-number.js";
import type { Look } from "./style.js";
import { BOLD, textWidth, truncate, wrap } from "./text.js";
import { words } from "./words.js";

type Content = Omit<MatrixFigure, "kind" | "description">;

const MARGIN = 16;
const TITLE_SIZE = 16;
const LABEL_SIZE = 13;
const AXIS_SIZE = 12;
const LABEL_LIMIT = 170;
const ROW_HEIGHT = 36;

/** The Vega specification of a matrix: cells as wide as their widest number and column name. */
export function matrixSpec(content: Content, look: Look): Spec {
  const { values, rows, columns, rowLabel, columnLabel, valueLabel, valueFormat, digits, colorDomain, title } = content;
  const measure = (text: string) => textWidth(text, LABEL_SIZE);
  const shorten = (name: string) => truncate(name, LABEL_LIMIT, measure);
  const [across, down] = [columns.map(shorten), rows.map(shorten)];
  const written = values.map((row) => row.map((value) => writeValue(value, valueFormat, digits)));
  const cell = Math.max(56, 20 + Math.ceil(Math.max(...[...across, ...written.flat()].map(measure))));
  const [width, height] = [cell * columns.length, ROW_HEIGHT * rows.length];
  const [low, high] = colorDomain;
  // One value alone is both ends: a scale needs them apart, and the middle of the colours is as good as any.
  const domain = low < high ? [low, high] : [low - 1, high + 1];
  const share = (value: number) => (value - domain[0]!) / (domain[1]! - domain[0]!);

  const barHeight = Math.max(height, 120);
  const left = MARGIN + AXIS_SIZE + 12 + Math.ceil(Math.max(...down.map(measure))) + 8;
  const ticks = [low, high].map((value) => formatFixed(value, valueFormat, digits));
  const tickWidth = low < high ? Math.max(BAR.labels, ...ticks.map((tick) => textWidth(tick, 11) + 8)) : 0;
  const right = BAR.gap + (low < high ? BAR.thickness + tickWidth : 0) + BAR.title + MARGIN;
  const titleLines =
    title === undefined
      ? []
      : wrap(title, left + width + right - 2 * MARGIN, (text) => textWidth(text, TITLE_SIZE * BOLD));
  const titleHeight = titleLines.length === 0 ? 0 : Math.ceil(titleLines.length * TITLE_SIZE * 1.3) + 10;
  const top = MARGIN + titleHeight + AXIS_SIZE + 10 + LABEL_SIZE + 10;
  const axisTitle = { align: "center", fill: look.faintInk };

  return {
    $schema: "https://vega.github.io/schema/vega/v6.json",
    ...(look.background === undefined ? {} : { background: look.background }),
    width,
    height: barHeight,
    autosize: "none",
    padding: { left, right, top, bottom: MARGIN },
    config: { text: { font: look.font } },
    data: [
      {
        name: "values",
        values: values.flatMap((row, i) =>
          row.map((value, j) => ({
            x: j * cell,
            y: i * ROW_HEIGHT,
            fill: value === null ? look.empty : interpolateViridis(share(value)),
            text: written[i]![j]!,
            // Viridis is dark up to about two thirds of its length.
            ink: value === null ? look.faintInk : share(value) > 0.62 ? "#1a1a1a" : "#ffffff",
          })),
        ),
      },
    ],
    scales: [{ name: "color", type: "linear", domain, range: { scheme: "viridis" } }],
    marks: [
      ...cellMarks(cell),
      ...across.map((name, j) =>
        words(name, LABEL_SIZE, { x: (j + 0.5) * cell, y: -10, align: "center", fill: look.ink }),
      ),
      ...down.map((name, i) =>
        words(name, LABEL_SIZE, {
          x: -8,
          y: (i + 0.5) * ROW_HEIGHT,
          align: "right",
          baseline: "middle",
          fill: look.ink,
        }),
      ),
      words(columnLabel, AXIS_SIZE, { x: width / 2, y: -LABEL_SIZE - 20, ...axisTitle }),
      words(rowLabel, AXIS_SIZE, { x: MARGIN + AXIS_SIZE - left, y: height / 2, angle: -90, ...axisTitle }),
      colorTitle(look, valueLabel, width + right - MARGIN, barHeight, barHeight + 40),
      words(titleLines, TITLE_SIZE, {
        x: MARGIN - left,
        y: MARGIN + TITLE_SIZE - top,
        fill: look.ink,
        fontWeight: "bold",
      }),
    ],
    legends:
      low < high ? [colorBar(look, width + BAR.gap, barHeight, valueFormat === "percent" ? "~%" : undefined)] : [],
  };
}

function cellMarks(cell: number): Mark[] {
  const place = (x: number, y: number) => ({ x: { field: "x", offset: x }, y: { field: "y", offset: y } });
  return [
    {
      type: "rect",
      name: "cells",
      aria: false,
      from: { data: "values" },
      encode: {
        enter: {
          ...place(0, 0),
          width: { value: cell - 1 },
          height: { value: ROW_HEIGHT - 1 },
          fill: { field: "fill" },
        },
      },
    },
    {
      type: "text",
      name: "numbers",
      aria: false,
      from: { data: "values" },
      encode: {
        enter: {
          ...place(cell / 2, ROW_HEIGHT / 2),
          text: { field: "text" },
          fontSize: { value: LABEL_SIZE },
          align: { value: "center" },
          baseline: { value: "middle" },
          fill: { field: "ink" },
        },
      },
    },
  ];
}
