import { abs, lessEqual, sub } from "@heed/tensor";
import { defineMask } from "../mask.js";

/** A query sees the keys at most `radius` steps from its own position. */
export const windowMask = defineMask({
  name: "window",
  summary: "keys at most `radius` steps from the query's position",
  numbers: { radius: 5 },
  allow: ({ query, key }, { radius }) => lessEqual(abs(sub(key, query)), radius),
});
