import { lstm, type Tensor } from "@heed/tensor";
import { type DirectionWeights, RecurrentLayer, type RecurrentLayerOptions } from "./recurrent-layer.js";
import { cellOf, type RecurrentState } from "./recurrent-state.js";

/**
 * A long short-term memory over whole sequences: with a = W_ih x_t + b_ih + W_hh h_{t−1} + b_hh,
 * i = σ(a_i), f = σ(a_f), g = tanh(a_g), o = σ(a_o), c_t = f ⊙ c_{t−1} + i ⊙ g, h_t = o ⊙ tanh(c_t).
 *
 * - `x` - `[b, t, i]`; returns outputs `[b, t, h]` (`[b, t, 2h]` in both directions) and the last states
 * - `weight_ih_l0` - `[4h, i]`, `weight_hh_l0` - `[4h, h]`, `bias_ih_l0`, `bias_hh_l0` - `[4h]`, gates in the order i, f, g, o; see
 *   {@link RecurrentLayer}
 *
 * PyTorch: `nn.LSTM(batch_first=True)`, with `lengths` on a packed sequence. Source: Hochreiter and Schmidhuber 1997; forget
 * gate: Gers et al. 2000.
 *
 * @example
 * const encoder = new LSTM({ inputSize: 32, hiddenSize: 64, layers: 2, dropout: 0.2, random });
 * const { outputs, state } = encoder.forward(x, { lengths: tensor(new Int32Array([7, 3])) });
 */
export class LSTM extends RecurrentLayer {
  protected readonly hasCell = true;

  constructor(options: RecurrentLayerOptions) {
    super(4, options);
  }

  protected run(
    x: Tensor,
    state: RecurrentState,
    { weightIh, weightHh, biasIh, biasHh }: DirectionWeights,
    lengths: Tensor | null,
    reverse: boolean,
  ): { outputs: Tensor; state: RecurrentState } {
    const memory = cellOf("LSTM", state);
    const [outputs, hidden, cell] = lstm(x, state.hidden, memory, weightIh, weightHh, biasIh, biasHh, lengths, {
      reverse,
    });
    return { outputs, state: { hidden, cell } };
  }
}
