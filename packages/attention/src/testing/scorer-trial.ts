import { Draw, Random, softmax, Tensor } from "@heed/tensor";
import type { Attended } from "../attended.js";
import { Attention } from "../attention.js";
import { positionsOf } from "../positions.js";
import { type Scorer, type ScorerSample, scorerSizes } from "../scorer.js";
import { surroundingsOf } from "../surroundings.js";

/** Everything that one check of a scorer needs. */
export interface Trial {
  readonly scorer: Scorer;
  readonly sample: ScorerSample;
  readonly attention: Attention;
  readonly query: Tensor;
  readonly keys: Tensor;
  /** What a scorer that looks back remembers, `[b, 1, k]`. */
  readonly memory: Tensor;
  readonly draw: Draw;
}

/** Draws a query, keys and parameters on the backend in use. */
export function makeTrial(scorer: Scorer, sample: ScorerSample): Trial {
  const draw = new Draw(5);
  const query = draw.randn(sample.b, sample.q, sample.dq);
  const keys = draw.randn(sample.b, sample.k, sample.dk);
  const memory = softmax(draw.randn(sample.b, 1, sample.k), { axis: -1 });
  return { scorer, sample, attention: makeAttention(scorer, sample, 3), query, keys, memory, draw };
}

/** Attention with the scorer, its parameters drawn by the seed. */
export function makeAttention(scorer: Scorer, sample: ScorerSample, seed: number): Attention {
  const { dq, dk, d } = sample;
  return new Attention({
    ...sample,
    scorer,
    querySize: dq,
    keySize: dk,
    attentionSize: d,
    random: new Random(seed),
  });
}

/** Raw scores `[b, q, k]`, or `[b, h, q, k]`; the queries are the first ones, and remember the same `memory` `[b, 1, k]`. */
export function scoresOf({ scorer, attention, sample, memory }: Trial, query: Tensor, keys: Tensor): Tensor {
  const positions = positionsOf({ queries: query.shape[1]!, keys: keys.shape[1]! });
  const surroundings = surroundingsOf(scorer, scorerSizes(sample), positions, memory);
  const scored = scorer.score(attention.scorer, query, attention.prepare(keys).prepared, surroundings);
  return scored instanceof Tensor ? scored : scored.scores;
}

/** Attends the keys, which are the values, too. */
export function attend({ attention }: Trial, query: Tensor, keys: Tensor, mask: Tensor | null): Attended {
  return attention.forward(query, attention.prepare(keys, { mask }));
}
