/**
 * What is measured, as plain JSON: every contestant, in whatever language, gets the same work. Input number n of a work,
 * in the order given below, holds `values(n, size, scale)` of `values.ts`.
 *
 * | kind          | inputs, in order                                                                               | outputs                          |
 * | ------------- | ---------------------------------------------------------------------------------------------- | -------------------------------- |
 * | `matmul`      | a `[m, k]` and b `[k, n]`, scale 2                                                              | `out`                            |
 * | `elementwise` | a `[size]`, and b `[size]` (`add`) or `[columns]` (`addRow`), scale 8                           | `out`                            |
 * | `softmax`     | x `[rows, columns]`, scale 8                                                                   | `out`                            |
 * | `attention`   | query `[b, q, d]`, keys and values `[b, k, d]`, scale 2; cotangent `[b, q, d]`, scale 2         | `out`, or `dQuery dKeys dValues` |
 * | `additive`    | query `[b, q, d]`, keys `[b, k, d]`, scale 2; v `[d]`, scale 2/√d; cotangent `[b, q, k]`, scale 2 | `out`, or `dQuery dKeys dV`      |
 * | `gru`         | x `[b, t, i]`, scale 2; four weights as in PyTorch, scale 2/√h; cotangent `[b, t, h]`, scale 2  | `out`, or `dX dWeightIh dWeightHh dBiasIh dBiasHh` |
 * | `train`       | see {@link TrainWork}                                                                          | `losses` (one a step so far), `size` (number of parameters) |
 * | `decode`      | see {@link DecodeWork}                                                                         | `ids` `[b · maxLength]`          |
 */
export type Work =
  | { readonly kind: "matmul"; readonly m: number; readonly k: number; readonly n: number }
  | ElementwiseWork
  | { readonly kind: "softmax"; readonly rows: number; readonly columns: number }
  | AttentionWork
  | GruWork
  | TrainWork
  | DecodeWork
  | LimitWork;

/** The special ids of the vocabulary of `train` and `decode`; other tokens have the ids from 3. */
export const specials = { padId: 0, sosId: 1, eosId: 2 };

export type ElementwiseOp = "add" | "addRow" | "exp" | "tanh" | "sigmoid";

export interface ElementwiseWork {
  readonly kind: "elementwise";
  readonly op: ElementwiseOp;
  readonly size: number;
  /** Of a row; what `addRow` adds to each. */
  readonly columns: number;
}

/** `attention`: softmax(Q Kᵀ/√d) V. `additive`: the scores vᵀ tanh(query + key), for every pair of the two. */
export interface AttentionWork {
  readonly kind: "attention" | "additive";
  readonly b: number;
  readonly q: number;
  readonly k: number;
  readonly d: number;
  /** Forward, and the gradients of all inputs for the cotangent. */
  readonly backward: boolean;
}

/** A GRU over whole sequences of one length, from a state of zeros. */
export interface GruWork {
  readonly kind: "gru";
  readonly b: number;
  readonly t: number;
  readonly i: number;
  readonly h: number;
  readonly backward: boolean;
}

/** The first values of a parameter: `values(seed, size, scale)`. */
export interface ParameterSpec {
  readonly name: ParameterName;
  readonly shape: readonly number[];
  readonly seed: number;
  readonly scale: number;
}

/**
 * GRU encoder and decoder with additive attention from the previous decoder state, the context joined to the decoder's
 * input: x = [embedding; context]. `attention.W` (for the state) and `attention.U` (for the keys) are `[in, out]`, the
 * others are as in PyTorch.
 */
export type ParameterName =
  | "source.embedding"
  | "target.embedding"
  | `${"encoder" | "decoder"}.${"weight_ih" | "weight_hh" | "bias_ih" | "bias_hh"}`
  | "attention.W"
  | "attention.U"
  | "attention.v"
  | "output.weight"
  | "output.bias";

export interface ModelSize {
  /** Hidden and attention width, H. */
  readonly hidden: number;
  /** Embedding, E. */
  readonly embedding: number;
  /** Tokens of source and target, V; 0 is padding, 1 begins and 2 ends a target. */
  readonly vocabulary: number;
}

/**
 * Training steps on the copy task, one batch each, over and over: rows are padded and uploaded, forward with teacher
 * forcing, the mean cross-entropy of the tokens that are not padding, backward, Adam (β 0.9 and 0.999, ε 1e-8), and the
 * loss is read. A step's amount is its number of target tokens, `<eos>` included and padding not.
 */
export interface TrainWork extends ModelSize {
  readonly kind: "train";
  readonly parameters: readonly ParameterSpec[];
  /** Source ids; the target is the same. */
  readonly sequences: readonly (readonly number[])[];
  /** Which sequences make a batch. */
  readonly batches: readonly (readonly number[])[];
  readonly learningRate: number;
}

/** Greedy decoding of one batch, the encoder included, from token 1, to `maxLength` tokens whatever they are. */
export interface DecodeWork extends ModelSize {
  readonly kind: "decode";
  readonly parameters: readonly ParameterSpec[];
  readonly sequences: readonly (readonly number[])[];
  readonly maxLength: number;
}

/** What the machine can do at most: multiply-adds that wait for nothing, or a copy that reads and writes so many bytes. */
export type LimitWork = { readonly kind: "limit-fma" } | { readonly kind: "limit-copy"; readonly bytes: number };
