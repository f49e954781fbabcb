import { checkOptionKinds, type OptionRules, optionRules, type Random, shownArgument } from "@heed/core";
import {
  assertLengths,
  assertTensor,
  concat,
  DTypeError,
  formatShape,
  isTensor,
  type Parameter,
  ShapeError,
  type Tensor,
  tensor,
} from "@heed/tensor";
import { checkProbability, checkSizes } from "../check-options.js";
import { Dropout } from "../dropout.js";
import { uniform } from "../initialisers/uniform.js";
import { Module } from "../module.js";
import { parameterFrom } from "../parameter-from.js";
import { type RecurrentState, zeroState } from "./recurrent-state.js";

export interface RecurrentLayerOptions {
  /** Size of the last axis of what comes in. */
  readonly inputSize: number;
  readonly hiddenSize: number;
  /** How many stand on each other; by default 1. */
  readonly layers?: number;
  /** Also walk from the end of each sequence to its start; by default false. */
  readonly bidirectional?: boolean;
  /** Probability in [0, 1) of dropping an entry between two layers, in training; by default 0. */
  readonly dropout?: number;
  /** By default true. */
  readonly bias?: boolean;
  /**
   * The first layer, from 0, whose input is added to its output; those above it do the same. Layer 0 can only be the first if
   * its input is as wide as its output. By default none.
   */
  readonly residualFrom?: number;
  /** Draws the first values, and seeds for dropout. */
  readonly random: Random;
}

export interface RecurrentRun {
  /**
   * Steps of each sequence, in [0, t]: a list, or i32 `[b]`. By default all sequences are `t` long. A list is checked on
   * every backend; the values of a tensor are checked where reading them costs nothing, so not on the GPU.
   */
  readonly lengths?: Tensor | readonly number[] | null;
  /** The first states, in the order of {@link RecurrentOutput.state}; by default zeros. */
  readonly state?: readonly RecurrentState[] | null;
}

export interface RecurrentOutput {
  /** `[b, t, h]`, or `[b, t, 2h]` in both directions: forward first. Past the end of a sequence 0. */
  readonly outputs: Tensor;
  /**
   * The last state of each layer and direction, `[b, h]` each, in the order of PyTorch's h_n: layer 0 forward, layer 0
   * backward, layer 1 forward, … Each is what a cell of that kind starts from.
   */
  readonly state: readonly RecurrentState[];
}

/** Weights of one layer in one direction. */
export interface DirectionWeights {
  readonly weightIh: Parameter;
  readonly weightHh: Parameter;
  readonly biasIh: Parameter | null;
  readonly biasHh: Parameter | null;
}

/** Kinds of the options that every recurrent layer has. */
export const layerOptionKinds = {
  inputSize: "number",
  hiddenSize: "number",
  "layers?": "number",
  "bidirectional?": "boolean",
  "dropout?": "number",
  "bias?": "boolean",
  "residualFrom?": "number",
  random: "random",
} as const;

const layerRules = optionRules<RecurrentLayerOptions>(layerOptionKinds);
const runRules = optionRules<RecurrentRun>({ "lengths?": "any", "state?": "any" });

/**
 * What `RNN`, `GRU` and `LSTM` have in common: whole sequences, batch first, through one or more layers in one or both
 * directions. A sequence in a padded batch gets exactly what it would get alone.
 *
 * For each layer k the parameters are `weight_ih_l{k}` `[g·h, i]` (above the first layer i is h, or 2h in both directions),
 * `weight_hh_l{k}` `[g·h, h]`, `bias_ih_l{k}` and `bias_hh_l{k}` `[g·h]`, with g gates in PyTorch's order; those of the backward
 * direction end in `_reverse`. All start in U(±1/√h).
 *
 * With `residualFrom`, layers have residual connections as in Wu et al. 2016, arXiv:1609.08144, eq. 6: the input of a layer is
 * added to its outputs, and its state stays that of the unit.
 */
export abstract class RecurrentLayer extends Module {
  [weight: `weight_${string}`]: Parameter;
  [bias: `bias_${string}`]: Parameter | undefined;
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly bidirectional: boolean;
  readonly dropout: Dropout;
  readonly residualFrom: number;

  /**
   * @param gates - how many gates the unit has
   * @param rules - by default without options of its own
   */
  protected constructor(gates: number, options: RecurrentLayerOptions, rules: OptionRules = layerRules) {
    super();
    checkOptionKinds(`new ${new.target.name}`, [], rules, options);
    const { inputSize, hiddenSize, layers = 1, bidirectional = false, dropout = 0, bias = true, random } = options;
    checkSizes(new.target.name, { inputSize, hiddenSize, layers });
    checkProbability(new.target.name, "dropout", dropout);
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.layers = layers;
    this.bidirectional = bidirectional;
    this.dropout = new Dropout({ probability: dropout, random });
    this.residualFrom = this.#checkResidual(options.residualFrom ?? layers);
    const high = 1 / Math.sqrt(hiddenSize);
    const draw = (...shape: number[]): Parameter => parameterFrom(uniform(shape, random, { low: -high, high }));
    for (let layer = 0; layer < layers; layer++) {
      for (const suffix of this.#suffixes(layer)) {
        this[`weight_ih_${suffix}`] = draw(gates * hiddenSize, layer === 0 ? inputSize : this.outputSize);
        this[`weight_hh_${suffix}`] = draw(gates * hiddenSize, hiddenSize);
        if (!bias) continue;
        this[`bias_ih_${suffix}`] = draw(gates * hiddenSize);
        this[`bias_hh_${suffix}`] = draw(gates * hiddenSize);
      }
    }
  }

