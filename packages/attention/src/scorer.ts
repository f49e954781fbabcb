import { defineExtension, type Extension, type Named, type Random } from "@heed/core";
import { full, randomUniform, type Shape, type Tensor } from "@heed/tensor";
import type { Positions } from "./positions.js";

/** Sizes that a scorer may depend on. */
export interface ScorerSizes {
  /** Size of a query. */
  readonly dq: number;
  /** Size of a key. */
  readonly dk: number;
  /** Attention size: size of the space to which both are projected. */
  readonly d: number;
  /** Number of heads, for scorers that have heads. */
  readonly heads: number;
  /** Distance in steps from the centre of a window to its ends, for scorers that have one. */
  readonly radius: number;
  /** Largest number of keys in a sentence, for scorers that learn a parameter for each position. */
  readonly maxKeys: number;
}

/** Sizes with which the testing kit certifies a scorer. `heads`, `radius` and `maxKeys` may be left out. */
export type ScorerSample = Pick<ScorerSizes, "dq" | "dk" | "d"> &
  Partial<Pick<ScorerSizes, "heads" | "radius" | "maxKeys">> & {
    readonly b: number;
    readonly q: number;
    readonly k: number;
  };

/** A learned parameter: its shape and its initial value; default U(±1/√in), where `in` is the first axis. */
export type ParameterSpec = Shape | { readonly shape: Shape; readonly start: number };

/** What a scorer may read besides query and keys. */
export interface ScoreContext {
  readonly sizes: ScorerSizes;
  /** Positions of queries and keys. Only a scorer with `positional: true` may read them. */
  readonly positions: Positions;
  /**
   * The result of `remember` after the previous query, `[b, 1, k]`; zeros before the first query. Only a scorer with
   * `remember` may read it.
   */
  readonly memory: Tensor;
}

/** Scores that count only where a window is true. */
export interface WindowedScores {
  /** `[b, q, k]`. */
  readonly scores: Tensor;
  /** Bool, broadcastable to the scores; true = may attend. */
  readonly window: Tensor;
}

/**
 * Scores how well a query matches each key. A scorer returns raw scores and keeps no state between calls. `Attention`
 * applies mask, normalizer and dropout, and computes the context.
 *
 * Axes: b sentences, q queries, k keys, dq and dk their sizes, d the attention size, h heads.
 */
export interface ScorerDefinition<P extends string> extends Named {
  /**
   * Axes of query, keys and scores: `"b q dq, b k dk -> b q k"`. If both must have the same size, write
   * `"b q d, b k d -> b q k"`. A scorer with heads returns `b h q k`; each head attends its own part of the values.
   */
  readonly shapes: string;
  /** The score of a query s and a key h, in plain text: `"vᵀ tanh(W s + U h)"`. */
  readonly formula: string;
  /** Paper and equation. */
  readonly reference: string;
  /** Learned parameters; default: none. */
  readonly params?: (sizes: ScorerSizes) => Readonly<Record<P, ParameterSpec>>;
  /** Computes once a sentence what does not depend on the query; default: the keys themselves. */
  readonly prepare?: (params: Readonly<Record<P, Tensor>>, keys: Tensor, sizes: ScorerSizes) => Tensor;
  /** Computes scores `[b, q, k]` from the queries `[b, q, dq]` and the result of `prepare`. */
  readonly score: (
    params: Readonly<Record<P, Tensor>>,
    query: Tensor,
    prepared: Tensor,
    context: ScoreContext,
  ) => Tensor | WindowedScores;
  /** Whether scores depend on the positions of query and keys, or on the order of the keys; default false. */
  readonly positional?: boolean;
  /**
   * For scorers that depend on earlier weights: computes the memory after a query from the memory before it and the
   * query's weights, both `[b, 1, k]`. Queries are then processed one after the other.
   */
  readonly remember?: (memory: Tensor, weights: Tensor) => Tensor;
  readonly samples: readonly ScorerSample[];
}

/** A scorer that can be found by name. */
export type Scorer = ScorerDefinition<string> & Extension<"scorer">;

/**
 * Defines a scorer. A new scorer is one file in `scorers/`; `@heed/attention/testing` certifies it.
 *
 * @throws HeedError when a field is missing or wrong
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
  return defineExtension("scorer", definition as unknown as ScorerDefinition<string>, {
    shapes: "text",
    formula: "text",
    reference: "text",
    params: "function?",
    prepare: "function?",
    score: "function",
    positional: "boolean?",
    remember: "function?",
    samples: "list",
  });
}

/** Fills in the sizes of a scorer: 1 head, a radius of 3 steps, 50 keys. */
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

/** Returns the initial value of a parameter: that of its specification, or else U(±1/√in). */
export function initialValue(spec: ParameterSpec, random: Random): Tensor {
  if ("start" in spec) return full(spec.shape, spec.start);
  const bound = 1 / Math.sqrt(spec[0] ?? 1);
  return randomUniform(spec, random, -bound, bound);
}
