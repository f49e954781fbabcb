import { less } from "@heed/tensor";
import { defineMask } from "../mask.js";

/** True for the tokens of each sentence, false for its padding. */
export const paddingMask = defineMask({
  name: "padding",
  summary: "keys that are no padding",
  allow: ({ key, lengths }) => less(key, lengths),
});