  /** @throws ShapeError when an input cannot be added to an output of another size */
  #checkResidual(from: number): number {
    checkSizes(this.constructor.name, { residualFrom: from + 1 });
    if (from > 0 || this.inputSize === this.outputSize) return from;
    throw new ShapeError(
      `${this.constructor.name}: residualFrom 0 adds the input to the output of layer 0, so both must have the same size, got ${this.inputSize} and ${this.outputSize}. Set residualFrom to 1.`,
    );
  }

  /** Size of the last axis of the outputs: h, or 2h in both directions. */
  get outputSize(): number {
    return this.bidirectional ? 2 * this.hiddenSize : this.hiddenSize;
  }

  /** Whether the state has a `cell`. */
  protected abstract readonly hasCell: boolean;

  /** One layer in one direction. */
  protected abstract run(
    x: Tensor,
    state: RecurrentState,
    weights: DirectionWeights,
    lengths: Tensor | null,
    reverse: boolean,
  ): { outputs: Tensor; state: RecurrentState };

  /** Zeros for `batch` sequences, one state for each layer and direction. */
  initialState(batch: number): readonly RecurrentState[] {
    const count = this.layers * (this.bidirectional ? 2 : 1);
    return Array.from({ length: count }, () => zeroState(this.weight_hh_l0!, batch, this.hiddenSize, this.hasCell));
  }

  /**
   * @param x - `[b, t, i]`
   * @throws ShapeError when shapes, the number of states, or lengths do not fit
   * @throws DTypeError when the lengths are not integers
   */
  forward(x: Tensor, options: RecurrentRun = {}): RecurrentOutput {
    checkOptionKinds("forward", ["x"], runRules, options);
    assertTensor(this.constructor.name, "x", x);
    const { state, lengths: given } = options ?? {};
    const lengths = this.#lengths(x, given ?? null);
    const first = state ?? this.initialState(x.shape[0]!);
    const directions = this.bidirectional ? 2 : 1;
    if (first.length !== this.layers * directions) {
      throw new ShapeError(
        `${this.constructor.name}: ${this.layers} layers in ${directions} directions need ${this.layers * directions} states, but ${first.length} came, the first of shape ${formatShape(first[0]?.hidden.shape ?? [])}.`,
      );
    }
    for (let i = 0; i < first.length; i++) assertTensor(this.constructor.name, `state[${i}].hidden`, first[i]?.hidden);
    const last: RecurrentState[] = [];
    let outputs = x;
    for (let layer = 0; layer < this.layers; layer++) {
      const input = layer === 0 ? x : this.dropout.forward(outputs);
      const runs = this.#suffixes(layer).map((suffix, direction) =>
        this.run(input, first[last.length + direction]!, this.#weights(suffix), lengths, direction === 1),
      );
      last.push(...runs.map((run) => run.state));
      const joined =
        directions === 1
          ? runs[0]!.outputs
          : concat(
              runs.map((run) => run.outputs),
              { axis: 2 },
            );
      outputs = layer < this.residualFrom ? joined : joined.add(outputs);
    }
    return { outputs, state: last };
  }

  /** The lengths as a tensor, `[b]`. */
  #lengths(x: Tensor, given: Tensor | readonly number[] | null): Tensor | null {
    if (given === null || isTensor(given)) return given;
    const [b, t] = x.shape;
    const owner = this.constructor.name;
    if (!Array.isArray(given)) {
      throw new DTypeError(
        `${owner}: lengths must be a list of integers or an i32 tensor, got ${shownArgument(given)}.`,
      );
    }
    if (given.length !== b) {
      throw new ShapeError(
        `${owner}: expected ${b} lengths, one for each sequence of x ${formatShape(x.shape)}, got ${given.length}.`,
      );
    }
    assertLengths(owner, given, t!);
    return tensor(Int32Array.from(given), { backend: x.backend });
  }

  #suffixes(layer: number): `l${string}`[] {
    return this.bidirectional ? [`l${layer}`, `l${layer}_reverse`] : [`l${layer}`];
  }

  #weights(suffix: `l${string}`): DirectionWeights {
    return {
      weightIh: this[`weight_ih_${suffix}`]!,
      weightHh: this[`weight_hh_${suffix}`]!,
      biasIh: this[`bias_ih_${suffix}`] ?? null,
      biasHh: this[`bias_hh_${suffix}`] ?? null,
    };
  }
}
