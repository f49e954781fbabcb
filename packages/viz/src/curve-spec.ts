import type { Mark, Spec } from "vega";
import { axis } from "./axis.js";
import type { CurveFigure } from "./figure.js";
import { legendNames, seriesLegend, seriesScales } from "./series-legend.js";
import type { Look } from "./style.js";
import { BOLD, textWidth, truncate, wrap } from "./text.js";
import { words } from "./words.js";

type Content = Omit<CurveFigure, "kind" | "description">;

const WIDTH = 480;
const HEIGHT = 300;
const MARGIN = 16;
const LEFT = 72; // at least
const TITLE_SIZE = 16;
const RULE_SIZE = 11;
const RULE_HEIGHT = 17; // of the line above the plot that the label of a rule has for itself
const X_PADDING = 10;
const MARKER_LIMIT = 40; // more markers would hide their own line
const SYMBOLS = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right"] as const;

/** The Vega specification of a curve; margins are computed here because Vega cannot measure Hangul without a canvas. */
export function curveSpec(
  { series, xLabel, yLabel, yScale, yFormat, yDomain, rules, title }: Content,
  look: Look,
): Spec {
  const legend = legendNames(series.map(({ name }) => name));
  const points = series.flatMap((one) => one.points);
  const [low, high] = domainOf(points.map(({ y }) => y));
  const limits = yDomain ?? (yScale === "log" ? [low * 0.8, high * 1.25] : [low, high]);
  const left = Math.max(LEFT, MARGIN + 26 + labelWidth([limits[0]!, limits[1]!], yScale, yFormat));
  const right = 20 + legend.width + MARGIN;
  const titleLines =
    title === undefined
      ? []
      : wrap(title, left + WIDTH + right - 2 * MARGIN, (text) => textWidth(text, TITLE_SIZE * BOLD));
  const top = MARGIN + titleLines.length * 21 + (titleLines.length > 0 ? 12 : 0) + rules.length * RULE_HEIGHT;
  const xs = [...points.map(({ x }) => x), ...rules.map(({ x }) => x)];
  const wholeSteps = xs.every(Number.isInteger);
  const [xLow, xHigh] = domainOf(xs);
  const percent = yFormat === "percent" ? { format: "~%" } : {};
  return {
    $schema: "https://vega.github.io/schema/vega/v6.json",
    ...(look.background === undefined ? {} : { background: look.background }),
    width: WIDTH,
    height: HEIGHT,
    autosize: "none",
    padding: { left, right, top, bottom: 52 },
    config: { text: { font: look.font } },
    data: [
      {
        name: "points",
        values: series.flatMap(({ points }, i) =>
          points.map(({ x, y }) => ({ series: i, x, y, marker: points.length > MARKER_LIMIT ? 0 : 1 })),
        ),
      },
    ],
    scales: [
      { name: "x", type: "linear", domain: [xLow, xHigh], range: "width", zero: false, padding: X_PADDING },
      {
        name: "y",
        type: yScale,
        domain: [...limits],
        range: "height",
        nice: yScale === "linear" && yDomain === undefined,
        zero: false,
      },
      {
        name: "symbol",
        type: "ordinal",
        domain: series.map((_, i) => i),
        range: SYMBOLS.slice(0, series.length),
      },
      ...seriesScales(legend.names, look),
    ],
    axes: [
      axis(look, "y", "left", yLabel, HEIGHT, {
        titleX: MARGIN + 10 - left,
        ...(yScale === "log" ? { values: logTicks(limits[0]!, limits[1]!), format: "~g" } : { tickCount: 6 }),
        ...percent,
        grid: true,
        gridColor: look.grid,
        domain: false,
        ticks: false,
      }),
      axis(look, "x", "bottom", xLabel, WIDTH, {
        titleY: 34,
        tickCount: 8,
        ...(wholeSteps ? { tickMinStep: 1, format: "d" } : {}),
        ...(wholeSteps && xHigh - xLow <= 20 ? { values: wholeTicks(xLow, xHigh) } : {}),
      }),
    ],
    legends: [
      seriesLegend(look, WIDTH + 20, {
        stroke: "color",
        shape: "symbol",
        symbolStrokeWidth: 2,
        symbolFillColor: look.paper,
      }),
    ],
    marks: [
      ...stack(
        rules.map(({ x, label }) => ({
          at: X_PADDING + ((x - xLow) / (xHigh - xLow)) * (WIDTH - 2 * X_PADDING),
          label,
        })),
      ).flatMap(({ at, label }, k) => ruleMarks(look, at, label, -(k + 1) * RULE_HEIGHT)),
      linesMark(look),
      words(titleLines, TITLE_SIZE, {
        x: MARGIN - left,
        y: MARGIN + TITLE_SIZE - top,
        fill: look.ink,
        fontWeight: "bold",
      }),
    ],
  };
}

