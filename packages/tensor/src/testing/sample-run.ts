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
  sum,
  type Tensor,
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

/** The sample's arguments; every f32 tensor is a parameter, so that gradients reach it. */
export function drawInputs(sample: Sample): { inputs: OpInputs; leaves: Parameter[] } {
  const leaves: Parameter[] = [];
  const toLeaf = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(toLeaf);
    if (!isTensor(value) || value.dtype !== "f32") return value;
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

/** Values and gradients of a sample on the backend in use. */
export async function runSample(
  { op, sample }: SampleCase,
  apply: Application = asIs,
): Promise<{ outputs: HostTensor[]; dtypes: string[]; gradients: (HostTensor | null)[] }> {
  const { inputs, leaves } = drawInputs(sample);
  const params = sample.params ?? {};
  const outputs = scope(() => [...outputsOf(apply(op, inputs, params))]);
  const differentiable = op.description.differentiable !== false && leaves.length > 0;
  const gradients = differentiable
    ? scope(() => valueAndGrad(() => weigh(outputsOf(apply(op, inputs, params))), leaves).gradients)
    : [];
  const result = {
    outputs: await Promise.all(outputs.map(toHost)),
    dtypes: outputs.map((output) => output.dtype),
    gradients: await Promise.all(gradients.map((gradient) => gradient && toHost(gradient))),
  };
  for (const tensor of [...outputs, ...gradients, ...leaves, ...inputs.flat()]) {
    if (isTensor(tensor)) tensor.dispose();
  }
  return result;
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
