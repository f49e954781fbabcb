import { type Check, CheckError } from "@heed/core/testing";
import { type Backend, cpu, type DeviceBuffer, type Operand, type TensorData } from "../index.js";
import { assertClose, type HostTensor, host } from "./compare.js";
import { calculations, type HostOperand, Operands, type PrimitiveCall } from "./primitive-cases.js";
import { largeCalls, moves, nonFiniteCalls } from "./primitive-moves.js";
import { specialCalls } from "./special-calls.js";

/**
 * Checks that call each kernel directly, at sizes around vector widths and blocks, for every dtype, axis and kind of
 * broadcasting: the result is the reference's, a new buffer of the right size and dtype, whatever memory held before; the
 * operands stay as they are.
 */
export function primitiveChecks(candidate: () => Promise<Backend>, tolerance: number): Check[] {
  const reference = cpu();
  const check = async (calls: readonly PrimitiveCall[]): Promise<void> => {
    const backend = await candidate();
    for (const call of calls) {
      const expected = await resultOf(reference, call);
      const actual = await resultOf(backend, call);
      if (actual.dtype !== expected.dtype)
        throw new CheckError(`${call.name}: the result is ${actual.dtype} instead of ${expected.dtype}.`);
      const shape = [expected.values.length];
      const allowed = expected.dtype === "f32" ? tolerance : 0;
      const result = host(actual.values, [actual.values.length]);
      if (!call.adds) assertClose(call.name, result, host(expected.values, shape), allowed);
      else
        assertSumsClose(call.name, result, host(expected.values, shape), await magnitudesOf(reference, call), allowed);
    }
  };
  return [
    ...Object.entries({ ...calculations, ...moves }).map(([kernel, calls]) => ({
      name: `kernel: ${kernel} at many sizes`,
      run: () => check(calls(new Operands(kernel))),
    })),
    { name: "kernel: each on 70,001 elements", run: () => check(largeCalls(new Operands("large"))) },
    {
      name: "kernel: each of special values",
      run: async () => {
        const { nonFinite = true, subnormals = true } = (await candidate()).numerics ?? {};
        if (nonFinite && subnormals) await check(specialCalls());
      },
    },
    {
      name: "kernel: ±∞ and NaN are moved and compared",
      run: async () => {
        if ((await candidate()).numerics?.nonFinite !== false) await check(nonFiniteCalls(new Operands("non-finite")));
      },
    },
  ];
}

/** Of the tolerance, for an error relative to a sum of magnitudes: as much as adding thousands of values in f32 takes. */
const shareForSums = 1 / 20;

/** What a call adds up, by magnitude: its result for the absolute values of its f32 operands. */
async function magnitudesOf(reference: Backend, call: PrimitiveCall): Promise<TensorData> {
  const absolute = (input: HostOperand): HostOperand =>
    input.dtype === "f32" ? { ...input, values: input.values.map(Math.abs) } : input;
  return (await resultOf(reference, { ...call, inputs: call.inputs.map(absolute) })).values;
}

/** Compares sums, each with a tolerance relative to the magnitudes that it adds up. */
function assertSumsClose(
  what: string,
  actual: HostTensor,
  expected: HostTensor,
  magnitudes: TensorData,
  tolerance: number,
): void {
  const relative = ({ values, shape }: HostTensor): HostTensor =>
    host(
      Array.from(values, (value, i) => value / Math.max(1, magnitudes[i] ?? 1)),
      shape,
    );
  assertClose(`${what}, relative to Σ |x|`, relative(actual), relative(expected), tolerance * shareForSums);
}

async function resultOf(
  backend: Backend,
  { name, inputs, call }: PrimitiveCall,
): Promise<{ values: TensorData; dtype: string }> {
  const before = backend.memory();
  const upload = (turned: boolean): (Operand & HostOperand)[] =>
    inputs.map((input) => {
      const values = turned ? input.values.slice().reverse() : input.values;
      return { ...input, buffer: backend.upload(values, input.dtype) };
    });
  const [operands, others] = [upload(false), upload(true)];
  const first = call(backend, operands);
  const { dtype, size } = first;
  // Neither another call nor memory that was used before may show in a result.
  const other = call(backend, others);
  const isNew = (result: DeviceBuffer): boolean =>
    ![...operands, ...others].some(({ buffer }) => buffer === result) && (result === first || other !== first);
  if (!isNew(first) || !isNew(other)) throw new CheckError(`${name}: the result must be a new buffer.`);
  for (const buffer of [other, backend.fill(size, 123, dtype), ...others.map(({ buffer }) => buffer)])
    backend.free(buffer);
  const values = await backend.download(first);
  const second = call(backend, operands);
  if (values.length !== size)
    throw new CheckError(`${name}: the buffer says that it has ${size} elements, but holds ${values.length}.`);
  for (const [index, { buffer }] of operands.entries()) {
    const after = await backend.download(buffer);
    const original = inputs[index]!.values;
    assertClose(
      `${name}: operand ${index + 1} after the call`,
      host(after, [after.length]),
      host(original, [original.length]),
      0,
    );
    backend.free(buffer);
  }
  backend.free(first);
  const again = await backend.download(second);
  assertClose(
    `${name}: a second call, after the operands were freed`,
    host(again, [again.length]),
    host(values, [values.length]),
    0,
  );
  backend.free(second);
  const after = backend.memory();
  if (after.buffers !== before.buffers)
    throw new CheckError(`${name}: ${after.buffers - before.buffers} buffers are still alive afterwards.`);
  return { values, dtype };
}