/** The line and the markers of each series. */
function linesMark(look: Look): Mark {
  const place = { x: { scale: "x", field: "x" }, y: { scale: "y", field: "y" } };
  const stroke = { scale: "color", field: "series" };
  return {
    type: "group",
    from: { facet: { name: "line", data: "points", groupby: "series" } },
    marks: [
      {
        type: "line",
        aria: false,
        from: { data: "line" },
        encode: { enter: { ...place, stroke, strokeWidth: { value: 2 }, strokeJoin: { value: "round" } } },
      },
      {
        type: "symbol",
        aria: false,
        from: { data: "line" },
        encode: {
          enter: {
            ...place,
            shape: { scale: "symbol", field: "series" },
            size: { value: 42 },
            fill: { value: look.paper },
            stroke,
            strokeWidth: { value: 1.75 },
            opacity: { field: "marker" },
          },
        },
      },
    ],
  };
}

/** Rules from the lowest label to the highest, so that no line crosses the label of its neighbour. */
function stack<T extends { at: number }>(rules: readonly T[]): T[] {
  const sorted = [...rules].sort((a, b) => a.at - b.at);
  const fromLeft = sorted.filter(({ at }) => at < WIDTH / 2); // their labels stand to the right of the line
  return [...sorted.slice(fromLeft.length), ...fromLeft.reverse()];
}

/** A dashed line at `x` from the top of its label, `top`, down to the axis; the label stands where there is room. */
function ruleMarks(look: Look, x: number, label: string, top: number): Mark[] {
  const toTheRight = x < WIDTH / 2;
  const measure = (text: string) => textWidth(text, RULE_SIZE);
  return [
    {
      type: "rule",
      aria: false,
      encode: {
        enter: {
          x: { value: x },
          y: { value: top },
          y2: { value: HEIGHT },
          stroke: { value: look.faintInk },
          strokeWidth: { value: 1.25 },
          strokeDash: { value: [5, 4] },
        },
      },
    },
    words(truncate(label, toTheRight ? WIDTH - x : x, measure), RULE_SIZE, {
      x: x + (toTheRight ? 5 : -5),
      y: top + RULE_SIZE,
      align: toTheRight ? "left" : "right",
      fill: look.faintInk,
    }),
  ];
}

/** From the smallest to the largest value; a lone value gets room on both sides, or it would have no place on the axis. */
function domainOf(values: readonly number[]): [number, number] {
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  if (low < high) return [low, high];
  const room = Math.abs(low) / 2 || 1;
  return [low - room, high + room];
}

/** The whole numbers from `first` to `last`. */
function wholeTicks(first: number, last: number): number[] {
  const start = Math.ceil(first);
  return Array.from({ length: Math.floor(last) - start + 1 }, (_, i) => start + i);
}

/** Numbers on a log axis from `low` to `high`: powers of ten; with few of them, also twice and five times each; or finer. */
function logTicks(low: number, high: number): number[] {
  const wide = Math.log10(high / low) > 2.5;
  const ticks = ticksAt(wide ? [1] : [1, 2, 5], low, high);
  return ticks.length > 1 ? ticks : ticksAt([1, 1.25, 1.5, 1.75, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 9], low, high);
}

/** The multiples of powers of ten between two limits. */
function ticksAt(multiples: readonly number[], low: number, high: number): number[] {
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
    for (const multiple of multiples) ticks.push(Number(`${multiple}e${power}`)); // exact, unlike 10 ** power
  }
  return ticks.filter((tick) => tick >= low && tick <= high);
}

/** Width of the widest number beside the vertical axis, in pixels. */
function labelWidth(
  [low, high]: [number, number],
  scale: CurveFigure["yScale"],
  format: CurveFigure["yFormat"],
): number {
  const measure = (texts: readonly string[]) => Math.max(...texts.map((text) => textWidth(text, 11)));
  if (scale === "log") return measure(logTicks(low, high).map(String));
  const share = format === "percent" ? 100 : 1;
  // Vega chooses about six steps, each with as many digits as the step has; rounding may add a digit at the ends.
  const step = (share * (high - low)) / 10;
  const digits = Math.min(20, Math.max(0, Math.ceil(-Math.log10(step))));
  const ends = [low, high].map((end) =>
    (share * end * 1.2).toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits }),
  );
  return measure(ends) + (format === "percent" ? 10 : 0);
}
