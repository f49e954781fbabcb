import { lessEqual } from "@heed/tensor";
import { defineMask } from "../mask.js";

/** A query sees the keys at or before its own position: nothing of the future. */
export const causalMask = defineMask({
  name: "causal",
  summary: "keys at or before the query's position",
  allow: ({ query, key }) => lessEqual(key, query),
});
