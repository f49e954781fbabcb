import { abs, lessEqual, sub } from "@heed/tensor";
import { defineMask } from "../mask.js";

/** Allows the keys that are at most `radius` steps from the query's position. */
export const windowMask = defineMask({
  name: "window",
  summary: "keys at most `radius` steps from the query's position",
  options: { radius: 5 },
  allow: ({ query, key }, { radius }) => lessEqual(abs(sub(key, query)), radius),
});
