import { checkOptionKinds, HeedError, optionRules, type Random } from "@heed/core";
import { Dropout, Linear, Module, parameterFrom, xavierUniform } from "@heed/nn";
import {
  assertTensor,
  attention,
  concat,
  formatShape,
  linear,
  matmul,
  mul,
  type Parameter,
  ShapeError,
  slice,
  type Tensor,
  unstack,
  zeros,
} from "@heed/tensor";
import { attend } from "./attend.js";
import type { AttendOptions, AttentionInspection } from "./attention-output.js";
import { mergeHeads, splitHeads } from "./heads.js";
import { softmax } from "./normalizers/softmax.js";

export interface MultiHeadAttentionOptions {
  /** Size of a query and of a context, e. PyTorch: `embed_dim`. */
  readonly size: number;
  /** Number of heads; they divide the size. */
  readonly heads: number;
  /** Size of a key; default e. PyTorch: `kdim`. */
  readonly keySize?: number;
  /** Size of a value; default e. PyTorch: `vdim`. */
  readonly valueSize?: number;
  /** Default true. */
  readonly bias?: boolean;
  /** Probability of dropping a weight in training, in [0, 1); default 0. */
  readonly dropout?: number;
  /** Draws the initial values. */
  readonly random: Random;
}

const rules = optionRules<MultiHeadAttentionOptions>({
  size: "number",
  heads: "number",
  "keySize?": "number",
  "valueSize?": "number",
  "bias?": "boolean",
  "dropout?": "number",
  random: "random",
});

const prepareRules = optionRules<{ values?: Tensor; mask?: Tensor | null }>({ "values?": "any", "mask?": "any" });

/** Projected keys and values of the heads. */
export interface KeyValueCache {
  /** `[b, h, k, e/h]`. */
  readonly keys: Tensor;
  /** `[b, h, k, e/h]`. */
  readonly values: Tensor;
}

/** The keys and values of a batch of sentences, made once by {@link MultiHeadAttention.prepare}. */
export interface MultiHeadMemory extends KeyValueCache {
  /** Bool, broadcastable to `[b, q, k]` or `[b, h, q, k]`, true = may attend; `null`: every key may be attended. */
  readonly mask: Tensor | null;
}

/** The query's part of the joint projection, from {@link MultiHeadAttention.precompute}. */
export interface QueryProjection {
  /** `[e, e]`. */
  readonly weight: Tensor;
  /** `[e]`. */
  readonly bias: Tensor | null;
}

/** The result of multi-head attention. */
export interface MultiHeadOutput {
  /** `[b, q, e]`. */
  readonly context: Tensor;
  /** `[b, h, q, k]`, in [0, 1], before dropout. */
  readonly weights: Tensor;
  /** `null` unless `inspect` is set. */
  readonly inspection: AttentionInspection | null;
}

/** The result of self-attention, with the cache for later tokens of the sequence. */
export interface SelfAttentionOutput extends MultiHeadOutput {
  /** Keys and values of all tokens so far. */
  readonly cache: KeyValueCache;
}

/**
 * Scaled dot-product attention with several heads, each in a part of the features: head = attention(Q W_q, K W_k, V W_v),
 * context = W_o [head₁; …; headₕ].
 *
 * - `in_proj_weight` - `[3e, e]`: W_q, W_k and W_v; if keys or values have another size, `q_proj_weight` `[e, e]`,
 *   `k_proj_weight` `[e, dk]` and `v_proj_weight` `[e, dv]` instead; all start with Xavier's uniform values
 * - `in_proj_bias` - `[3e]`, starts with zeros
 * - `out_proj` - `weight` `[e, e]` in U(±1/√e), `bias` `[e]`, starts with zeros
 *
 * Axes: b sentences, q queries, k keys, h heads. Masks are boolean, and true means _may attend_, the opposite of PyTorch.
 * A query whose keys are all masked has weights 0. PyTorch: `nn.MultiheadAttention(…, batch_first=True)`.
 *
 * Source: Vaswani et al. 2017, arXiv:1706.03762, section 3.2.2.
 *
 * @example
 * const attention = new MultiHeadAttention({ size: 64, heads: 4, random });
 * const memory = attention.prepare(states, { mask }); // once a sentence
 * const { context, weights } = attention.forward(query, memory);
 */
