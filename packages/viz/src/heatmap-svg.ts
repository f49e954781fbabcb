import { BAR, viridis } from "./color-bar.js";
import { FigureError } from "./figure-error.js";
import { describeHeatmap, type HeatmapContent, type HeatmapOptions, readHeatmap } from "./heatmap-content.js";
import { AXIS_SIZE, type HeatmapLayout, heatmapLayout, MARGIN, TITLE_SIZE } from "./heatmap-layout.js";
import { FONT_FAMILY, type LookOptions, lookOf } from "./style.js";
import { escapeXml, textWidth, truncate } from "./text.js";
import { cellGap, LABEL_GAP } from "./token-labels.js";

/** How `heatmapSvg` draws. */
export interface HeatmapSvgOptions extends LookOptions {
  /** Side of a cell in pixels; by default 16 to 44, the smaller the more tokens there are. */
  readonly cellSize?: number;
}

type Attributes = Readonly<Record<string, string | number>>;

/** Steps of the colour bar. */
const STEPS = 64;

/**
 * Draws a heatmap of attention weights as a standalone SVG document. The picture is that of `toSvg(heatmap(options))`; the
 * code is a few kB without Vega, synchronous, and needs neither a canvas nor `eval`.
 *
 * Each cell is a `<rect>` with `data-row` (index of the target token), `data-column` (index of the source token) and its
 * weight as a tooltip; labels have `data-row` or `data-column`. All text is escaped, so that a page can set the SVG as
 * `innerHTML`.
 *
 * @throws FigureError when there is no token, when the number of rows or the length of a row differs from the number
 *   of tokens, when a weight is not a number in [0, 1], or when `cellSize` is not a positive number.
 * @example
 * const svg = heatmapSvg({ weights: [[0.9, 0.1], [0.2, 0.8]], source: ["나는", "가요"], target: ["i", "go"] });
 */
export function heatmapSvg(options: HeatmapOptions, { cellSize, ...look }: HeatmapSvgOptions = {}): string {
  const { ink, faintInk, background } = lookOf(look);
  const content = readHeatmap("heatmapSvg", options);
  if (cellSize !== undefined && !(cellSize > 0 && Number.isFinite(cellSize))) {
    throw new FigureError(`heatmapSvg: cellSize must be a positive number of pixels, got ${cellSize}.`);
  }
  const layout = heatmapLayout(content, cellSize);
  const { padding, width, barHeight } = layout;
  const [all, high] = [padding.left + width + padding.right, padding.top + barHeight + padding.bottom];
  const picture = element("g", { transform: `translate(${padding.left},${padding.top})` }, [
    cells(content, layout),
    labels(content, layout),
    sides(content, layout, faintInk),
    colorBar(content, layout),
  ]);
  const root = { xmlns: "http://www.w3.org/2000/svg", width: all, height: high, viewBox: `0 0 ${all} ${high}` };
  return element("svg", { ...root, role: "img", "font-family": FONT_FAMILY, fill: ink }, [
    element("title", {}, escapeXml(content.title ?? `Heatmap of ${content.colorLabel}`)),
    element("desc", {}, escapeXml(describeHeatmap(content))),
    background === undefined ? "" : element("rect", { width: all, height: high, fill: background }),
    picture,
  ]);
}

function cells({ weights, source, target, colorMax }: HeatmapContent, { cell }: HeatmapLayout): string {
  const gap = cellGap(cell);
  const drawn = weights.flatMap((row, i) =>
    row.map((weight, j) => {
      const place = { x: j * cell, y: i * cell, width: cell - gap, height: cell - gap };
      const tooltip = element("title", {}, escapeXml(`${target[i]} → ${source[j]}: ${weight.toFixed(3)}`));
      const data = { "data-row": i, "data-column": j };
      return element("rect", { ...data, ...place, fill: viridis(weight / colorMax) }, tooltip);
    }),
  );
  return element("g", {}, drawn);
}

/** The tokens above the columns and left of the rows. */
function labels({ source, target }: HeatmapContent, { cell, labels: fitted }: HeatmapLayout): string {
  const { across, down, fontSize, slanted } = fitted;
  const label = (shown: string, whole: string, attributes: Attributes) =>
    element("text", attributes, [
      escapeXml(shown),
      ...(shown === whole ? [] : [element("title", {}, escapeXml(whole))]),
    ]);
  const above = across.map((text, j) => {
    const x = (j + 0.5) * cell;
    const place: Attributes = slanted
      ? { transform: `translate(${round(x + 0.3 * fontSize)},${-LABEL_GAP}) rotate(-45)` }
      : { x, y: -LABEL_GAP - Math.round(0.21 * fontSize), "text-anchor": "middle" };
    return label(text, source[j]!, { ...place, "data-column": j });
  });
  const left = down.map((text, i) => {
    const y = round((i + 0.5) * cell + 0.3 * fontSize);
    return label(text, target[i]!, { x: -LABEL_GAP, y, "text-anchor": "end", "data-row": i });
  });
  return element("g", { "font-size": fontSize }, [...above, ...left]);
}

