import { HeedError, Random } from "@heed/core";
import { composite } from "../composite.js";
import { full } from "../create.js";
import { detach } from "../detach.js";
import { ShapeError } from "../errors.js";
import type { Op } from "../op.js";
import { assertDType } from "../rules.js";
import { scope } from "../scope.js";
import { formatShape } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { argmax } from "./argmax.op.js";
import { div } from "./div.op.js";
import { expandDims } from "./expand-dims.op.js";
import { log } from "./log.op.js";
import { maximum } from "./maximum.op.js";
import { neg } from "./neg.op.js";
import { topK } from "./top-k.op.js";
import { uniformLike } from "./uniform-like.op.js";

/** Options of {@link multinomial}. */
export interface MultinomialOptions {
  /** How many indices to draw from each distribution; by default 1. */
  readonly count?: number;
  /** Whether an index may be drawn again; by default false, as in PyTorch. */
  readonly replacement?: boolean;
  /** Gives the seed: one draw a call. */
  readonly random: Random;
}

/**
 * Draws indices from distributions along the last axis, as i32. The probabilities are non-negative and need not sum to 1.
 * The same state of `random` draws the same indices. No gradient flows through it. PyTorch: `torch.multinomial`.
 *
 * Each index wins whose p / q is largest, q drawn from the exponential distribution; without replacement, the `count`
 * largest. An index of probability 0 is drawn only when fewer than `count` others exist. With replacement, memory for
 * count · n numbers a row is taken. q has 24 random bits, so that
 * probabilities below about 1e-6 of the sum are only roughly kept.
 *
 * - `probabilities` - `[..., n]`; returns i32 `[..., count]`
 *
 * @throws HeedError when `count` is not a positive integer, or larger than n without replacement
 * @example
 * multinomial(softmax(logits, { axis: -1 }), { random }); // [b, n] -> [b, 1]
 */
export const multinomial: Op<[probabilities: Tensor], MultinomialOptions> = composite({
  name: "multinomial",
  inputs: ["probabilities"],
  options: { "count?": "integer", "replacement?": "boolean", random: "random" },
  shapes: "... n -> ... k",
  reference: "Efraimidis and Spirakis 2006; Yellott 1977",
  differentiable: false,
  // Getters: each use starts with a new generator, so that every run draws the same.
  samples: [
    {
      args: ({ positive }) => [positive(4, 6)],
      params: {
        count: 3,
        get random() {
          return new Random(5);
        },
      },
    },
    {
      label: "replacement",
      args: ({ positive }) => [positive(3, 5)],
      params: {
        count: 7,
        replacement: true,
        get random() {
          return new Random(6);
        },
      },
    },
  ],
  check: ({ count = 1, replacement = false }, probabilities) => {
    assertDType("multinomial", "probabilities", probabilities, "f32");
    const length = probabilities.shape.at(-1)!;
    if (length === 0) {
      throw new ShapeError(`multinomial: expected at least one probability, got ${formatShape(probabilities.shape)}.`);
    }
    if (count < 1) {
      throw new HeedError(`multinomial: count must be a positive integer, got ${count}.`);
    }
    if (!replacement && count > length) {
      throw new HeedError(
        `multinomial: count must be at most ${length}, the number of probabilities, got ${count}; or pass replacement: true.`,
      );
    }
  },
  compose: ({ count = 1, replacement = false, random }, probabilities) =>
    scope(() => {
      const seed = random.integer(0, 2 ** 32);
      const p = detach(probabilities);
      if (!replacement) return topK(div(p, exponential(p, seed)), { k: count })[1];
      const draws = full([...p.shape.slice(0, -1), count, p.shape.at(-1)!], 0, "f32", p.backend); // … count n
      return argmax(div(expandDims(p, { axis: -2 }), exponential(draws, seed)), { axis: -1 });
    }),
});

/** Draws from the exponential distribution, in the shape of x; never 0. */
function exponential(x: Tensor, seed: number): Tensor {
  return neg(log(maximum(uniformLike(x, { seed }), 2 ** -26)));
}
