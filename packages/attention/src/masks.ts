import { arange, greaterEqual, less, type Tensor } from "@heed/tensor";

/**
 * Bool `[b, 1, k]`: true for the positions of each sequence, false for its padding.
 *
 * @param lengths - i32 `[b]`
 * @param longest - k
 */
export function paddingMask(lengths: Tensor, longest: number): Tensor {
  return less(arange(0, longest).reshape(1, 1, longest), lengths.reshape(-1, 1, 1));
}

/**
 * Bool `[1, q, k]`: true where key j stands at or before query i, counted from the end when there are more keys than
 * queries, as there are when earlier steps are cached.
 */
export function causalMask(queries: number, keys: number = queries): Tensor {
  const latest = arange(keys - queries, keys).reshape(1, queries, 1);
  return greaterEqual(latest, arange(0, keys).reshape(1, 1, keys));
}
