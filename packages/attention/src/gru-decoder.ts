import type { Tensor } from "@heed/tensor";

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
