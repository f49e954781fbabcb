import type { Mark, Spec } from "vega";
import type { HeatmapFigure } from "./figure.js";
import { FAINT_INK, FONT_FAMILY, INK } from "./style.js";
import { textWidth, truncate, wrap } from "./text.js";

type Content = Pick<HeatmapFigure, "weights" | "source" | "target" | "title" | "reference" | "colorLabel" | "colorMax">;

const MARGIN = 16;
const LABEL_LIMIT = 150; // longer tokens are shortened: a URL must not push the picture off the page
const LABEL_GAP = 7; // between a label and the first cell
const TITLE_SIZE = 16;
const AXIS_SIZE = 12;
const BAR = { gap: 24, thickness: 14, labels: 30, title: 20 };
const DIAGONAL = Math.SQRT1_2; // sine and cosine of the 45 degrees that long source labels stand at

/**
 * The Vega specification of a heatmap. All positions are computed here (`autosize: "none"`) because without a canvas
 * Vega takes every character for equally wide, and Hangul labels would be cut off.
 */
export function heatmapSpec(content: Content): Spec {
  const { weights, source, target, title, reference, colorLabel, colorMax } = content;
  const cell = Math.min(44, Math.max(16, Math.floor(640 / Math.max(source.length, target.length))));
  const fontSize = Math.min(13, Math.max(10, Math.round(cell * 0.45)));
  const measure = (text: string) => textWidth(text, fontSize);
  const shorten = (token: string) => truncate(token, LABEL_LIMIT, measure);
  const across = source.map(shorten);
  const down = target.map(shorten);

  const width = cell * source.length;
  const height = cell * target.length;
  const slanted = across.some((label) => measure(label) > cell - 4);
  const acrossHeight = slanted
    ? Math.max(...across.map((label) => (measure(label) + fontSize) * DIAGONAL))
    : fontSize * 1.1;
  const overhang = slanted
    ? Math.max(0, ...across.map((label, j) => (j + 0.5) * cell + measure(label) * DIAGONAL + fontSize - width))
    : 0;

  const barHeight = Math.max(height, 120);
  const left = MARGIN + AXIS_SIZE + 10 + Math.max(...down.map(measure)) + LABEL_GAP;
  const right = Math.max(BAR.gap + BAR.thickness + BAR.labels + BAR.title, overhang) + MARGIN;
  const lines = (text: string | undefined, size: number) =>
    text === undefined ? [] : wrap(text, Math.max(left + width + right, 260) - 2 * MARGIN, (s) => textWidth(s, size));
  const titleLines = lines(title, TITLE_SIZE);
  const titleHeight = titleLines.length * TITLE_SIZE * 1.3;
  const captionLines = lines(reference && `reference: ${reference.join(" ")}`, AXIS_SIZE);
  const captionHeight = captionLines.length === 0 ? 0 : captionLines.length * AXIS_SIZE * 1.4 + 10;
  const acrossTop = LABEL_GAP + acrossHeight;
  const top = MARGIN + titleHeight + (titleHeight > 0 ? 10 : 0) + AXIS_SIZE + 8 + acrossTop;
  const spare = Math.max(0, 260 - (left + width + right)); // room for the words of a very small picture

  return {
    $schema: "https://vega.github.io/schema/vega/v6.json",
    background: "white",
    width,
    height: barHeight,
    autosize: "none",
    padding: { left, right: right + spare, top, bottom: MARGIN + captionHeight },
    config: { text: { font: FONT_FAMILY } },
    data: [
      { name: "weights", values: weights.flatMap((row, i) => row.map((weight, j) => ({ i, j, weight }))) },
      { name: "across", values: across.map((label, j) => ({ label, at: (j + 0.5) * cell })) },
      { name: "down", values: down.map((label, i) => ({ label, at: (i + 0.5) * cell })) },
    ],
    scales: [{ name: "color", type: "linear", domain: [0, colorMax], range: { scheme: "viridis" }, clamp: true }],
    marks: [
      cellsMark(cell),
      labelsMark("across", fontSize, {
        x: { field: "at", offset: slanted ? fontSize * 0.3 : 0 },
        y: { value: -LABEL_GAP },
        angle: { value: slanted ? -45 : 0 },
        align: { value: slanted ? "left" : "center" },
        baseline: { value: slanted ? "alphabetic" : "bottom" },
      }),
      labelsMark("down", fontSize, {
        x: { value: -LABEL_GAP },
        y: { field: "at" },
        align: { value: "right" },
        baseline: { value: "middle" },
      }),
      words("source", AXIS_SIZE, { x: width / 2, y: -acrossTop - 8, align: "center", fill: FAINT_INK }),
      words("target", AXIS_SIZE, {
        x: MARGIN + AXIS_SIZE - left,
        y: height / 2,
        angle: -90,
        align: "center",
        fill: FAINT_INK,
      }),
      words(
        truncate(colorLabel, barHeight, (text) => textWidth(text, AXIS_SIZE)),
        AXIS_SIZE,
        {
          x: width + BAR.gap + BAR.thickness + BAR.labels + AXIS_SIZE,
          y: barHeight / 2,
          angle: -90,
          align: "center",
          fill: INK,
        },
      ),
      words(titleLines, TITLE_SIZE, { x: MARGIN - left, y: MARGIN + TITLE_SIZE - top, fill: INK, fontWeight: "bold" }),
      words(captionLines, AXIS_SIZE, { x: MARGIN - left, y: barHeight + 10 + AXIS_SIZE, fill: FAINT_INK }),
    ],
    legends: [
      {
        fill: "color",
        type: "gradient",
        orient: "none",
        legendX: width + BAR.gap,
        legendY: 0,
        padding: 0,
        gradientLength: barHeight,
        gradientThickness: BAR.thickness,
        tickCount: barHeight < 200 ? 2 : 5,
        labelFont: FONT_FAMILY,
        labelFontSize: 11,
        labelColor: INK,
        labelOffset: 5,
        aria: false,
      },
    ],
  };
}

function cellsMark(cell: number): Mark {
  return {
    type: "rect",
    name: "cells",
    aria: false,
    from: { data: "weights" },
    encode: {
      enter: {
        x: { field: "j", mult: cell },
        y: { field: "i", mult: cell },
        width: { value: cell },
        height: { value: cell },
        fill: { scale: "color", field: "weight" },
        stroke: { value: "white" },
        strokeWidth: { value: cell >= 20 ? 1 : 0 }, // lines between small cells would flicker
      },
    },
  };
}

function labelsMark(data: string, fontSize: number, place: NonNullable<Mark["encode"]>["enter"]): Mark {
  return {
    type: "text",
    name: `${data}-labels`,
    aria: false,
    from: { data },
    encode: { enter: { text: { field: "label" }, fontSize: { value: fontSize }, fill: { value: INK }, ...place } },
  };
}

/** A text at a fixed place; an array is drawn as lines. */
function words(text: string | string[], fontSize: number, place: Record<string, number | string>): Mark {
  const fixed = Object.fromEntries(Object.entries(place).map(([key, value]) => [key, { value }]));
  return {
    type: "text",
    aria: false,
    encode: {
      enter: { text: { value: text }, fontSize: { value: fontSize }, lineHeight: { value: fontSize * 1.35 }, ...fixed },
    },
  };
}
