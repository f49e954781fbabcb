import type { Backend, DeviceBuffer } from "./backend.js";
import { full } from "./create.js";
import type { DType } from "./dtype.js";
import { DTypeError } from "./errors.js";
import { isRecording, record } from "./graph.js";
import { parseLegend } from "./legend.js";
import { observe } from "./observer.js";
import {
  callRules,
  checkInputs,
  commonBackend,
  type Op,
  type OpDescription,
  type OpInputs,
  type Resolved,
  splitArguments,
} from "./op.js";
import type { Shape } from "./shape.js";
import { isStorage, Storage } from "./storage.js";
import { isTensor, Tensor } from "./tensor.js";

/** Shape and dtype of a result. */
export interface TensorSpec {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** What a vector-Jacobian product may use. */
export interface VjpContext<I extends OpInputs, P> {
  /** d(loss)/d(result), with the result's shape. */
  readonly cotangent: Tensor;
  readonly inputs: Resolved<I>;
  readonly output: Tensor;
  readonly params: P;
}

/** An operation that calls kernels of the backend. */
export type PrimitiveDefinition<I extends OpInputs, P> = OpDescription<I, P> & {
  /** The shape rule; throws ShapeError or DTypeError when the arguments do not fit. */
  readonly output: (params: P, ...inputs: Resolved<I>) => TensorSpec;
  readonly forward: (backend: Backend, spec: TensorSpec, params: P, ...inputs: Resolved<I>) => DeviceBuffer | Storage;
  /** d(loss)/d(input at `position`), with that input's shape; absent where no gradient flows. */
  readonly vjp?: (context: VjpContext<I, P>, position: number) => Tensor | null;
};

/**
 * Defines an operation by a kernel and its vector-Jacobian product.
 *
 * @example
 * export const exp: Op<[x: Tensor]> = primitive({
 *   name: "exp", inputs: ["x"], shapes: "... -> ...",
 *   samples: [{ args: ({ randn }) => [randn(2, 3)] }],
 *   output: (_, x) => x,
 *   forward: (backend, _spec, _params, x) => backend.unary("exp", x),
 *   vjp: ({ cotangent, output }) => mul(cotangent, output),
 * });
 */
export function primitive<I extends OpInputs, P = object>(definition: NoInfer<PrimitiveDefinition<I, P>>): Op<I, P> {
  const { name, forward, output: outputRule, vjp } = definition;
  const rules = callRules<I, P>(definition);
  const legend = parseLegend(definition.shapes, rules.names);
  const run = (...args: readonly unknown[]): Tensor => {
    const { inputs: given, params } = splitArguments<P>(rules, args);
    const inputs = withNumbersAsTensors(name, given);
    checkInputs(rules, legend, inputs);
    const backend = commonBackend(name, inputs);
    const spec = outputRule(params, ...(inputs as Resolved<I>));
    const made = forward(backend, spec, params, ...(inputs as Resolved<I>));
    const output = new Tensor(isStorage(made) ? made : new Storage(backend, made), spec.shape, spec.dtype);
    observe(name, inputs, [output]);
    if (vjp && isRecording() && inputs.some((input) => input?.tracked)) {
      const values = inputs.map((input) => input?.snapshot() ?? null) as unknown as Resolved<I>;
      record({
        op: name,
        inputs,
        values,
        outputs: [output],
        vjp: ([cotangent], needs) =>
          needs.map((needed, position) =>
            needed && cotangent ? vjp({ cotangent, inputs: values, output, params }, position) : null,
          ),
      });
    }
    return output;
  };
  return Object.assign(run as (...args: readonly unknown[]) => Tensor, {
    opName: name,
    description: definition,
    legend,
  }) as unknown as Op<I, P>;
}

/** Plain numbers become scalars of the dtype of the numbers beside them, by default f32. */
function withNumbersAsTensors(op: string, given: readonly (Tensor | number | null)[]): readonly (Tensor | null)[] {
  if (!given.some((input) => typeof input === "number")) return given as readonly (Tensor | null)[];
  const tensors = given.filter(isTensor);
  const backend = tensors[0]?.backend;
  const dtype = tensors.findLast((tensor) => tensor.dtype !== "bool")?.dtype ?? "f32";
  return given.map((input) => {
    if (typeof input !== "number") return input;
    if (dtype === "i32" && !Number.isInteger(input)) {
      throw new DTypeError(
        `${op}: ${input} stands beside an i32 tensor and must be a whole number; cast() the tensor first.`,
      );
    }
    return full([], input, dtype, backend);
  });
}
