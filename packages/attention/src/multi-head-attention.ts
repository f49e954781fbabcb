import { HeedError, type Random } from "@heed/core";
import { Dropout, Linear, Module, parameterFrom, xavierUniform } from "@heed/nn";
import {
  attention,
  concat,
  expandDims,
  formatShape,
  linear,
  maskedSoftmax,
  matmul,
  mul,
  type Parameter,
  ShapeError,
  slice,
  type Tensor,
  unstack,
  zeros,
} from "@heed/tensor";
import type { AttentionMemory } from "./attended.js";
import { mergeHeads, splitHeads } from "./heads.js";

export interface MultiHeadAttentionOptions {
  /** Width of a query and of a context, e. PyTorch: `embed_dim`. */
  readonly size: number;
  /** How many heads attend side by side; they share the width out evenly. */
  readonly heads: number;
  /** Width of a key; by default e. PyTorch: `kdim`. */
  readonly keySize?: number;
  /** Width of a value; by default e. PyTorch: `vdim`. */
  readonly valueSize?: number;
  /** By default true. */
  readonly bias?: boolean;
  /** Probability with which a weight is dropped in training, in [0, 1); by default 0. */
  readonly dropout?: number;
  /** Draws the first values. */
  readonly random: Random;
}

/** What several heads found. */
export interface MultiHeadAttended {
  /** `[b, q, e]`. */
  readonly context: Tensor;
  /** `[b, h, q, k]`, in [0, 1], as they are before dropout. */
  readonly weights: Tensor;
}

/** What a sequence found in itself, and what its later tokens need of it. */
export interface SelfAttended extends MultiHeadAttended {
  /** Keys and values of the heads, those that came before included, `[b, h, k, e/h]` each. */
  readonly cache: KeyValueCache;
}

/** Keys and values of the heads, `[b, h, k, e/h]` each. */
export type KeyValueCache = readonly [keys: Tensor, values: Tensor];

/**
 * Scaled dot-product attention by several heads, each in a part of the width: head = attention(Q W_q, K W_k, V W_v),
 * context = W_o [head₁; …; headₕ].
 *
 * - `in_proj_weight` - `[3e, e]`: W_q, W_k and W_v one below the other; where keys or values have a width of their own,
 *   `q_proj_weight` `[e, e]`, `k_proj_weight` `[e, dk]` and `v_proj_weight` `[e, dv]` instead; all start as Xavier's
 * - `in_proj_bias` - `[3e]`, zeros at first
 * - `out_proj` - `weight` `[e, e]` in U(±1/√e), `bias` `[e]`, zeros at first
 *
 * Axes: b sentences, q queries, k keys, h heads. Masks are boolean, and true means _may attend_: the reverse of PyTorch's. A
 * query with nothing to attend has weights 0. PyTorch: `nn.MultiheadAttention(…, batch_first=True)`.
 *
 * Source: Vaswani et al. 2017, arXiv:1706.03762, section 3.2.2.
 *
 * @example
 * const attention = new MultiHeadAttention({ size: 64, heads: 4, random });
 * const memory = attention.prepare(states, { mask }); // once a sentence
 * const { context, weights } = attention.forward(query, memory);
 */
export class MultiHeadAttention extends Module {
  /** `[3e, e]`; null where keys or values have a width of their own. */
  in_proj_weight: Parameter | null = null;
  /** `[e, e]`, `[e, dk]` and `[e, dv]`; null where they are parts of one matrix. */
  q_proj_weight: Parameter | null = null;
  k_proj_weight: Parameter | null = null;
  v_proj_weight: Parameter | null = null;
  /** `[3e]`, or null without biases. */
  in_proj_bias: Parameter | null;
  readonly out_proj: Linear;
  readonly dropout: Dropout;
  readonly size: number;
  readonly heads: number;

