import type { Axis, Spec } from "vega";
import type { CurveFigure } from "./figure.js";
import { FAINT_INK, FONT_FAMILY, GRID, INK, SERIES_COLORS } from "./style.js";
import { textWidth, truncate, wrap } from "./text.js";

type Content = Pick<CurveFigure, "series" | "xLabel" | "yLabel" | "yScale" | "title">;

const WIDTH = 480;
const HEIGHT = 300;
const MARGIN = 16;
const LEFT = 72;
const MARKER_LIMIT = 40; // more markers would hide their own line
const SYMBOLS = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right"] as const;

/** The Vega specification of a curve; margins are computed here because Vega cannot measure Hangul without a canvas. */
export function curveSpec({ series, xLabel, yLabel, yScale, title }: Content): Spec {
  const names = series.map(({ name }) => truncate(name, 180, (text) => textWidth(text, 12)));
  const legendWidth = Math.max(...names.map((name) => textWidth(name, 12))) + 28;
  const right = 20 + legendWidth + MARGIN;
  const titleLines =
    title === undefined ? [] : wrap(title, LEFT + WIDTH + right - 2 * MARGIN, (text) => textWidth(text, 16));
  const top = MARGIN + titleLines.length * 21 + (titleLines.length > 0 ? 12 : 0);
  const wholeSteps = series.every(({ points }) => points.every(({ x }) => Number.isInteger(x)));
  const [xLow, xHigh] = domainOf(series, "x");
  const [low, high] = domainOf(series, "y");
  const yDomain = yScale === "log" ? [low * 0.8, high * 1.25] : [low, high];
  return {
    $schema: "https://vega.github.io/schema/vega/v6.json",
    background: "white",
    width: WIDTH,
    height: HEIGHT,
    autosize: "none",
    padding: { left: LEFT, right, top, bottom: 52 },
    config: { text: { font: FONT_FAMILY } },
    data: [
      {
        name: "points",
        values: series.flatMap(({ points }, i) =>
          points.map(({ x, y }) => ({ series: i, x, y, marker: points.length > MARKER_LIMIT ? 0 : 1 })),
        ),
      },
    ],
    scales: [
      { name: "x", type: "linear", domain: [xLow, xHigh], range: "width", zero: false, padding: 10 },
      { name: "y", type: yScale, domain: yDomain, range: "height", nice: yScale === "linear", zero: false },
      { name: "color", type: "ordinal", domain: series.map((_, i) => i), range: SERIES_COLORS.slice(0, series.length) },
      { name: "symbol", type: "ordinal", domain: series.map((_, i) => i), range: SYMBOLS.slice(0, series.length) },
      { name: "name", type: "ordinal", domain: series.map((_, i) => i), range: names },
    ],
    axes: [
      axis(
        "y",
        "left",
        truncate(yLabel, HEIGHT, (text) => textWidth(text, 13)),
        {
          titleX: MARGIN + 10 - LEFT,
          ...(yScale === "log" ? { values: logTicks(yDomain[0]!, yDomain[1]!), format: "~g" } : { tickCount: 6 }),
          grid: true,
          gridColor: GRID,
          domain: false,
          ticks: false,
        },
      ),
      axis(
        "x",
        "bottom",
        truncate(xLabel, WIDTH, (text) => textWidth(text, 13)),
        {
          titleY: 34,
          tickCount: 8,
          ...(wholeSteps ? { tickMinStep: 1, format: "d" } : {}),
          ...(wholeSteps && xHigh - xLow <= 20 ? { values: range(xLow, xHigh) } : {}),
        },
      ),
    ],
    legends: [
      {
        stroke: "color",
        shape: "symbol",
        orient: "none",
        legendX: WIDTH + 20,
        legendY: 4,
        symbolStrokeWidth: 2,
        symbolSize: 70,
        symbolFillColor: "white",
        rowPadding: 8,
        labelFont: FONT_FAMILY,
        labelFontSize: 12,
        labelColor: INK,
        labelLimit: 0,
        encode: { labels: { update: { text: { scale: "name", field: "value" } } } },
        aria: false,
      },
    ],
    marks: [
      {
        type: "group",
        from: { facet: { name: "line", data: "points", groupby: "series" } },
        marks: [
          {
            type: "line",
            aria: false,
            from: { data: "line" },
            encode: {
              enter: {
                x: { scale: "x", field: "x" },
                y: { scale: "y", field: "y" },
                stroke: { scale: "color", field: "series" },
                strokeWidth: { value: 2 },
                strokeJoin: { value: "round" },
              },
            },
          },
          {
            type: "symbol",
            aria: false,
            from: { data: "line" },
            encode: {
              enter: {
                x: { scale: "x", field: "x" },
                y: { scale: "y", field: "y" },
                shape: { scale: "symbol", field: "series" },
                size: { value: 42 },
                fill: { value: "white" },
                stroke: { scale: "color", field: "series" },
                strokeWidth: { value: 1.75 },
                opacity: { field: "marker" },
              },
            },
          },
        ],
      },
    ],
    ...(titleLines.length === 0
      ? {}
      : {
          title: {
            text: titleLines,
            anchor: "start",
            frame: "bounds",
            font: FONT_FAMILY,
            fontSize: 16,
            lineHeight: 21,
            color: INK,
            orient: "top",
            offset: 14,
            aria: false,
          },
        }),
  };
}

/** The whole numbers from `first` to `last`. */
function range(first: number, last: number): number[] {
  const start = Math.ceil(first);
  return Array.from({ length: Math.floor(last) - start + 1 }, (_, i) => start + i);
}

/** Powers of ten between two limits; with few of them, also twice and five times each. */
function logTicks(low: number, high: number): number[] {
  const steps = Math.log10(high / low) > 2.5 ? [1] : [1, 2, 5];
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
    for (const step of steps) ticks.push(Number(`${step}e${power}`)); // exact, unlike 10 ** power
  }
  const inside = ticks.filter((tick) => tick >= low && tick <= high);
  return inside.length > 1 ? inside : [low, high].map((limit) => Number(limit.toPrecision(3)));
}

/** From the smallest to the largest value; a lone value gets room on both sides, or it would have no place on the axis. */
function domainOf(series: Content["series"], axis: "x" | "y"): [number, number] {
  const values = series.flatMap(({ points }) => points.map((point) => point[axis]));
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  if (low < high) return [low, high];
  const room = Math.abs(low) / 2 || 1;
  return [low - room, high + room];
}

function axis(scale: string, orient: "bottom" | "left", title: string, more: Partial<Axis>): Axis {
  return {
    scale,
    orient,
    title,
    titleFont: FONT_FAMILY,
    titleFontSize: 13,
    titleFontWeight: "normal",
    titleColor: INK,
    titleAnchor: "middle",
    labelFont: FONT_FAMILY,
    labelFontSize: 11,
    labelColor: INK,
    domainColor: FAINT_INK,
    tickColor: FAINT_INK,
    aria: false,
    ...more,
  };
}
