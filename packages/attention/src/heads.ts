import { mean, type Tensor, transpose } from "@heed/tensor";

/** `[b, t, d]` as one part for each head, `[b, h, t, d/h]`. */
export function splitHeads(x: Tensor, heads: number): Tensor {
  const [b, t, d] = x.shape as [number, number, number];
  // One step, or one head, stands in that order already.
  if (t === 1 || heads === 1) return x.reshape(b, heads, t, d / heads);
  return transpose(x.reshape(b, t, heads, d / heads), { permutation: [0, 2, 1, 3] });
}

/** The reverse of {@link splitHeads}. */
export function mergeHeads(x: Tensor): Tensor {
  const [b, h, t, part] = x.shape as [number, number, number, number];
  const ordered = t === 1 || h === 1 ? x : transpose(x, { permutation: [0, 2, 1, 3] });
  return ordered.reshape(b, t, h * part);
}

/** The weights of the heads, `[b, h, q, k]`, as one: their mean, `[b, q, k]`. */
export function meanOfHeads(weights: Tensor): Tensor {
  const [b, h, q, k] = weights.shape as [number, number, number, number];
  return h === 1 ? weights.reshape(b, q, k) : mean(weights, { axis: 1 });
}
