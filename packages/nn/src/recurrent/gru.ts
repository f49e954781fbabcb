import { gru, type Tensor } from "@heed/tensor";
import { type DirectionWeights, RecurrentLayer, type RecurrentLayerOptions } from "./recurrent-layer.js";
import type { RecurrentState } from "./recurrent-state.js";

/**
 * A gated recurrent unit over whole sequences, with W x for W_ih x + b_ih and U h for W_hh h + b_hh:
 * r = σ(W_r x_t + U_r h_{t−1}), z = σ(W_z x_t + U_z h_{t−1}), n = tanh(W_n x_t + r ⊙ U_n h_{t−1}),
 * h_t = (1 − z) ⊙ n + z ⊙ h_{t−1}.
 *
 * - `x` - `[b, t, i]`; returns outputs `[b, t, h]` (`[b, t, 2h]` in both directions) and the last states
 * - `weight_ih_l0` - `[3h, i]`, `weight_hh_l0` - `[3h, h]`, `bias_ih_l0`, `bias_hh_l0` - `[3h]`, gates in the order r, z, n; see
 *   {@link RecurrentLayer}
 *
 * PyTorch: `nn.GRU(batch_first=True)`, with `lengths` on a packed sequence. Source: Cho et al. 2014, arXiv:1406.1078; the
 * reset gate is applied as in PyTorch, after U_n.
 *
 * @example
 * const encoder = new GRU({ inputSize: 32, hiddenSize: 64, bidirectional: true, random });
 * const { outputs, state } = encoder.forward(x, { lengths: tensor(new Int32Array([7, 3])) });
 */
export class GRU extends RecurrentLayer {
  protected readonly hasCell = false;

  constructor(options: RecurrentLayerOptions) {
    super(3, options);
  }

  protected run(
    x: Tensor,
    state: RecurrentState,
    { weightIh, weightHh, biasIh, biasHh }: DirectionWeights,
    lengths: Tensor | null,
    reverse: boolean,
  ): { outputs: Tensor; state: RecurrentState } {
    const [outputs, hidden] = gru(x, state.hidden, weightIh, weightHh, biasIh, biasHh, lengths, { reverse });
    return { outputs, state: { hidden } };
  }
}
