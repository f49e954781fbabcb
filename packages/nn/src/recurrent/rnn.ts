import { optionRules } from "@heed/core";
import { rnn, type Tensor } from "@heed/tensor";
import {
  type DirectionWeights,
  layerOptionKinds,
  RecurrentLayer,
  type RecurrentLayerOptions,
} from "./recurrent-layer.js";
import type { RecurrentState } from "./recurrent-state.js";

/** What an Elman network applies to its sum. */
export type Nonlinearity = "tanh" | "relu";

export interface RNNOptions extends RecurrentLayerOptions {
  /** By default tanh. */
  readonly nonlinearity?: Nonlinearity;
}

const rules = optionRules<RNNOptions>({ ...layerOptionKinds, "nonlinearity?": ["tanh", "relu"] });

/**
 * An Elman network over whole sequences: h_t = tanh(W_ih x_t + b_ih + W_hh h_{t−1} + b_hh), or relu.
 *
 * - `x` - `[b, t, i]`; returns outputs `[b, t, h]` (`[b, t, 2h]` in both directions) and the last states
 * - `weight_ih_l0` - `[h, i]`, `weight_hh_l0` - `[h, h]`, `bias_ih_l0`, `bias_hh_l0` - `[h]`; see {@link RecurrentLayer}
 *
 * PyTorch: `nn.RNN(batch_first=True)`, with `lengths` on a packed sequence. Source: Elman 1990.
 *
 * @example
 * const encoder = new RNN({ inputSize: 32, hiddenSize: 64, random });
 * const { outputs, state } = encoder.forward(x, { lengths: tensor(new Int32Array([7, 3])) });
 */
export class RNN extends RecurrentLayer {
  readonly nonlinearity: Nonlinearity;
  protected readonly hasCell = false;

  constructor(options: RNNOptions) {
    super(1, options, rules);
    this.nonlinearity = options.nonlinearity ?? "tanh";
  }

  protected run(
    x: Tensor,
    state: RecurrentState,
    { weightIh, weightHh, biasIh, biasHh }: DirectionWeights,
    lengths: Tensor | null,
    reverse: boolean,
  ): { outputs: Tensor; state: RecurrentState } {
    const { nonlinearity } = this;
    const [outputs, hidden] = rnn(x, state.hidden, weightIh, weightHh, biasIh, biasHh, lengths, {
      reverse,
      nonlinearity,
    });
    return { outputs, state: { hidden } };
  }
}
