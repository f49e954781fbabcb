import { Dropout, Module, parameterFrom } from "@heed/nn";
import {
  formatShape,
  matchLegend,
  matmul,
  type Parameter,
  parseLegend,
  type Random,
  randomUniform,
  type Shape,
  ShapeError,
  sameShape,
  type Tensor,
} from "@heed/tensor";
import type { Normalizer } from "./normalizer.js";
import { softmax } from "./normalizers/softmax.js";
import type { GruDecoded, GruDecoder, Scorer } from "./scorer.js";

export interface AttentionOptions {
  readonly scorer: Scorer;
  /** Width of a query, dq. */
  readonly querySize: number;
  /** Width of a key, dk. */
  readonly keySize: number;
  /** Width of the space in which both meet, d, for scorers that have one; by default dq. */
  readonly attentionSize?: number;
  /** By default softmax. */
  readonly normalizer?: Normalizer;
  /** Probability with which a weight is dropped in training, in [0, 1); by default 0. */
  readonly dropout?: number;
  readonly random: Random;
}

/** What is attended. */
export interface AttentionMemory {
  /** What {@link Attention.prepare} made of the keys. */
  readonly prepared: Tensor;
  /** `[b, k, dv]`; often the keys themselves. */
  readonly values: Tensor;
  /** Bool, broadcastable to `[b, q, k]`, true = may attend; `null`: everything may be attended. */
  readonly mask: Tensor | null;
}

/** What attention found. */
export interface Attended {
  /** `[b, q, dv]`: Σⱼ weights · values. */
  readonly context: Tensor;
  /** `[b, q, k]`, as they are before dropout. */
  readonly weights: Tensor;
}

/**
 * Attention: weights = normalise(score(query, keys)), where the mask is true; context = weights · values.
 *
 * The scorer says how query and key are compared; this module owns everything else. Matrices `[in, …]` and vectors `[d]`
 * of the scorer start in U(±1/√in).
 *
 * @example
 * const attention = new Attention({ scorer: additive, querySize: 64, keySize: 64, random });
 * const prepared = attention.prepare(states); // once a sentence
 * const { context, weights } = attention.forward(query, { prepared, values: states, mask });
 */
export class Attention extends Module {
  /** The scorer's parameters, by its own names. */
  readonly scorer: Readonly<Record<string, Parameter>>;
  readonly dropout: Dropout;
  readonly #definition: Scorer;
  readonly #normalizer: Normalizer;

  /** @throws ShapeError when the scorer needs query and key to have the same width, and they have not */
  constructor({
    scorer,
    querySize,
    keySize,
    attentionSize = querySize,
    normalizer = softmax,
    dropout = 0,
    random,
  }: AttentionOptions) {
    super();
    const legend = parseLegend(scorer.shapes);
    matchLegend(
      `scorer ${scorer.name}`,
      legend,
      "inputs",
      ["query", "keys"],
      [
        [1, 1, querySize],
        [1, 1, keySize],
      ],
    );
    const shapes = scorer.params?.({ dq: querySize, dk: keySize, d: attentionSize }) ?? {};
    this.scorer = Object.fromEntries(
      Object.entries(shapes).map(([name, shape]) => [name, parameterFrom(firstValue(shape, random))]),
    );
    this.dropout = new Dropout({ probability: dropout, random });
    this.#definition = scorer;
    this.#normalizer = normalizer;
  }

  /**
   * What can be done before any query is known, such as projecting the keys.
   * @param keys - `[b, k, dk]`
   * @throws ShapeError when the keys do not have three axes
   */
  prepare(keys: Tensor): Tensor {
    if (keys.shape.length !== 3) {
      throw new ShapeError(
        `Attention: keys must have three axes, [batch, keys, width], but have ${keys.shape.length}: ${formatShape(keys.shape)}.`,
      );
    }
    return this.#definition.prepare?.(this.scorer, keys) ?? keys;
  }

  /**
   * @param query - `[b, q, dq]`; two axes, `[b, dq]`, count as one step
   * @throws ShapeError when the query fits neither, or the scorer returns something other than `[b, q, k]`
   */
  forward(query: Tensor, { prepared, values, mask }: AttentionMemory): Attended {
    const queries = query.shape.length === 2 ? query.reshape(query.shape[0]!, 1, query.shape[1]!) : query;
    if (queries.shape.length !== 3) {
      throw new ShapeError(`Attention: the query must be [b, q, dq] or [b, dq], but is ${formatShape(query.shape)}.`);
    }
    const scores = this.#definition.score(this.scorer, queries, prepared); // b q k
    const expected = [queries.shape[0]!, queries.shape[1]!, values.shape[1]!];
    if (!sameShape(scores.shape, expected)) {
      throw new ShapeError(
        `scorer ${this.#definition.name}: the scores are ${formatShape(scores.shape)} instead of [b, q, k] = ${formatShape(expected)}.`,
      );
    }
    const weights = this.#normalizer.normalize(scores, mask);
    return { context: matmul(this.dropout.forward(weights), values), weights };
  }

  /**
   * All steps of a GRU decoder in one operation, where the scorer has one and nothing but softmax stands between scores and
   * context; else `null`, and the steps are to be taken one by one.
   */
  decodeGru(decoder: GruDecoder): GruDecoded | null {
    const drops = this.training && this.dropout.probability > 0;
    if (this.#normalizer !== softmax || drops) return null;
    return this.#definition.decodeGru?.(this.scorer, decoder) ?? null;
  }
}

function firstValue(shape: Shape, random: Random): Tensor {
  const bound = 1 / Math.sqrt(shape[0] ?? 1);
  return randomUniform(shape, random, -bound, bound);
}
