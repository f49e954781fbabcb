import {
  add,
  type Backend,
  builtInOps,
  isTensor,
  mul,
  Parameter,
  scope,
  sum,
  type Tensor,
  type TensorData,
  tensor,
  use,
  valueAndGrad,
} from "@heed/tensor";

/** A tensor as `differential.py` writes it: little-endian bytes in base64. */
interface EncodedTensor {
  readonly dtype: "f32" | "f64" | "i32" | "bool";
  readonly shape: readonly number[];
  readonly data: string;
}

/** The exact result, and PyTorch's largest error in f32. */
interface ExactTensor extends EncodedTensor {
  readonly error: number;
}

type EncodedArgument = EncodedTensor | number | null | readonly EncodedTensor[];

/** A random call of an operation, written by `tooling/pytorch/differential.py`. */
export interface DifferentialCase {
  readonly op: string;
  readonly seed: number;
  readonly number: number;
  readonly params: object;
  readonly args: readonly EncodedArgument[];
  /** For each floating-point output. */
  readonly cotangents: readonly EncodedTensor[];
  readonly outputs: readonly ExactTensor[];
  /** For each floating-point argument; null where PyTorch has none. */
  readonly gradients: readonly (ExactTensor | null)[];
}

/** The result of {@link compareWithPytorch}. */
export interface Difference {
  /** The number of results and gradients that were compared. */
  readonly tensors: number;
  readonly faults: readonly string[];
}

/** An error may be four times that of PyTorch, or 2 units in the last place of the tensor's largest number. */
const [factor, units] = [4, 2];

type AnyFunction = (...args: readonly unknown[]) => Tensor | readonly Tensor[];

const ops = new Map<string, AnyFunction>(builtInOps.map((op) => [op.opName, op as unknown as AnyFunction]));

const bytesOf = (data: string): ArrayBuffer => Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0)).buffer;

function decode({ dtype, data }: EncodedTensor): TensorData {
  const bytes = bytesOf(data);
  if (dtype === "f64") return new Float64Array(bytes);
  if (dtype === "i32") return new Int32Array(bytes);
  return dtype === "bool" ? new Uint8Array(bytes) : new Float32Array(bytes);
}

/** Runs a case on a backend, and compares values and gradients with PyTorch. */
export async function compareWithPytorch(given: DifferentialCase, backend: Backend): Promise<Difference> {
  const op = ops.get(given.op);
  if (!op) throw new Error(`differential.py has the operation ${given.op}, which heed lacks.`);
  await use(backend);
  const upload = (x: EncodedTensor): Tensor =>
    tensor(decode(x), x.dtype === "bool" ? { shape: x.shape, dtype: "bool" } : { shape: x.shape });
  const parameters: Parameter[] = [];
  const toArgument = (x: EncodedArgument): unknown => {
    if (x === null || typeof x === "number") return x;
    if ("length" in x) return x.map(toArgument);
    if (x.dtype !== "f32") return upload(x);
    const parameter = new Parameter(upload(x));
    parameters.push(parameter);
    return parameter;
  };
  const differentiable = given.gradients.some((gradient) => gradient !== null);
  const results = scope(() => {
    const args = given.args.map(toArgument);
    const call = (): readonly Tensor[] => {
      const result = op(...args, given.params);
      return isTensor(result) ? [result] : result;
    };
    const outputs = call();
    if (!differentiable) return { outputs, gradients: [] };
    const loss = (): Tensor => {
      const terms = call()
        .filter(({ dtype }) => dtype === "f32")
        .map((output, i) => sum(mul(output, upload(given.cotangents[i]!))));
      return terms.reduce((total, term) => add(total, term));
    };
    return { outputs, gradients: valueAndGrad(loss, parameters).gradients };
  });
  const faults: string[] = [];
  let tensors = 0;
  const compareAll = async (
    what: string,
    actual: readonly (Tensor | null)[],
    expected: readonly (ExactTensor | null)[],
  ): Promise<void> => {
    for (const [i, wanted] of expected.entries()) {
      if (!wanted) continue;
      tensors++;
      const got = actual[i];
      // No gradient is one of 0.
      const values = got ? await got.data() : new Float32Array(decode(wanted).length);
      const fault = differenceOf(got?.shape ?? wanted.shape, values, wanted);
      if (fault) faults.push(`${what} ${i + 1}: ${fault}`);
    }
  };
  await compareAll("result", results.outputs, given.outputs);
  if (differentiable) await compareAll("gradient", results.gradients, given.gradients);
  for (const each of [...results.outputs, ...results.gradients, ...parameters]) each?.dispose();
  return { tensors, faults };
}

/** What is wrong with a tensor, or null. */
function differenceOf(shape: readonly number[], actual: ArrayLike<number>, expected: ExactTensor): string | null {
  const exact = decode(expected);
  if (shape.join() !== expected.shape.join())
    return `the shape is ${shape.join("×")}, expected ${expected.shape.join("×")}`;
  const largest = Array.from(exact).reduce((most, x) => (Number.isFinite(x) ? Math.max(most, Math.abs(x)) : most), 0);
  const ulp = 2 ** (Math.max(-126, Math.floor(Math.log2(largest))) - 23);
  const allowed = expected.dtype === "f64" ? Math.max(factor * expected.error, units * ulp) : 0;
  let worst = { excess: 1, text: null as string | null };
  for (let i = 0; i < exact.length; i++) {
    const [got, wanted] = [actual[i]!, exact[i]!];
    if (got === wanted || Object.is(got, wanted)) continue;
    const excess = Math.abs(got - wanted) / allowed;
    if (excess <= worst.excess) continue;
    const errors = `error ${Math.abs(got - wanted).toExponential(2)}, PyTorch ${expected.error.toExponential(2)}`;
    worst = {
      excess,
      text: `element ${i} is ${got}, expected ${wanted} (${errors}, 2 ulp are ${(units * ulp).toExponential(2)})`,
    };
  }
  return worst.text;
}