/** The heading, the names of the sides, and the reference. */
function sides({ axes }: HeatmapContent, layout: HeatmapLayout, faintInk: string): string {
  const { labels: fitted, width, height, barHeight, padding, titleLines, captionLines } = layout;
  const [x, start] = [MARGIN - padding.left, { "text-anchor": "start" }];
  const standing = `translate(${x + AXIS_SIZE},${height / 2}) rotate(-90)`;
  return (
    lines(titleLines, TITLE_SIZE, x, MARGIN + TITLE_SIZE - padding.top, { "font-weight": "bold" }) +
    element("g", { "font-size": AXIS_SIZE, fill: faintInk, "text-anchor": "middle" }, [
      element("text", { x: width / 2, y: -fitted.top - 8 }, escapeXml(axes.across)),
      element("text", { transform: standing }, escapeXml(axes.down)),
      lines(captionLines, AXIS_SIZE, x, barHeight + 10 + AXIS_SIZE, start),
    ])
  );
}

function colorBar({ colorLabel, colorMax }: HeatmapContent, { width, barHeight }: HeatmapLayout): string {
  // Each step reaches to the foot of the bar, so that no seam shows; a gradient would need an id of its own in the page.
  const bar = Array.from({ length: STEPS }, (_, k) => {
    const y = round((k / STEPS) * barHeight);
    return element("rect", { y, width: BAR.thickness, height: barHeight - y, fill: viridis(1 - k / (STEPS - 1)) });
  });
  const numbers = ticks(colorMax, barHeight < 200 ? 2 : 5).map(({ value, text }) => {
    // The lowest and the highest stay within the bar.
    const down = value === 0 ? -2 : value === colorMax ? 9 : 3;
    return element("text", { x: BAR.thickness + 5, y: round((1 - value / colorMax) * barHeight + down) }, text);
  });
  const meaning = truncate(colorLabel, barHeight, (text) => textWidth(text, AXIS_SIZE));
  const standing = `translate(${BAR.thickness + BAR.labels + AXIS_SIZE},${barHeight / 2}) rotate(-90)`;
  return element("g", { transform: `translate(${width + BAR.gap},0)` }, [
    element("g", { "shape-rendering": "crispEdges" }, bar),
    element("g", { "font-size": 11 }, numbers),
    element("text", { transform: standing, "font-size": AXIS_SIZE, "text-anchor": "middle" }, escapeXml(meaning)),
  ]);
}

/** About `count` steps from 0 to `max`, of 1, 2 or 5 times a power of ten, each with as many digits as the step has. */
function ticks(max: number, count: number): { value: number; text: string }[] {
  if (max < 1e-9) return [0, max].map((value) => ({ value, text: value.toPrecision(2) })); // more digits do not fit
  const power = 10 ** Math.floor(Math.log10(max / count));
  const factor = max / count / power;
  // As d3-array's tickStep does, which would make this page a third larger.
  const step = power * (factor >= Math.sqrt(50) ? 10 : factor >= Math.sqrt(10) ? 5 : factor >= Math.SQRT2 ? 2 : 1);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return Array.from({ length: Math.floor(max / step + 1e-9) + 1 }, (_, k) => {
    const text = (k * step).toFixed(digits);
    return { value: Math.min(max, Number(text)), text };
  });
}

/** A text of several lines; of none, nothing. */
function lines(texts: readonly string[], size: number, x: number, y: number, more: Attributes): string {
  if (texts.length === 0) return "";
  const spans = texts.map((text, k) => element("tspan", { x, y: round(y + k * size * 1.35) }, escapeXml(text)));
  return element("text", { "font-size": size, ...more }, spans);
}

/** An element with attributes that are safe as they are, and a content that is XML. */
function element(name: string, attributes: Attributes, content: string | readonly string[] = ""): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${value}"`);
  return `<${name}${written.join("")}>${typeof content === "string" ? content : content.join("")}</${name}>`;
}

function round(pixels: number): number {
  return Math.round(100 * pixels) / 100;
}
