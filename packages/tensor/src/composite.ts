import type { Backend, FusedKernel, Operand } from "./backend.js";
import { cotangentsOfLeaves } from "./backward.js";
import { zeros } from "./create.js";
import { BackendError } from "./errors.js";
import { fusedKernel } from "./fuse.js";
import { isRecording, record, withRecording } from "./graph.js";
import { parseLegend } from "./legend.js";
import { observe } from "./observer.js";
import {
  callRules,
  checkAxes,
  checkDTypes,
  checkInputs,
  commonBackend,
  type Op,
  type OpDescription,
  type OpInputs,
  type OpOutputs,
  type Resolved,
  splitArguments,
} from "./op.js";
import { Parameter } from "./parameter.js";
import { Storage } from "./storage.js";
import { isTensor, Tensor } from "./tensor.js";

/** An operation made of other operations; its gradient is that of its composition. */
export type CompositeDefinition<I extends OpInputs, P, O extends OpOutputs> = OpDescription<I, P> & {
  readonly compose: (params: P, ...inputs: Resolved<I>) => O;
  /** Checks what the legend cannot say; throws. */
  readonly check?: (params: P, ...inputs: Resolved<I>) => void;
};

/**
 * Defines an operation by its composition. A backend may replace it as a whole ({@link fuse}).
 *
 * @example
 * export const softmax: Op<[x: Tensor], { axis: number }> = composite({
 *   name: "softmax", inputs: ["x"], options: { axis: "integer" }, shapes: "... -> ...",
 *   samples: [{ args: ({ randn }) => [randn(2, 3)], params: { axis: -1 } }],
 *   compose: ({ axis }, x) => {
 *     const e = exp(sub(x, max(x, { axis, keepDims: true })));
 *     return div(e, sum(e, { axis, keepDims: true }));
 *   },
 * });
 */
export function composite<I extends OpInputs, P = object, O extends OpOutputs = Tensor>(
  definition: NoInfer<CompositeDefinition<I, P, O>>,
): Op<I, P, O> {
  const { name, compose, check, dtypes } = definition;
  const rules = callRules<I, P>(definition);
  const legend = parseLegend(definition.shapes, rules.names);
  const hasAxis = rules.options.kinds.has("axis") && !rules.variadic && !definition.newAxis;
  const single = legend.outputs.length === 1 && !definition.manyResults;
  const run = (...args: readonly unknown[]): OpOutputs => {
    const { inputs: given, params } = splitArguments<P>(rules, args);
    const inputs = given as readonly (Tensor | null)[];
    checkInputs(rules, legend, inputs);
    const resolved = inputs as unknown as Resolved<I>;
    if (dtypes) checkDTypes(rules, dtypes, inputs);
    if (hasAxis) checkAxes(name, (params as { axis?: number | readonly number[] }).axis, inputs[0]!.shape.length);
    check?.(params, ...resolved);
    const backend = commonBackend(name, inputs);
    const kernel = fusedKernel(backend, name);
    if (!kernel || kernel.accepts?.(inputs, params as object) === false) return compose(params, ...resolved);
    const composition = (...tensors: readonly (Tensor | null)[]): OpOutputs =>
      compose(params, ...(tensors as unknown as Resolved<I>));
    const outputs = runFused(name, backend, kernel, inputs, params as object, composition);
    return single ? outputs[0]! : outputs;
  };
  return Object.assign(run, { opName: name, description: definition, legend, compose }) as unknown as Op<I, P, O>;
}

function runFused(
  name: string,
  backend: Backend,
  kernel: FusedKernel["implementation"],
  inputs: readonly (Tensor | null)[],
  params: object,
  composition: (...inputs: readonly (Tensor | null)[]) => OpOutputs,
): readonly Tensor[] {
  const adopt = (operand: Operand): Tensor =>
    new Tensor(new Storage(backend, operand.buffer), operand.shape, operand.dtype);
  const tracked = isRecording() && inputs.some((input) => input?.tracked);
  const result = kernel.forward(inputs, params, tracked);
  const outputs = result.outputs.map(adopt);
  const saved = (result.saved ?? []).map(adopt);
  observe(name, inputs, outputs);
  if (!tracked) {
    for (const tensor of saved) tensor.dispose();
    return outputs;
  }
  const values = inputs.map((input) => input?.snapshot() ?? null);
  record({
    op: name,
    inputs,
    values,
    outputs,
    vjp: (cotangents, needs) =>
      kernel.vjp
        ? checkComplete(
            name,
            cotangents,
            needs,
            kernel.vjp({ inputs: values, outputs, saved, params, cotangents, needs }),
          ).map((made) => made && adopt(made))
        : composedVjp(composition, values, cotangents, needs),
  });
  return outputs;
}

/** A gradient that a fused kernel leaves out counts as 0, which it can be only where the loss ignores some result. */
function checkComplete(
  op: string,
  cotangents: readonly (Operand | null)[],
  needs: readonly boolean[],
  made: readonly (Operand | null)[],
): readonly (Operand | null)[] {
  if (cotangents.includes(null)) return made;
  const missing = needs.findIndex((needed, position) => needed && !made[position]);
  if (missing === -1) return made;
  throw new BackendError(`${op}: the fused gradient returns nothing for argument ${missing + 1}, which needs one.`);
}

/** The gradient of a composition, which is run again to record it. */
function composedVjp(
  composition: (...inputs: readonly (Tensor | null)[]) => OpOutputs,
  values: readonly (Tensor | null)[],
  cotangents: readonly (Tensor | null)[],
  needs: readonly boolean[],
): (Tensor | null)[] {
  const leaves = values.map((value, position) => (value && needs[position] ? new Parameter(value) : value));
  const made = withRecording(true, () => composition(...leaves));
  const outputs = isTensor(made) ? [made] : made;
  const used = outputs.filter((output, index) => cotangents[index] && output.tracked);
  const gradients = cotangentsOfLeaves(
    used,
    used.map((output) => cotangents[outputs.indexOf(output)]!),
  );
  return leaves.map((leaf, position) => {
    if (!leaf || !needs[position]) return null;
    const gradient = gradients.get(leaf) ?? zeros(leaf.shape, leaf.backend);
    leaf.dispose();
    return gradient;
  });
}
