import { Draw, type Tensor, tensor } from "@heed/tensor";
import type { NormalizerDefinition } from "../normalizer.js";
import type { Precision } from "./precision.js";

/** Sizes with which a normalizer is certified. */
export type NormalizerSample = {
  readonly b: number;
  readonly q: number;
  readonly k: number;
};

/** The sizes of the checks: rows of one score, and scores around the widths of vector instructions. */
export const normalizerSizes: readonly NormalizerSample[] = [
  { b: 2, q: 3, k: 5 },
  { b: 1, q: 1, k: 1 },
  { b: 3, q: 2, k: 2 },
  { b: 2, q: 9, k: 3 },
  { b: 1, q: 4, k: 7 },
  { b: 5, q: 1, k: 8 },
  { b: 2, q: 2, k: 9 },
  { b: 1, q: 3, k: 17 },
  { b: 3, q: 2, k: 33 },
  { b: 1, q: 2, k: 65 },
];

/** Everything that one check of a normalizer needs. */
export interface NormalizerTrial extends Precision {
  readonly normalizer: NormalizerDefinition;
  readonly sample: NormalizerSample;
  /** `[b, q, k]`, standard normal. */
  readonly scores: Tensor;
  /** `[b, 1, k]`; the first key of each sentence may always be attended. */
  readonly mask: Tensor;
  readonly draw: Draw;
}

/** Draws scores and a mask on the backend in use. */
export function makeNormalizerTrial(
  normalizer: NormalizerDefinition,
  sample: NormalizerSample,
  precision: Precision,
): NormalizerTrial {
  const { b, q, k } = sample;
  const draw = new Draw(6);
  const open = Uint8Array.from({ length: b * k }, (_, i) => (i % k === 0 || (i * 7) % 5 > 2 ? 1 : 0));
  return {
    ...precision,
    normalizer,
    sample,
    scores: draw.randn(b, q, k),
    mask: tensor(open, { shape: [b, 1, k], dtype: "bool" }),
    draw,
  };
}
