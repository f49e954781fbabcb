import type { Legend, Mark } from "vega";
import { FONT_FAMILY, INK } from "./style.js";
import { textWidth, truncate } from "./text.js";
import { words } from "./words.js";

const TITLE_SIZE = 12;

/** Sizes of a colour bar and of what stands beside it, from left to right. */
export const BAR = { gap: 24, thickness: 14, labels: 30, title: 20 } as const;

/** The Vega legend of the scale `color`: a vertical gradient with its upper left corner at `x`, 0. */
export function colorBar(x: number, height: number, format?: string): Legend {
  return {
    fill: "color",
    type: "gradient",
    orient: "none",
    legendX: x,
    legendY: 0,
    padding: 0,
    gradientLength: height,
    gradientThickness: BAR.thickness,
    tickCount: height < 200 ? 2 : 5,
    ...(format === undefined ? {} : { format }),
    labelFont: FONT_FAMILY,
    labelFontSize: 11,
    labelColor: INK,
    labelOffset: 5,
    aria: false,
  };
}

/** What the colours of a bar mean, written upwards right of it; `x` is the foot of the letters. */
export function colorTitle(text: string, x: number, barHeight: number, limit: number = barHeight): Mark {
  const fitting = truncate(text, limit, (part) => textWidth(part, TITLE_SIZE));
  return words(fitting, TITLE_SIZE, { x, y: barHeight / 2, angle: -90, align: "center", fill: INK });
}
