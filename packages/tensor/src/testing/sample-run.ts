import { HeedError } from "@heed/core";
import { CheckError } from "@heed/core/testing";
import {
  type AnyOp,
  add,
  backward,
  Draw,
  isTensor,
  memory,
  mul,
  type Op,
  type OpInputs,
  type OpOutputs,
  Parameter,
  type Sample,
  scope,
  sizeOf,
  sum,
  type Tensor,
  tensor,
  valueAndGrad,
} from "../index.js";
import { type HostTensor, toHost } from "./compare.js";

/** An operation whose argument types do not matter here. */
export type LooseOp = ((...args: readonly unknown[]) => OpOutputs) & Omit<Op<OpInputs, object, OpOutputs>, never>;

/** One sample of one operation, ready to run on the backend in use. */
export interface SampleCase {
  readonly name: string;
  readonly op: LooseOp;
  readonly sample: Sample;
}

/** Every sample of every operation. */
export function sampleCases(ops: readonly AnyOp[]): SampleCase[] {
  return ops.flatMap((entry) => {
    const op = entry as unknown as LooseOp;
    return op.description.samples.map((sample, index) => ({
      name: `${op.opName}: ${sample.label ?? (index === 0 ? "plain" : `sample ${index + 1}`)}`,
      op,
      sample,
    }));
  });
}

/** How to apply the operation: as it is, or by its composition. */
export type Application = (op: LooseOp, inputs: OpInputs, params: object) => OpOutputs;

export const asIs: Application = (op, inputs, params) => op(...inputs, params);

export const composed: Application = (op, inputs, params) => {
  const flat = (Array.isArray(inputs[0]) ? inputs[0] : inputs) as readonly Tensor[];
  return op.compose!(params, ...flat);
};

/**
 * Draws tensors whose axes are a multiple of those that a sample asks for; axes of length 1 stay. Normal values are smaller
 * by the same factor, so that sums over an axis do not grow and recurrences stay tame.
 */
class LargerDraw extends Draw {
  override readonly randn: Draw["randn"];
  override readonly positive: Draw["positive"];
  override readonly ids: Draw["ids"];
  override readonly lengths: Draw["lengths"];
  override readonly mask: Draw["mask"];
  override readonly nothing: Draw["nothing"];

  constructor(seed: number, factor: number) {
    super(seed);
    const larger = (shape: readonly number[]): number[] => shape.map((size) => (size === 1 ? 1 : size * factor));
    const own = new Draw(seed);
    this.randn = (...shape) => {
      const sizes = larger(shape);
      const values = Float32Array.from({ length: sizeOf(sizes) }, () => own.random.normal() / factor);
      return tensor(values, { shape: sizes });
    };
    this.positive = (...shape) => own.positive(...larger(shape));
    this.ids = (limit, ...shape) => own.ids(limit, ...larger(shape));
    this.lengths = (longest, sequences) => own.lengths(longest * factor, sequences * factor);
    this.mask = (...shape) => own.mask(...larger(shape));
    this.nothing = (...shape) => own.nothing(...larger(shape));
  }
}

/** The same case with larger axes. Whether the operation accepts them shows when it runs. */
export function largerCase({ name, op, sample }: SampleCase, factor: number): SampleCase {
  return { name: `${name}, larger`, op, sample: { ...sample, args: () => sample.args(new LargerDraw(7, factor)) } };
}

/**
 * The sample's arguments; every f32 tensor is a parameter, so that gradients reach it.
 * @param only - makes a parameter of this f32 tensor alone, counted from 0
 */
export function drawInputs(sample: Sample, only?: number): { inputs: OpInputs; leaves: Parameter[] } {
  const leaves: Parameter[] = [];
  let count = 0;
  const toLeaf = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(toLeaf);
    if (!isTensor(value) || value.dtype !== "f32") return value;
    if (only !== undefined && count++ !== only) return value;
    const leaf = new Parameter(value);
    leaves.push(leaf);
    return leaf;
  };
  return { inputs: sample.args(new Draw(7)).map(toLeaf) as unknown as OpInputs, leaves };
}

