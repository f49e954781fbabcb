import { Draw, Random, type Tensor } from "@heed/tensor";
import { type Attended, Attention } from "../attention.js";
import type { Scorer, ScorerSample } from "../scorer.js";

/** Everything that one check of a scorer needs. */
export interface Trial {
  readonly scorer: Scorer;
  readonly sample: ScorerSample;
  readonly attention: Attention;
  readonly query: Tensor;
  readonly keys: Tensor;
  readonly draw: Draw;
}

/** Draws a query, keys and parameters on the backend in use. */
export function makeTrial(scorer: Scorer, sample: ScorerSample): Trial {
  const draw = new Draw(5);
  const query = draw.randn(sample.b, sample.q, sample.dq);
  const keys = draw.randn(sample.b, sample.k, sample.dk);
  return { scorer, sample, attention: makeAttention(scorer, sample, 3), query, keys, draw };
}

/** Attention with the scorer, its parameters drawn by the seed. */
export function makeAttention(scorer: Scorer, { dq, dk, d }: ScorerSample, seed: number): Attention {
  return new Attention({ scorer, querySize: dq, keySize: dk, attentionSize: d, random: new Random(seed) });
}

/** Raw scores `[b, q, k]`. */
export function scoresOf({ scorer, attention }: Trial, query: Tensor, keys: Tensor): Tensor {
  return scorer.score(attention.scorer, query, attention.prepare(keys));
}

/** Attends the keys, which are the values, too. */
export function attend({ attention }: Trial, query: Tensor, keys: Tensor, mask: Tensor | null): Attended {
  return attention.forward(query, { prepared: attention.prepare(keys), values: keys, mask });
}