  /** @throws HeedError when the heads do not divide the width, or a size is not a whole number ≥ 1 */
  constructor(options: MultiHeadAttentionOptions) {
    super();
    const { size, heads, keySize = size, valueSize = size, bias = true, dropout = 0, random } = options;
    if (!Number.isInteger(heads) || heads < 1 || size % heads !== 0) {
      throw new HeedError(
        `MultiHeadAttention: ${heads} heads do not divide a width of ${size}; choose a number of heads that does.`,
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
   * Projects keys and values, which is done once however many queries follow.
   *
   * @param keys - `[b, k, dk]`
   * @param values - `[b, k, dv]`; by default the keys
   * @param mask - bool, broadcastable to `[b, q, k]`, or with four axes to `[b, h, q, k]`; by default everything may be attended
   * @throws ShapeError when keys or values do not have three axes
   */
  prepare(
    keys: Tensor,
    { values = keys, mask = null }: { readonly values?: Tensor; readonly mask?: Tensor | null } = {},
  ): AttentionMemory {
    assertSequence("keys", keys);
    assertSequence("values", values);
    if (this.in_proj_weight && values === keys) {
      const both = linear(keys, this.#weights(1, 3), this.#biases(1, 3)); // b k 2e
      const [prepared, projected] = this.#split(both, 2);
      return { prepared: prepared!, values: projected!, mask, lengths: null };
    }
    const project = (x: Tensor, own: Parameter | null, part: number): Tensor =>
      splitHeads(linear(x, own ?? this.#weights(part, part + 1), this.#biases(part, part + 1)), this.heads);
    return {
      prepared: project(keys, this.k_proj_weight, 1),
      values: project(values, this.v_proj_weight, 2),
      mask,
      lengths: null,
    };
  }

  /**
   * What can be made of the parameters once, rather than for each query: the query's part of the joint projection. Nothing
   * where that is a matrix of its own.
   */
  derive(): readonly Tensor[] {
    if (!this.in_proj_weight) return [];
    const bias = this.#biases(0, 1);
    return [this.#weights(0, 1), ...(bias ? [bias] : [])];
  }

  /**
   * @param query - `[b, q, e]`; two axes, `[b, e]`, count as one step
   * @param memory - from {@link prepare}
   * @param derived - from {@link derive}
   * @throws ShapeError when the query is neither
   */
  forward(query: Tensor, memory: AttentionMemory, derived: readonly Tensor[] = this.derive()): MultiHeadAttended {
    const queries = query.shape.length === 2 ? query.reshape(query.shape[0]!, 1, query.shape[1]!) : query;
    assertSequence("query", queries);
    const weight = derived[0] ?? this.q_proj_weight!;
    const projected = linear(queries, weight, derived[1] ?? this.#biases(0, 1)); // b q e
    return this.#attend(splitHeads(projected, this.heads), memory.prepared, memory.values, memory.mask);
  }

  /**
   * A sequence attends itself: query, keys and values in one product.
   *
   * @param x - `[b, q, e]`
   * @param mask - as in {@link prepare}; the keys are those that came before, then these
   * @param before - what its earlier tokens left; by default these are the first
   * @throws ShapeError when `x` does not have three axes
   * @throws HeedError when keys or values have a width of their own
   */
  attendSelf(
    x: Tensor,
    { mask = null, before = null }: { readonly mask?: Tensor | null; readonly before?: KeyValueCache | null } = {},
  ): SelfAttended {
    assertSequence("query", x);
    if (!this.in_proj_weight) {
      throw new HeedError(
        "MultiHeadAttention: a sequence attends itself only where keys and values are as wide as it is.",
      );
    }
    const [query, ...own] = this.#split(linear(x, this.in_proj_weight, this.in_proj_bias), 3); // b h q e/h
    const [keys, values] = own.map((part, i) => (before ? concat([before[i]!, part], { axis: 2 }) : part));
    return { ...this.#attend(query!, keys!, values!, mask), cache: [keys!, values!] };
  }

  /** The heads' query `[b, h, q, e/h]`, keys and values `[b, h, k, e/h]`. */
  #attend(query: Tensor, keys: Tensor, values: Tensor, given: Tensor | null): MultiHeadAttended {
    const mask = given?.shape.length === 3 ? expandDims(given, { axis: 1 }) : given;
    const drops = this.training && this.dropout.probability > 0;
    const [context, weights] = drops
      ? this.#attendWithDropout(query, keys, values, mask)
      : attention(query, keys, values, mask, {});
    return { context: this.out_proj.forward(mergeHeads(context)), weights };
  }

  /** The same as the operation `attention`, with something between weights and context. */
  #attendWithDropout(
    query: Tensor,
    keys: Tensor,
    values: Tensor,
    mask: Tensor | null,
  ): readonly [context: Tensor, weights: Tensor] {
    const scaled = mul(query, 1 / Math.sqrt(this.size / this.heads));
    const weights = maskedSoftmax(matmul(scaled, keys, { transposeB: true }), mask);
    return [matmul(this.dropout.forward(weights), values), weights];
  }

  /** `[b, t, parts·e]` as parts `[b, h, t, e/h]`. */
  #split(x: Tensor, parts: number): readonly Tensor[] {
    const [b, t] = x.shape as [number, number];
    const width = this.size / this.heads;
    // One step stands in that order already.
    if (t === 1) return unstack(x.reshape(b, parts, this.heads, 1, width), { axis: 1 });
    return unstack(x.reshape(b, t, parts, this.heads, width).transpose(2, 0, 3, 1, 4), { axis: 0 });
  }

  /** Parts `start ≤ i < end` of the joint projection, of its three. */
  #weights(start: number, end: number): Tensor {
    return slice(this.in_proj_weight!, { axis: 0, start: start * this.size, end: end * this.size });
  }

  #biases(start: number, end: number): Tensor | null {
    return this.in_proj_bias && slice(this.in_proj_bias, { axis: 0, start: start * this.size, end: end * this.size });
  }
}

function assertSequence(name: string, { shape }: Tensor): void {
  if (shape.length === 3) return;
  throw new ShapeError(
    `MultiHeadAttention: ${name} must have three axes, [batch, ${name}, width], but ${name === "query" ? "has" : "have"} ${shape.length}: ${formatShape(shape)}.`,
  );
}
