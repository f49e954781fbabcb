import { rnnStep, type Tensor } from "@heed/tensor";
import { RecurrentCell, type RecurrentCellOptions } from "./recurrent-cell.js";
import type { RecurrentState } from "./recurrent-state.js";
import { checkNonlinearity, type Nonlinearity } from "./rnn.js";

export interface RNNCellOptions extends RecurrentCellOptions {
  /** By default tanh. */
  readonly nonlinearity?: Nonlinearity;
}

/**
 * One step of an Elman network: h′ = tanh(W_ih x + b_ih + W_hh h + b_hh), or relu.
 *
 * - `x` - `[b, i]`, state `{ hidden: [b, h] }`; returns `{ hidden: [b, h] }`
 * - `weight_ih` - `[h, i]`, `weight_hh` - `[h, h]`, `bias_ih`, `bias_hh` - `[h]`
 *
 * PyTorch: `nn.RNNCell`. Source: Elman 1990.
 *
 * @example
 * const cell = new RNNCell({ inputSize: 32, hiddenSize: 64, random });
 * const state = cell.forward(x); // from zeros
 */
export class RNNCell extends RecurrentCell {
  readonly nonlinearity: Nonlinearity;
  protected readonly hasCell = false;

  constructor(options: RNNCellOptions) {
    super(1, options);
    this.nonlinearity = checkNonlinearity("RNNCell", options.nonlinearity);
  }

  step(gates: Tensor, { hidden }: RecurrentState): RecurrentState {
    return { hidden: rnnStep(gates, hidden, this.weight_hh, this.bias_hh, { nonlinearity: this.nonlinearity }) };
  }
}
