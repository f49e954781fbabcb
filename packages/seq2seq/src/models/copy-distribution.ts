import {
  add,
  concat,
  equal,
  expand,
  full,
  gather,
  greater,
  less,
  log,
  logSoftmax,
  logSumExp,
  maximum,
  neg,
  scatterAdd,
  softplus,
  stack,
  sum,
  type Tensor,
  where,
} from "@heed/tensor";
import type { CopySource } from "../batch.js";

/** What a model that copies computes for one or more steps. Axes: v target tokens, s source positions; … is b, or b and t. */
export interface CopyOutput {
  /** For generated tokens, `[..., v]`. */
  readonly logits: Tensor;
  /** Attention to the source, the distribution of copied tokens, `[..., s]`. */
  readonly weights: Tensor;
  /** Its sigmoid is the probability of generating a token; otherwise one is copied, `[..., 1]`. */
  readonly gate: Tensor;
}

/** Stands for a probability of 0 in the loss, so that its logarithm is finite. */
const tiny = 1e-30;

/** Natural logarithm of the sigmoid, without overflow. */
const logSigmoid = (x: Tensor): Tensor => neg(softplus(neg(x)));

/**
 * Log-probabilities of generating or copying each token of the extended vocabulary; −∞ for a token that is in neither.
 *
 * Source: See et al. 2017, arXiv:1704.04368, eq. 9.
 *
 * @returns `[..., v + extraTokens]`
 */
export function copyLogProbs({ logits, weights, gate }: CopyOutput, { ids, extraTokens }: CopySource): Tensor {
  const size = logits.shape.at(-1)! + extraTokens;
  const generated = add(logSoftmax(logits, { axis: -1 }), logSigmoid(gate));
  const beyond = [...logits.shape.slice(0, -1), extraTokens];
  const padded =
    extraTokens === 0
      ? generated
      : concat([generated, full(beyond, Number.NEGATIVE_INFINITY, "f32", logits.backend)], { axis: -1 });
  const places = weights.shape.length === 2 ? ids : expand(ids.reshape(ids.shape[0]!, 1, -1), { shape: weights.shape });
  const share = scatterAdd(weights, places, { axis: -1, size });
  const reachable = greater(share, 0);
  // The logarithm of 0 would have no gradient.
  const copied = add(log(where(reachable, share, 1)), logSigmoid(neg(gate)));
  return where(reachable, logSumExp(stack([padded, copied], { axis: 0 }), { axis: 0 }), padded);
}

/**
 * −log-probability of each target token. It sums the attention to the positions of the target token, and needs no
 * distribution over the extended vocabulary.
 *
 * @param target - in the extended vocabulary, i32 `[b, t]`
 * @returns `[b, t]`
 */
export function copyCrossEntropy({ logits, weights, gate }: CopyOutput, { ids }: CopySource, target: Tensor): Tensor {
  const [b, t] = target.shape as [number, number];
  const places = target.reshape(b, t, 1);
  const known = less(places, logits.shape.at(-1)!);
  const chosen = gather(logSoftmax(logits, { axis: -1 }), where(known, places, 0), { axis: -1 });
  const generated = where(known, add(chosen, logSigmoid(gate)), Math.log(tiny)); // b t 1
  const matches = equal(ids.reshape(b, 1, -1), places); // b t s
  const share = sum(where(matches, weights, 0), { axis: -1, keepDims: true });
  const copied = add(log(maximum(share, tiny)), logSigmoid(neg(gate))); // b t 1
  return neg(logSumExp(concat([generated, copied], { axis: -1 }), { axis: -1 }));
}
