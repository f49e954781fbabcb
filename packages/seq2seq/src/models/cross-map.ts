import type { Attended } from "@heed/attention";
import type { Tensor } from "@heed/tensor";
import type { AttentionMap } from "./seq2seq-model.js";

/** What a decoder's only attention to the source found, as a map. */
export function crossMap({
  weights,
  heads,
}: {
  readonly weights: Tensor;
  readonly heads: Attended["heads"];
}): AttentionMap {
  const [b, t, s] = weights.shape as [number, number, number];
  return { kind: "cross", layer: 0, weights: heads ?? weights.reshape(b, 1, t, s) };
}
