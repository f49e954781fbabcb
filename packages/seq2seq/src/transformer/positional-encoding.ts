import { HeedError, type Random } from "@heed/core";
import { Dropout, Module, normal, parameterFrom } from "@heed/nn";
import { add, mul, type Parameter, slice, type Tensor, tensor } from "@heed/tensor";

/** Where a position's vector comes from: a formula, or a learned table. */
export const positionKinds = ["sinusoidal", "learned"] as const;

export type PositionKind = (typeof positionKinds)[number];

export interface PositionalEncodingOptions {
  readonly kind: PositionKind;
  /** Size of the vector of a position, d. */
  readonly size: number;
  /** For `learned`: how many positions there are. */
  readonly maxPositions: number;
  /** What tokens are multiplied with before a position is added; by default √d, for embeddings that start in N(0, 1/d). */
  readonly scale?: number;
  /** Probability with which an entry of the sum is dropped in training; by default 0. */
  readonly dropout?: number;
  /** Draws the initial values. */
  readonly random: Random;
}

/**
 * Tells a network without recurrence where each token stands: scale · x + p, where p is the position's vector.
 *
 * - `sinusoidal`: p[2i] = sin(pos / 10000^(2i/d)), p[2i+1] = cos(pos / 10000^(2i/d)): any length
 * - `learned`: a row of `weight` `[maxPositions, d]`, which starts in N(0, 1)
 *
 * Source: Vaswani et al. 2017, arXiv:1706.03762, sections 3.4 and 3.5.
 */
export class PositionalEncoding extends Module {
  /** `[maxPositions, d]`, or null for `sinusoidal`. */
  weight: Parameter | null;
  readonly dropout: Dropout;
  readonly size: number;
  readonly scale: number;
  /** The formula's rows for the first positions, twice as many as were asked for. */
  #sinusoids = new Float64Array(0);

  constructor({ kind, size, maxPositions, scale = Math.sqrt(size), dropout = 0, random }: PositionalEncodingOptions) {
    super();
    this.size = size;
    this.scale = scale;
    this.weight = kind === "learned" ? parameterFrom(normal([maxPositions, size], random)) : null;
    this.dropout = new Dropout({ probability: dropout, random });
  }

  /**
   * @param x - embedded tokens, `[b, t, d]`
   * @param start - position of the first, from 0
   * @throws HeedError when there are more positions than were learned
   */
  forward(x: Tensor, start = 0): Tensor {
    const end = start + x.shape[1]!;
    return this.dropout.forward(add(mul(x, this.scale), this.#rows(start, end, x)));
  }

  /** `[t, d]`. */
  #rows(start: number, end: number, { backend }: Tensor): Tensor {
    if (!this.weight) {
      const { size } = this;
      if (end * size > this.#sinusoids.length) this.#sinusoids = sinusoids(2 * end, size);
      return tensor(this.#sinusoids.subarray(start * size, end * size), { shape: [end - start, size], backend });
    }
    const known = this.weight.shape[0]!;
    if (end > known) {
      throw new HeedError(
        `PositionalEncoding: the sequence has ${end} tokens, but only ${known} positions are learned: raise model.maxPositions, or choose model.positions sinusoidal.`,
      );
    }
    return slice(this.weight, { axis: 0, start, end });
  }
}

/** The formula's rows for positions 0 to `count`, one behind the other. */
function sinusoids(count: number, size: number): Float64Array<ArrayBuffer> {
  const rows = new Float64Array(count * size);
  for (let i = 0; i < size; i++) {
    // The operator ** differs in the last bit from one version of V8 to the next.
    const frequency = Math.exp((-(i - (i % 2)) / size) * Math.log(10000));
    const wave = i % 2 === 0 ? Math.sin : Math.cos;
    for (let position = 0; position < count; position++) rows[position * size + i] = wave(position * frequency);
  }
  return rows;
}
