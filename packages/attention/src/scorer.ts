import type { Shape, Tensor } from "@heed/tensor";
import type { GruDecoded, GruDecoder } from "./gru-decoder.js";
import type { Positions } from "./positions.js";

/** Sizes that a scorer may depend on. */
export interface ScorerSizes {
  /** Width of a query. */
  readonly dq: number;
  /** Width of a key. */
  readonly dk: number;
  /** Attention width: that of the space in which both meet. */
  readonly d: number;
  /** How many heads score side by side, for scorers that have heads. */
  readonly heads: number;
  /** How far from its centre a window reaches, in steps, for scorers that have one. */
  readonly radius: number;
  /** Most keys that a sentence may have, for scorers that learn something for each position. */
  readonly maxKeys: number;
}

/** Sizes with which a scorer is certified; those that most scorers lack may be left out. */
export type ScorerSample = Pick<ScorerSizes, "dq" | "dk" | "d"> &
  Partial<Pick<ScorerSizes, "heads" | "radius" | "maxKeys">> & {
    readonly b: number;
    readonly q: number;
    readonly k: number;
  };

/** A learned parameter: its shape, and where it starts; by default in U(±1/√in), where `in` is the first axis. */
export type ParameterSpec = Shape | { readonly shape: Shape; readonly start: number };

/** What a scorer may know besides query and keys. */
export interface Surroundings {
  readonly sizes: ScorerSizes;
  /** Where queries and keys stand. Only a scorer that says `positional` may look. */
  readonly positions: Positions;
  /**
   * What `remember` made of the weights of the queries before this one, `[b, 1, k]`; zeros before the first. Only a scorer
   * with `remember` may look.
   */
  readonly memory: Tensor;
}

/** Scores that are to count only where a window is true. */
export interface WindowedScores {
  /** `[b, q, k]`. */
  readonly scores: Tensor;
  /** Bool, broadcastable to the scores; true = may attend. */
  readonly window: Tensor;
}

/**
 * A way to score how well a query matches each key. It returns raw scores: mask, normaliser, dropout and context belong
 * to `Attention`, and it keeps no state between calls.
 *
 * Axes: b sentences, q queries, k keys, dq and dk their widths, d the attention width, h heads.
 */
export interface ScorerDefinition<P extends string> {
  readonly name: string;
  /** Other names by which it is found. */
  readonly aliases?: readonly string[];
  /**
   * Axes of query, keys and scores: `"b q dq, b k dk -> b q k"`. Where both must have one width, say so:
   * `"b q d, b k d -> b q k"`. A scorer with heads returns `b h q k`; each head attends its own part of the values.
   */
  readonly shapes: string;
  /** The score of a query s and a key h, in plain text: `"vᵀ tanh(W s + U h)"`. */
  readonly formula: string;
  /** Paper and equation. */
  readonly reference: string;
  /** Learned parameters; none by default. */
  readonly params?: (sizes: ScorerSizes) => Readonly<Record<P, ParameterSpec>>;
  /** What can be done once a source sentence, before any query is known; by default the keys themselves. */
  readonly prepare?: (params: Readonly<Record<P, Tensor>>, keys: Tensor, sizes: ScorerSizes) => Tensor;
  /** Scores `[b, q, k]` from the queries `[b, q, dq]` and what `prepare` returned. */
  readonly score: (
    params: Readonly<Record<P, Tensor>>,
    query: Tensor,
    prepared: Tensor,
    surroundings: Surroundings,
  ) => Tensor | WindowedScores;
  /** Whether scores depend on where query and keys stand, or on which key stands beside which; false by default. */
  readonly positional?: boolean;
  /**
   * For scorers that look back: what is remembered after a query, from what was remembered before and the query's weights,
   * both `[b, 1, k]`. Queries are then attended one after the other.
   */
  readonly remember?: (memory: Tensor, weights: Tensor) => Tensor;
  /**
   * A whole GRU decoder, which attends with softmax before each of its steps, as one operation that backends may fuse.
   * Optional: without it, the steps are taken one by one, with the same result.
   */
  readonly decodeGru?: (params: Readonly<Record<P, Tensor>>, decoder: GruDecoder) => GruDecoded;
  readonly samples: readonly ScorerSample[];
}

/** Any scorer. */
export type Scorer = ScorerDefinition<string>;

/**
 * Defines a scorer; one file in `scorers/` is all that a new one takes, and `@heed/attention/testing` certifies it.
 *
 * @example
 * export const general = defineScorer({
 *   name: "general",
 *   shapes: "b q dq, b k dk -> b q k",
 *   formula: "sᵀ W h",
 *   reference: "Luong et al. 2015, arXiv:1508.04025, §3.1",
 *   params: ({ dq, dk }) => ({ W: [dq, dk] }),
 *   prepare: ({ W }, keys) => matmul(keys, W, { transposeB: true }),
 *   score: (_, query, prepared) => matmul(query, prepared, { transposeB: true }),
 *   samples: [{ b: 2, q: 3, k: 5, dq: 4, dk: 6, d: 7 }],
 * });
 */
export function defineScorer<P extends string = never>(definition: ScorerDefinition<P>): Scorer {
  return definition as unknown as Scorer;
}

/** The sizes of a scorer, with their defaults: 1 head, a radius of 3 steps, 50 keys. */
export function scorerSizes({
  dq,
  dk,
  d,
  heads = 1,
  radius = 3,
  maxKeys = 50,
}: Pick<ScorerSizes, "dq" | "dk" | "d"> & Partial<ScorerSizes>): ScorerSizes {
  return { dq, dk, d, heads, radius, maxKeys };
}