/** The operation's results as a list. */
export function outputsOf(result: OpOutputs): readonly Tensor[] {
  return isTensor(result) ? [result] : result;
}

/** Σ outputs · random cotangents: a scalar whose gradient is a vector-Jacobian product. */
export function weigh(outputs: readonly Tensor[]): Tensor {
  const draw = new Draw(13);
  const terms = outputs
    .filter((output) => output.dtype === "f32")
    .map((output) => sum(mul(output, draw.randn(...output.shape))));
  return terms.reduce((total, term) => add(total, term));
}

/** The results of a sample on the host. */
export interface SampleResult {
  readonly outputs: readonly HostTensor[];
  readonly dtypes: readonly string[];
  readonly gradients: readonly (HostTensor | null)[];
}

/** A part of a sample's gradients. */
export interface Part {
  /** The only f32 argument that needs a gradient, counted from 0; default: all. */
  readonly input?: number;
  /** The only result that the loss depends on, counted from 0; default: all. */
  readonly output?: number;
}

/** Values and gradients of a sample on the backend in use. */
export async function runSample(
  { op, sample }: SampleCase,
  apply: Application = asIs,
  part: Part = {},
): Promise<SampleResult> {
  const { inputs, leaves } = drawInputs(sample, part.input);
  const params = sample.params ?? {};
  const outputs = scope(() => [...outputsOf(apply(op, inputs, params))]);
  const depends = leaves.length > 0 && outputs.some(({ dtype }) => dtype === "f32");
  const differentiable = op.description.differentiable !== false && depends;
  const loss = (): Tensor => {
    const all = outputsOf(apply(op, inputs, params));
    return weigh(part.output === undefined ? all : [all[part.output]!]);
  };
  const gradients = differentiable ? scope(() => valueAndGrad(loss, leaves).gradients) : [];
  const result = {
    outputs: await Promise.all(outputs.map(toHost)),
    dtypes: outputs.map((output) => output.dtype),
    gradients: await Promise.all(gradients.map((gradient) => gradient && toHost(gradient))),
  };
  for (const each of [...outputs, ...gradients, ...leaves, ...inputs.flat()]) {
    if (isTensor(each)) each.dispose();
  }
  return result;
}

/** Runs a sample, unless its arguments are large, or the operation refuses them: then `null`. */
export async function resultIfSmall(sampleCase: SampleCase): Promise<SampleResult | null> {
  try {
    const { inputs } = drawInputs(sampleCase.sample);
    const tensors = inputs.flat().filter((input) => isTensor(input));
    const elements = tensors.reduce((total, { size }) => total + size, 0);
    for (const each of tensors) each.dispose();
    return elements > 6000 ? null : await runSample(sampleCase);
  } catch (error) {
    if (error instanceof HeedError) return null;
    throw error;
  }
}

/** Runs a sample and its gradient on the backend in use, and checks that all of its memory was given back. */
export async function assertNoLeak(sampleCase: SampleCase): Promise<void> {
  const before = memory().buffers;
  // Everything made here belongs to this scope; what is still alive after it has leaked.
  const { leaves } = scope(() => {
    const { inputs, leaves } = drawInputs(sampleCase.sample);
    const params = sampleCase.sample.params ?? {};
    if (sampleCase.op.description.differentiable === false || leaves.length === 0) asIs(sampleCase.op, inputs, params);
    else backward(weigh(outputsOf(asIs(sampleCase.op, inputs, params))));
    return { leaves };
  });
  for (const leaf of leaves) leaf.dispose();
  const after = memory().buffers;
  if (after !== before)
    throw new CheckError(`${sampleCase.name}: ${after - before} buffers are still alive afterwards.`);
}
