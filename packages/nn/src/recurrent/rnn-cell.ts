import { optionRules } from "@heed/core";
import { rnnStep, type Tensor } from "@heed/tensor";
import { cellOptionKinds, RecurrentCell, type RecurrentCellOptions } from "./recurrent-cell.js";
import type { RecurrentState } from "./recurrent-state.js";
import type { Nonlinearity } from "./rnn.js";

export interface RNNCellOptions extends RecurrentCellOptions {
  /** By default tanh. */
  readonly nonlinearity?: Nonlinearity;
}

const rules = optionRules<RNNCellOptions>({ ...cellOptionKinds, "nonlinearity?": ["tanh", "relu"] });

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
    super(1, options, rules);
    this.nonlinearity = options.nonlinearity ?? "tanh";
  }

  step(gates: Tensor, { hidden }: RecurrentState): RecurrentState {
    return { hidden: rnnStep(gates, hidden, this.weight_hh, this.bias_hh, { nonlinearity: this.nonlinearity }) };
  }
}
