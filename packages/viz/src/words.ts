import type { Mark } from "vega";

/** Places and looks of a text mark, as constants. */
export type Place = Record<string, number | string>;

/** A Vega mark of a text at a fixed place; an array is drawn as lines. */
export function words(text: string | string[], fontSize: number, place: Place): Mark {
  const fixed = Object.fromEntries(Object.entries(place).map(([key, value]) => [key, { value }]));
  return {
    type: "text",
    aria: false,
    encode: {
      enter: { text: { value: text }, fontSize: { value: fontSize }, lineHeight: { value: fontSize * 1.35 }, ...fixed },
    },
  };
}
