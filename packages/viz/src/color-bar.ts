import type { Legend, Mark } from "vega";
import type { Look } from "./style.js";
import { textWidth, truncate } from "./text.js";
import { words } from "./words.js";

const TITLE_SIZE = 12;

/** Sizes of a colour bar and of what stands beside it, from left to right. */
export const BAR = { gap: 24, thickness: 14, labels: 30, title: 20 } as const;

/** The Vega legend of the scale `color`: a vertical gradient with its upper left corner at `x`, 0. */
export function colorBar(look: Look, x: number, height: number, format?: string): Legend {
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
    labelFont: look.font,
    labelFontSize: 11,
    labelColor: look.ink,
    labelOffset: 5,
    aria: false,
  };
}

/** What the colours of a bar mean, written upwards right of it; `x` is the foot of the letters. */
export function colorTitle(look: Look, text: string, x: number, barHeight: number, limit: number = barHeight): Mark {
  const fitting = truncate(text, limit, (part) => textWidth(part, TITLE_SIZE));
  return words(fitting, TITLE_SIZE, { x, y: barHeight / 2, angle: -90, align: "center", fill: look.ink });
}

/** Points of viridis (Smith and van der Walt, 2015) at equal distances: those between which Vega draws, too. */
const POINTS =
  "440154470e61481a6c482575472f7d443a834144873d4e8a39568c35608d31688e2d708e2a788e27818e23888e21918d" +
  "1f988b1fa08822a8842ab07f35b77943bf7154c56866cc5d7ad1518fd744a5db36bcdf27d2e21be9e51afde725";

/** The colour of viridis at a place on the scale, in [0, 1]: `rgb(68, 1, 84)` at 0. */
export function viridis(share: number): string {
  const place = share * (POINTS.length / 6 - 1);
  const first = Math.floor(place);
  const channels = [0, 2, 4].map((offset) => {
    const [from, to] = [first, Math.ceil(place)].map((point) =>
      Number.parseInt(POINTS.slice(6 * point + offset, 6 * point + offset + 2), 16),
    ) as [number, number];
    return Math.round(from + (to - from) * (place - first));
  });
  return `rgb(${channels.join(", ")})`;
}
