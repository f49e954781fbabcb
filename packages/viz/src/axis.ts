import type { Axis } from "vega";
import type { Look } from "./style.js";
import { textWidth, truncate } from "./text.js";

/** A Vega axis in the house's type; a title longer than `room` pixels is shortened. */
export function axis(
  look: Look,
  scale: string,
  orient: "bottom" | "left",
  title: string,
  room: number,
  more: Partial<Axis>,
): Axis {
  return {
    scale,
    orient,
    title: truncate(title, room, (text) => textWidth(text, 13)),
    titleFont: look.font,
    titleFontSize: 13,
    titleFontWeight: "normal",
    titleColor: look.ink,
    titleAnchor: "middle",
    labelFont: look.font,
    labelFontSize: 11,
    labelColor: look.ink,
    domainColor: look.faintInk,
    tickColor: look.faintInk,
    aria: false,
    ...more,
  };
}
