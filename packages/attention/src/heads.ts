import { type Tensor, transpose } from "@heed/tensor";

/** `[b, t, d]` as one part for each head, `[b, h, t, d/h]`. */
export function splitHeads(x: Tensor, heads: number): Tensor {
  const [b, t, d] = x.shape as [number, number, number];
  return transpose(x.reshape(b, t, heads, d / heads), { permutation: [0, 2, 1, 3] });
}

/** The reverse of {@link splitHeads}. */
export function mergeHeads(x: Tensor): Tensor {
  const [b, h, t, part] = x.shape as [number, number, number, number];
  return transpose(x, { permutation: [0, 2, 1, 3] }).reshape(b, t, h * part);
}
