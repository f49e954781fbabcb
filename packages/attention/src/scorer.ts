import type { Shape, Tensor } from "@heed/tensor";

/** Sizes that a scorer's parameters depend on. */
export interface ScorerSizes {
  /** Width of a query. */
  readonly dq: number;
  /** Width of a key. */
  readonly dk: number;
  /** Attention width: that of the space in which both meet. */
  readonly d: number;
}

/** Sizes with which a scorer is certified. */
export interface ScorerSample extends ScorerSizes {
  readonly b: number;
  readonly q: number;
  readonly k: number;
}

/**
 * A way to score how well a query matches each key. It returns raw scores: mask, normaliser, dropout and context belong
 * to `Attention`, and it keeps no state between calls.
 *
 * Axes: b sentences, q queries, k keys, dq and dk their widths, d the attention width.
 */
export interface ScorerDefinition<P extends string> {
  readonly name: string;
  /** Other names by which it is found. */
  readonly aliases?: readonly string[];
  /** Axes of query, keys and scores: `"b q dq, b k dk -> b q k"`. Where both must have one width, say so: `"b q d, b k d -> b q k"`. */
  readonly shapes: string;
  /** Paper and equation. */
  readonly reference: string;
  /** Shapes of the learned parameters; none by default. */
  readonly params?: (sizes: ScorerSizes) => Readonly<Record<P, Shape>>;
  /** What can be done once a source sentence, before any query is known; by default the keys themselves. */
  readonly prepare?: (params: Readonly<Record<P, Tensor>>, keys: Tensor) => Tensor;
  /** Scores `[b, q, k]` from the queries `[b, q, dq]` and what `prepare` returned. */
  readonly score: (params: Readonly<Record<P, Tensor>>, query: Tensor, prepared: Tensor) => Tensor;
  /**
   * A whole GRU decoder, which attends with softmax before each of its steps, as one operation that backends may fuse.
   * Optional: without it, the steps are taken one by one, with the same result.
   */
  readonly decodeGru?: (params: Readonly<Record<P, Tensor>>, decoder: GruDecoder) => GruDecoded;
  readonly samples: readonly ScorerSample[];
}

/**
 * A decoder of gated recurrent units whose input is a token joined with the context.
 *
 * Axes: b sentences, t steps, k keys, h hidden size, c context size.
 */
export interface GruDecoder {
  /** The tokens' part of the gates, biases included, `[b, t, 3h]`. */
  readonly tokenGates: Tensor;
  /** The state before the first step, `[b, h]`. */
  readonly hidden: Tensor;
  /** What `prepare` returned. */
  readonly prepared: Tensor;
  /** `[b, k, c]`. */
  readonly values: Tensor;
  /** Bool, broadcastable to `[b, 1, k]`, true = may attend. */
  readonly mask: Tensor | null;
  /** `[3h, c]`. */
  readonly contextWeight: Tensor;
  /** `[3h, h]`. */
  readonly weightHh: Tensor;
  /** `[3h]`. */
  readonly biasHh: Tensor | null;
}

/** States `[b, t, h]`, contexts `[b, t, c]` and weights `[b, t, k]`. */
export type GruDecoded = readonly [states: Tensor, contexts: Tensor, weights: Tensor];

/** Any scorer. */
export type Scorer = ScorerDefinition<string>;

/**
 * Defines a scorer; one file in `scorers/` is all that a new one takes, and `@heed/attention/testing` certifies it.
 *
 * @example
 * export const general = defineScorer({
 *   name: "general",
 *   shapes: "b q dq, b k dk -> b q k",
 *   reference: "Luong et al. 2015, arXiv:1508.04025, eq. 8",
 *   params: ({ dq, dk }) => ({ W: [dk, dq] }),
 *   prepare: ({ W }, keys) => matmul(keys, W),
 *   score: (_, query, prepared) => matmul(query, prepared, { transposeB: true }),
 *   samples: [{ b: 2, q: 3, k: 5, dq: 4, dk: 6, d: 7 }],
 * });
 */
export function defineScorer<P extends string = never>(definition: ScorerDefinition<P>): Scorer {
  return definition as unknown as Scorer;
}
