import type { Legend, Scale } from "vega";
import type { Look } from "./style.js";
import { textWidth, truncate } from "./text.js";

const LABEL_SIZE = 12;
const LABEL_LIMIT = 180;

/** Names of series as a legend shows them, and the width that they take. */
export function legendNames(names: readonly string[]): { names: string[]; width: number } {
  const measure = (text: string) => textWidth(text, LABEL_SIZE);
  const shown = names.map((name) => truncate(name, LABEL_LIMIT, measure));
  return { names: shown, width: Math.max(...shown.map(measure)) + 28 };
}

/** The scales `color` and `name` of series by their index, since two names may be shortened to the same. */
export function seriesScales(names: readonly string[], look: Look): Scale[] {
  const domain = names.map((_, i) => i);
  return [
    { name: "color", type: "ordinal", domain, range: look.series.slice(0, names.length) },
    { name: "name", type: "ordinal", domain, range: [...names] },
  ];
}

/** The Vega legend of series, with its upper left corner at `x`. */
export function seriesLegend(look: Look, x: number, more: Partial<Legend>): Legend {
  return {
    orient: "none",
    legendX: x,
    legendY: 4,
    symbolSize: 70,
    rowPadding: 8,
    labelFont: look.font,
    labelFontSize: LABEL_SIZE,
    labelColor: look.ink,
    labelLimit: 0,
    encode: { labels: { update: { text: { scale: "name", field: "value" } } } },
    aria: false,
    ...more,
  } as Legend;
}
