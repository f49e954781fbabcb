import { Draw, type Tensor, tensor } from "@heed/tensor";
import type { Normalizer } from "../normalizer.js";

/** Sizes with which a normaliser is certified. */
export type NormalizerSample = {
  readonly b: number;
  readonly q: number;
  readonly k: number;
};

/** Everything that one check of a normaliser needs. */
export interface NormalizerTrial {
  readonly normalizer: Normalizer;
  readonly sample: NormalizerSample;
  /** `[b, q, k]`, standard normal. */
  readonly scores: Tensor;
  /** `[b, 1, k]`; the first key of each sentence may always be attended. */
  readonly mask: Tensor;
  readonly draw: Draw;
}

/** Draws scores and a mask on the backend in use. */
export function makeNormalizerTrial(normalizer: Normalizer, sample: NormalizerSample): NormalizerTrial {
  const { b, q, k } = sample;
  const draw = new Draw(6);
  const open = Uint8Array.from({ length: b * k }, (_, i) => (i % k === 0 || (i * 7) % 5 > 2 ? 1 : 0));
  return {
    normalizer,
    sample,
    scores: draw.randn(b, q, k),
    mask: tensor(open, { shape: [b, 1, k], dtype: "bool" }),
    draw,
  };
}
