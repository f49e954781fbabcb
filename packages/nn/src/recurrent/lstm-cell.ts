import { lstmStep, type Tensor } from "@heed/tensor";
import { RecurrentCell, type RecurrentCellOptions } from "./recurrent-cell.js";
import { cellOf, type RecurrentState } from "./recurrent-state.js";

/**
 * One step of a long short-term memory: with a = W_ih x + b_ih + W_hh h + b_hh,
 * i = σ(a_i), f = σ(a_f), g = tanh(a_g), o = σ(a_o), c′ = f ⊙ c + i ⊙ g, h′ = o ⊙ tanh(c′).
 *
 * - `x` - `[b, i]`, state `{ hidden, cell }`, both `[b, h]`; returns the same
 * - `weight_ih` - `[4h, i]`, `weight_hh` - `[4h, h]`, `bias_ih`, `bias_hh` - `[4h]`; gates in the order i, f, g, o
 *
 * PyTorch: `nn.LSTMCell`. Source: Hochreiter and Schmidhuber 1997; forget gate: Gers et al. 2000.
 *
 * @example
 * const cell = new LSTMCell({ inputSize: 32, hiddenSize: 64, random });
 * const state = cell.forward(x); // from zeros
 */
export class LSTMCell extends RecurrentCell {
  protected readonly hasCell = true;

  constructor(options: RecurrentCellOptions) {
    super(4, options);
  }

  /** @throws ShapeError when the state has no `cell` */
  step(gates: Tensor, state: RecurrentState): RecurrentState {
    const memory = cellOf("LSTMCell", state);
    const [hidden, cell] = lstmStep(gates, state.hidden, memory, this.weight_hh, this.bias_hh);
    return { hidden, cell };
  }
}
