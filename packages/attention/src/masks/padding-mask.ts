import { less } from "@heed/tensor";
import { defineMask } from "../mask.js";

/** Allows the tokens of each sentence, and not its padding. */
export const paddingMask = defineMask({
  name: "padding",
  summary: "keys that are not padding",
  allow: ({ key, lengths }) => less(key, lengths),
});