export class MultiHeadAttention extends Module {
  /** `[3e, e]`; null if keys or values have another size. */
  in_proj_weight: Parameter | null = null;
  /** `[e, e]`, `[e, dk]` and `[e, dv]`; null if they are parts of one matrix. */
  q_proj_weight: Parameter | null = null;
  k_proj_weight: Parameter | null = null;
  v_proj_weight: Parameter | null = null;
  /** `[3e]`, or null without biases. */
  in_proj_bias: Parameter | null;
  readonly out_proj: Linear;
  readonly dropout: Dropout;
  readonly size: number;
  readonly heads: number;

  /** @throws HeedError when the heads do not divide the size, or a size is not a positive integer */
  constructor(options: MultiHeadAttentionOptions) {
    super();
    checkOptionKinds("new MultiHeadAttention", [], rules, options);
    const { size, heads, keySize = size, valueSize = size, bias = true, dropout = 0, random } = options;
    if (!Number.isInteger(heads) || heads < 1 || size % heads !== 0) {
      throw new HeedError(
        `MultiHeadAttention: heads must divide the size ${size}, got ${heads}; choose a number of heads that does.`,
      );
    }
    this.size = size;
    this.heads = heads;
    const draw = (rows: number, columns: number): Parameter => parameterFrom(xavierUniform([rows, columns], random));
    if (keySize === size && valueSize === size) this.in_proj_weight = draw(3 * size, size);
    else {
      this.q_proj_weight = draw(size, size);
      this.k_proj_weight = draw(size, keySize);
      this.v_proj_weight = draw(size, valueSize);
    }
    this.in_proj_bias = bias ? parameterFrom(zeros([3 * size])) : null;
    this.out_proj = new Linear({ inFeatures: size, outFeatures: size, bias, random });
    if (this.out_proj.bias) {
      const none = zeros([size]);
      this.out_proj.bias.assign(none);
      none.dispose();
    }
    this.dropout = new Dropout({ probability: dropout, random });
  }

