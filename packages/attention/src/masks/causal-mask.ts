import { lessEqual } from "@heed/tensor";
import { defineMask } from "../mask.js";

/** Allows the keys at or before the query's position, so that nothing of the future is visible. */
export const causalMask = defineMask({
  name: "causal",
  summary: "keys at or before the query's position",
  allow: ({ query, key }) => lessEqual(key, query),
});
