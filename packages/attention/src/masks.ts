import { arange, type Backend, currentBackend, greaterEqual, less, type Tensor } from "@heed/tensor";

/**
 * Bool `[b, 1, k]`: true for the positions of each sequence, false for its padding; on the backend of the lengths.
 *
 * @param lengths - i32 `[b]`
 * @param longest - k
 */
export function paddingMask(lengths: Tensor, longest: number): Tensor {
  return less(arange(0, longest, lengths.backend).reshape(1, 1, longest), lengths.reshape(-1, 1, 1));
}

/**
 * Bool `[1, q, k]`: true where key j stands at or before query i, counted from the end when there are more keys than
 * queries, as there are when earlier steps are cached.
 *
 * @param backend - by default the one in use
 */
export function causalMask(queries: number, keys: number = queries, backend: Backend = currentBackend()): Tensor {
  const latest = arange(keys - queries, keys, backend).reshape(1, queries, 1);
  return greaterEqual(latest, arange(0, keys, backend).reshape(1, 1, keys));
}