  /**
   * Projects keys and values, once for any number of queries.
   *
   * @param keys - `[b, k, dk]`
   * @param options - `values`: `[b, k, dv]`; default: the keys. `mask`: bool, broadcastable to `[b, q, k]` or
   *   `[b, h, q, k]`; default: every key may be attended
   * @throws ShapeError when keys or values do not have three axes
   */
  prepare(keys: Tensor, options: { readonly values?: Tensor; readonly mask?: Tensor | null } = {}): MultiHeadMemory {
    checkOptionKinds("prepare", ["keys"], prepareRules, options);
    const { values = keys, mask = null } = options ?? {};
    assertSequence("keys", keys);
    assertSequence("values", values);
    if (this.in_proj_weight && values === keys) {
      const both = linear(keys, this.#weights(1, 3), this.#biases(1, 3)); // b k 2e
      const [projectedKeys, projectedValues] = this.#split(both, 2);
      return { keys: projectedKeys!, values: projectedValues!, mask };
    }
    const project = (x: Tensor, own: Parameter | null, part: number): Tensor =>
      splitHeads(linear(x, own ?? this.#weights(part, part + 1), this.#biases(part, part + 1)), this.heads);
    return { keys: project(keys, this.k_proj_weight, 1), values: project(values, this.v_proj_weight, 2), mask };
  }

  /** The parameters that {@link precompute} depends on. */
  get precomputed(): readonly Parameter[] {
    return [this.in_proj_weight ?? this.q_proj_weight, this.in_proj_bias].filter((parameter) => parameter !== null);
  }

  /** Computes what depends on parameters alone, once for any number of queries: the query's part of the projection. */
  precompute(): QueryProjection {
    return { weight: this.q_proj_weight ?? this.#weights(0, 1), bias: this.#biases(0, 1) };
  }

  /**
   * @param query - `[b, q, e]`; two axes, `[b, e]`, count as one query
   * @param memory - from {@link prepare}
   * @param given - `projection`: from {@link precompute}; `control`: weights that replace the computed ones; `inspect`: also
   *   returns query, keys, scores, mask, weights and context
   * @throws ShapeError when the query has other axes, or the control does not fit
   */
  forward(
    query: Tensor,
    memory: MultiHeadMemory,
    given: AttendOptions & { readonly projection?: QueryProjection | undefined } = {},
  ): MultiHeadOutput {
    const { projection = this.precompute(), ...options } = given ?? {};
    assertTensor("MultiHeadAttention", "query", query);
    assertTensor("MultiHeadAttention", "memory.keys", memory?.keys);
    const queries = query.shape.length === 2 ? query.reshape(query.shape[0]!, 1, query.shape[1]!) : query;
    assertSequence("query", queries);
    const projected = linear(queries, projection.weight, projection.bias); // b q e
    return this.#attend(splitHeads(projected, this.heads), memory, options);
  }

  /**
   * Computes self-attention: query, keys and values in one product.
   *
   * @param x - `[b, q, e]`
   * @param given - `mask`: as in {@link prepare}; the keys are the cached ones, then those of `x`. `cache`: keys and values of
   *   the earlier tokens; default: there are none
   * @throws ShapeError when `x` does not have three axes
   * @throws HeedError when keys or values have another size than the query
   */
  attendSelf(
    x: Tensor,
    given: AttendOptions & { readonly mask?: Tensor | null; readonly cache?: KeyValueCache | null } = {},
  ): SelfAttentionOutput {
    const { mask = null, cache = null, ...options } = given ?? {};
    assertSequence("query", x);
    if (!this.in_proj_weight) {
      throw new HeedError(
        "MultiHeadAttention: self-attention needs keys and values of the query's size; leave out keySize and valueSize.",
      );
    }
    const [query, ownKeys, ownValues] = this.#split(linear(x, this.in_proj_weight, this.in_proj_bias), 3); // b h q e/h
    const keys = cache ? concat([cache.keys, ownKeys!], { axis: 2 }) : ownKeys!;
    const values = cache ? concat([cache.values, ownValues!], { axis: 2 }) : ownValues!;
    return { ...this.#attend(query!, { keys, values, mask }, options), cache: { keys, values } };
  }

  /** @param query - `[b, h, q, e/h]` */
  #attend(query: Tensor, { keys, values, mask }: MultiHeadMemory, options: AttendOptions): MultiHeadOutput {
    const [b, h, q, width] = query.shape as [number, number, number, number];
    const attended = attend({
      ...options,
      shape: [b, h, q, keys.shape[2]!],
      score: () => ({ scores: matmul(mul(query, 1 / Math.sqrt(width)), keys, { transposeB: true }), window: null }),
      values,
      masks: [mask],
      normalizer: softmax,
      temperature: 1,
      dropout: this.dropout,
      fused: (combined) => attention(query, keys, values, combined, {}),
    });
    const { weights, scores } = attended;
    const context = this.out_proj.forward(mergeHeads(attended.context)); // b q e
    const inspection = options.inspect ? { query, keys, scores: scores!, mask: attended.mask, weights, context } : null;
    return { context, weights, inspection };
  }

  /** Splits `[b, t, parts·e]` into parts `[b, h, t, e/h]`. */
  #split(x: Tensor, parts: number): readonly Tensor[] {
    const [b, t] = x.shape as [number, number];
    const width = this.size / this.heads;
    // A single step needs no transposition.
    if (t === 1) return unstack(x.reshape(b, parts, this.heads, 1, width), { axis: 1 });
    return unstack(x.reshape(b, t, parts, this.heads, width).transpose(2, 0, 3, 1, 4), { axis: 0 });
  }

  /** Parts `start ≤ i < end` of the three parts of the joint projection. */
  #weights(start: number, end: number): Tensor {
    return slice(this.in_proj_weight!, { axis: 0, start: start * this.size, end: end * this.size });
  }

  #biases(start: number, end: number): Tensor | null {
    return this.in_proj_bias && slice(this.in_proj_bias, { axis: 0, start: start * this.size, end: end * this.size });
  }
}

function assertSequence(name: string, x: Tensor): void {
  assertTensor("MultiHeadAttention", name, x);
  const { shape } = x;
  if (shape.length === 3) return;
  throw new ShapeError(
    `MultiHeadAttention: ${name} must have three axes, [batch, ${name}, size], got ${shape.length}: ${formatShape(shape)}.`,
  );
}
