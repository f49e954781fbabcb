import type { Axis } from "vega";
import { FAINT_INK, FONT_FAMILY, INK } from "./style.js";
import { textWidth, truncate } from "./text.js";

/** A Vega axis in the house's type; a title longer than `room` pixels is shortened. */
export function axis(scale: string, orient: "bottom" | "left", title: string, room: number, more: Partial<Axis>): Axis {
  return {
    scale,
    orient,
    title: truncate(title, room, (text) => textWidth(text, 13)),
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
