import { checkOptionKinds, type OptionRules, optionRules, type Random } from "@heed/core";
import { assertTensor, formatShape, linear, type Parameter, ShapeError, slice, type Tensor } from "@heed/tensor";
import { checkSizes } from "../check-options.js";
import { uniform } from "../initialisers/uniform.js";
import { Module } from "../module.js";
import { parameterFrom } from "../parameter-from.js";
import { type RecurrentState, zeroState } from "./recurrent-state.js";

export interface RecurrentCellOptions {
  /** Size of the last axis of what comes in. */
  readonly inputSize: number;
  readonly hiddenSize: number;
  /** By default true. */
  readonly bias?: boolean;
  /** Draws the first values. */
  readonly random: Random;
}

/** Kinds of the options that every recurrent cell has. */
export const cellOptionKinds = {
  inputSize: "number",
  hiddenSize: "number",
  "bias?": "boolean",
  random: "random",
} as const;

const cellRules = optionRules<RecurrentCellOptions>(cellOptionKinds);

/**
 * What `RNNCell`, `GRUCell` and `LSTMCell` have in common: one step at a time, in two parts. `project` is the input's
 * part, W_ih x + b_ih, which does not depend on the state and is best done for all steps at once; `step` is the rest.
 *
 * - `weight_ih` - `[g·h, i]`, `weight_hh` - `[g·h, h]`, `bias_ih`, `bias_hh` - `[g·h]`, with g gates in PyTorch's order; all
 *   start in U(±1/√h)
 *
 * @example
 * const gates = unstack(cell.project(x), { axis: 1 }); // [b, t, i] -> t times [b, g·h]
 * let state = cell.initialState(b);
 * for (const gate of gates) state = cell.step(gate, state); // state.hidden: [b, h]
 */
export abstract class RecurrentCell extends Module {
  readonly inputSize: number;
  readonly hiddenSize: number;
  /** `[g·h, i]`. */
  weight_ih: Parameter;
  /** `[g·h, h]`. */
  weight_hh: Parameter;
  /** `[g·h]`, or null without biases. */
  bias_ih: Parameter | null;
  /** `[g·h]`, or null without biases. */
  bias_hh: Parameter | null;

  /**
   * @param gates - how many gates the unit has
   * @param rules - by default without options of its own
   */
  protected constructor(gates: number, options: RecurrentCellOptions, rules: OptionRules = cellRules) {
    super();
    checkOptionKinds(`new ${new.target.name}`, [], rules, options);
    const { inputSize, hiddenSize, bias = true, random } = options;
    checkSizes(new.target.name, { inputSize, hiddenSize });
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    const high = 1 / Math.sqrt(hiddenSize);
    const draw = (...shape: number[]): Parameter => parameterFrom(uniform(shape, random, { low: -high, high }));
    this.weight_ih = draw(gates * hiddenSize, inputSize);
    this.weight_hh = draw(gates * hiddenSize, hiddenSize);
    this.bias_ih = bias ? draw(gates * hiddenSize) : null;
    this.bias_hh = bias ? draw(gates * hiddenSize) : null;
  }

  /** Whether the state has a `cell`. */
  protected abstract readonly hasCell: boolean;

  /**
   * One step from the input's part.
   *
   * @param gates - `[b, g·h]`, from {@link RecurrentCell.project}
   * @param state - the state before, `[b, h]` each
   * @returns the state after; its `hidden` is the output
   */
  abstract step(gates: Tensor, state: RecurrentState): RecurrentState;

  /** Zeros for `batch` sequences. */
  initialState(batch: number): RecurrentState {
    return zeroState(this.weight_hh, batch, this.hiddenSize, this.hasCell);
  }

  /**
   * The input's part of the gates, W_ih x + b_ih.
   *
   * @param x - `[..., i]`: one step, or whole sequences
   * @returns `[..., g·h]`
   */
  project(x: Tensor): Tensor {
    return linear(x, this.weight_ih, this.bias_ih);
  }

  /**
   * The input's part of the gates for an input that is joined from parts, [x₁; x₂; …]: a function for each part, whose
   * results add up to `project` of the whole. A part that is known beforehand need not wait for one that is not. The
   * first function brings the bias.
   *
   * @param sizes - of the parts; together they are `i` long
   * @throws ShapeError when they are not
   * @example
   * const [ofToken, ofContext] = cell.projections([embeddingSize, contextSize]);
   * const gates = unstack(ofToken(tokens), { axis: 1 }); // all steps at once
   * state = cell.step(gates[t].add(ofContext(context)), state);
   */
  projections<const Sizes extends readonly number[]>(
    sizes: Sizes,
  ): { readonly [Part in keyof Sizes]: (x: Tensor) => Tensor } {
    const total = sizes.reduce((sum, size) => sum + size, 0);
    if (total !== this.inputSize) {
      throw new ShapeError(
        `${this.constructor.name}: parts of ${formatShape(sizes)} make ${total}, but the input size is ${this.inputSize}.`,
      );
    }
    let end = 0;
    const parts = sizes.map((size, index) => {
      const start = end;
      end += size;
      const weight = slice(this.weight_ih, { axis: 1, start, end });
      return (x: Tensor): Tensor => linear(x, weight, index === 0 ? this.bias_ih : null);
    });
    return parts as unknown as { readonly [Part in keyof Sizes]: (x: Tensor) => Tensor };
  }

  /**
   * One step from the input itself. PyTorch: `cell(x, state)`.
   *
   * @param x - `[b, i]`
   * @param state - by default zeros
   */
  forward(x: Tensor, state?: RecurrentState): RecurrentState {
    assertTensor(this.constructor.name, "x", x);
    const before = state ?? this.initialState(x.shape[0]!);
    assertTensor(this.constructor.name, "state.hidden", before.hidden);
    return this.step(this.project(x), before);
  }
}
