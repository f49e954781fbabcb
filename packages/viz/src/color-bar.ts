import type { Legend } from "vega";
import { FONT_FAMILY, INK } from "./style.js";

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
