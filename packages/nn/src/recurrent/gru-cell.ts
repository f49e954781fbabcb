import { gruStep, type Tensor } from "@heed/tensor";
import { RecurrentCell, type RecurrentCellOptions } from "./recurrent-cell.js";
import type { RecurrentState } from "./recurrent-state.js";

/**
 * One step of a gated recurrent unit, with W x for W_ih x + b_ih and U h for W_hh h + b_hh:
 * r = σ(W_r x + U_r h), z = σ(W_z x + U_z h), n = tanh(W_n x + r ⊙ U_n h), h′ = (1 − z) ⊙ n + z ⊙ h.
 *
 * - `x` - `[b, i]`, state `{ hidden: [b, h] }`; returns `{ hidden: [b, h] }`
 * - `weight_ih` - `[3h, i]`, `weight_hh` - `[3h, h]`, `bias_ih`, `bias_hh` - `[3h]`; gates in the order r, z, n
 *
 * PyTorch: `nn.GRUCell`. Source: Cho et al. 2014, arXiv:1406.1078; the reset gate is applied as in PyTorch, after U_n.
 *
 * @example
 * const cell = new GRUCell({ inputSize: 32, hiddenSize: 64, random });
 * const state = cell.forward(x); // from zeros
 */
export class GRUCell extends RecurrentCell {
  protected readonly hasCell = false;

  constructor(options: RecurrentCellOptions) {
    super(3, options);
  }

  step(gates: Tensor, { hidden }: RecurrentState): RecurrentState {
    return { hidden: gruStep(gates, hidden, this.weight_hh, this.bias_hh) };
  }
}
