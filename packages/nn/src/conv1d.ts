import { checkOptionKinds, HeedError, optionRules, type Random } from "@heed/core";
import { conv1d, type Parameter, type Tensor } from "@heed/tensor";
import { checkSizes } from "./check-options.js";
import { uniform } from "./initialisers/uniform.js";
import { Module } from "./module.js";
import { parameterFrom } from "./parameter-from.js";

export interface Conv1dOptions {
  /** Channels of what comes in. */
  readonly inChannels: number;
  /** Channels of what goes out. */
  readonly outChannels: number;
  /** Length of the kernel. */
  readonly kernelSize: number;
  /** Steps between two results; by default 1. */
  readonly stride?: number;
  /** Zeros added at both ends (by default 0); `"valid"` adds none, `"same"` keeps the length, and needs stride 1. */
  readonly padding?: number | "same" | "valid";
  /** Steps between two entries of the kernel; by default 1. */
  readonly dilation?: number;
  /** Parts into which both kinds of channels are divided, each convolved alone; by default 1. */
  readonly groups?: number;
  /** By default true. */
  readonly bias?: boolean;
  /** Draws the first values. */
  readonly random: Random;
}

const rules = optionRules<Conv1dOptions>({
  inChannels: "number",
  outChannels: "number",
  kernelSize: "number",
  "stride?": "number",
  "padding?": { integerOr: ["same", "valid"] },
  "dilation?": "number",
  "groups?": "number",
  "bias?": "boolean",
  random: "random",
});

/**
 * The cross-correlation of sequences with a learned kernel. Channels are the middle axis, as in PyTorch.
 *
 * - `x` - `[b, in, t]`; returns `[b, out, ⌊(t + padding at both ends − dilation · (kernel − 1) − 1) / stride⌋ + 1]`
 * - `weight` - `[out, in / groups, kernel]`, `bias` - `[out]`; both start in U(±1/√(in / groups · kernel))
 *
 * PyTorch: `nn.Conv1d`.
 *
 * @example
 * const layer = new Conv1d({ inChannels: 8, outChannels: 16, kernelSize: 3, padding: "same", random });
 * const y = layer.forward(x); // [b, 8, t] -> [b, 16, t]
 */
export class Conv1d extends Module {
  /** `[out, in / groups, kernel]`. */
  weight: Parameter;
  /** `[out]`, or null without a bias. */
  bias: Parameter | null;
  readonly #options: { stride: number; padding: number | "same" | "valid"; dilation: number; groups: number };

  /** @throws HeedError when a size is not a whole number ≥ 1, or `groups` does not divide both kinds of channels */
  constructor(options: Conv1dOptions) {
    super();
    checkOptionKinds("new Conv1d", [], rules, options);
    const { inChannels, outChannels, kernelSize, bias = true, random } = options;
    const { stride = 1, padding = 0, dilation = 1, groups = 1 } = options;
    checkSizes("Conv1d", { inChannels, outChannels, kernelSize, stride, dilation, groups });
    if (inChannels % groups !== 0 || outChannels % groups !== 0) {
      throw new HeedError(
        `Conv1d: inChannels and outChannels must be divisible by groups, got ${inChannels}, ${outChannels} and ${groups}.`,
      );
    }
    if (padding === "same" && stride !== 1) {
      throw new HeedError(`Conv1d: padding "same" needs stride 1, got ${stride}; pass a number as padding.`);
    }
    if (padding !== "same" && padding !== "valid" && !(Number.isInteger(padding) && padding >= 0)) {
      throw new HeedError(`Conv1d: padding must be an integer ≥ 0, "same" or "valid", got ${String(padding)}.`);
    }
    this.#options = { stride, padding, dilation, groups };
    const high = 1 / Math.sqrt((inChannels / groups) * kernelSize);
    this.weight = parameterFrom(uniform([outChannels, inChannels / groups, kernelSize], random, { low: -high, high }));
    this.bias = bias ? parameterFrom(uniform([outChannels], random, { low: -high, high })) : null;
  }

  /**
   * @param x - `[b, in, t]`
   * @returns `[b, out, l]`
   * @throws ShapeError when the channels differ, or the kernel is longer than the padded input
   */
  forward(x: Tensor): Tensor {
    return conv1d(x, this.weight, this.bias, this.#options);
  }
}
