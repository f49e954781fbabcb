import { BAR } from "./color-bar.js";
import type { HeatmapContent } from "./heatmap-content.js";
import { BOLD, textWidth, wrap } from "./text.js";
import { type TokenLabels, tokenLabels } from "./token-labels.js";

export const MARGIN = 16;
export const TITLE_SIZE = 16;
export const AXIS_SIZE = 12;

/** Where the parts of a heatmap stand, in pixels; the first cell is at 0, 0. */
export interface HeatmapLayout {
  /** Side of a cell. */
  readonly cell: number;
  readonly labels: TokenLabels;
  /** Of all cells. */
  readonly width: number;
  readonly height: number;
  readonly barHeight: number;
  /** The room around the cells and the colour bar. */
  readonly padding: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };
  readonly titleLines: string[];
  readonly captionLines: string[];
}

/** Lays out a heatmap. @param cell - side of a cell; by default what the number of tokens leaves room for */
export function heatmapLayout(content: HeatmapContent, cell = cellOf(content)): HeatmapLayout {
  const { source, target, title, reference } = content;
  const labels = tokenLabels(source, target, cell);
  const width = cell * source.length;
  const height = cell * target.length;

  const left = MARGIN + AXIS_SIZE + 10 + labels.left;
  const right = Math.max(BAR.gap + BAR.thickness + BAR.labels + BAR.title, labels.overhang) + MARGIN;
  const lines = (text: string | undefined, size: number) =>
    text === undefined
      ? []
      : wrap(text, Math.max(left + width + right, 260) - 2 * MARGIN, (s) => textWidth(s, size * BOLD));
  const titleLines = lines(title, TITLE_SIZE);
  const titleHeight = Math.ceil(titleLines.length * TITLE_SIZE * 1.3);
  const captionLines = lines(reference && `reference: ${reference.join(" ")}`, AXIS_SIZE);
  const captionHeight = captionLines.length === 0 ? 0 : captionLines.length * AXIS_SIZE * 1.4 + 10;
  const top = MARGIN + titleHeight + (titleHeight > 0 ? 10 : 0) + AXIS_SIZE + 8 + labels.top;
  const spare = Math.max(0, 260 - (left + width + right)); // room for the words of a very small picture
  return {
    cell,
    labels,
    width,
    height,
    barHeight: Math.max(height, 120),
    padding: { left, right: right + spare, top, bottom: MARGIN + captionHeight },
    titleLines,
    captionLines,
  };
}

function cellOf({ source, target }: HeatmapContent): number {
  return Math.min(44, Math.max(16, Math.floor(640 / Math.max(source.length, target.length))));
}
