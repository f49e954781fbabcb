import { wasm } from "@heed/backend-wasm";
import { HeedError, isHeedError, Random } from "@heed/core";
import * as heed from "@heed/tensor";
import { type Backend, cpu, memory, type Shape, sizeOf, type Tensor, tensor, use, valueAndGrad } from "@heed/tensor";
import { assertClose, type HostTensor, toHost } from "@heed/tensor/testing";
import * as fc from "fast-check";
import { assertMessage, type FuzzTarget } from "./fuzz-target.js";
import { type Apply, Draws, operations } from "./operations.js";

interface Result {
  readonly outputs: readonly HostTensor[];
  readonly gradients: readonly (HostTensor | null)[];
}

/** Values and gradients on a backend; the message when it refuses the operands. */
async function run(backend: Backend, [, apply]: (typeof operations)[number], input: OpInput): Promise<Result | string> {
  await use(backend);
  const before = memory().buffers;
  const result = await compute(apply, input).catch((error: unknown) => {
    if (!isHeedError(error)) throw error;
    assertMessage(error.message);
    return error.message;
  });
  if (typeof result !== "string" && memory().buffers !== before) {
    throw new HeedError(`${memory().buffers - before} buffers are left`);
  }
  return result;
}

async function compute(apply: Apply, { sizes, pick, seed, scale }: OpInput): Promise<Result> {
  const draw = new Draws(seed, scale);
  const made: Tensor[] = [];
  let outputs: readonly Tensor[] = [];
  const { gradients } = heed.scope(() => {
    const first = apply(draw, sizes, pick);
    outputs = heed.isTensor(first) ? [first] : first;
    const random = new Random(seed + 1);
    const loss = (): Tensor => {
      const terms = outputs.map((output) => {
        const weights = Float32Array.from({ length: output.size }, () => random.normal());
        return heed.sum(heed.mul(output, tensor(weights, { shape: output.shape })));
      });
      return terms.reduce((total, term) => heed.add(total, term));
    };
    const { gradients } = valueAndGrad(loss, draw.parameters);
    for (const output of outputs) heed.keep(output);
    return { gradients };
  });
  made.push(...outputs, ...draw.parameters);
  for (const gradient of gradients) if (gradient) made.push(gradient);
  const result = {
    outputs: await Promise.all(outputs.map(toHost)),
    gradients: await Promise.all(gradients.map((gradient) => gradient && toHost(gradient))),
  };
  for (const each of new Set(made)) each.dispose();
  return result;
}

interface OpInput {
  readonly op: number;
  readonly sizes: readonly number[];
  readonly pick: number;
  readonly seed: number;
  readonly scale: number;
}

const size = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 9 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 15, 16, 17, 33, 65) },
);
const opInput: fc.Arbitrary<OpInput> = fc.record({
  op: fc.nat({ max: operations.length - 1 }),
  sizes: fc.array(size, { minLength: 4, maxLength: 4 }),
  pick: fc.nat({ max: 255 }),
  seed: fc.nat({ max: 1_000_000 }),
  scale: fc.constantFrom(0.1, 1, 1, 4),
});

/** Allowed difference, relative to the largest value: sums of up to 65 products in f32. */
const TOLERANCE = 2e-4;

const values: FuzzTarget = {
  name: "operations: wasm and reference, random shapes",
  inputs: 25_000,
  async property() {
    const [fast, exact] = [await wasm({ threads: 1 }), cpu({ precision: "f64" })];
    return fc.asyncProperty(opInput, async (input) => {
      const operation = operations[input.op]!;
      const [name] = operation;
      const expected = await run(exact, operation, input);
      const actual = await run(fast, operation, input);
      if (typeof expected === "string" || typeof actual === "string") {
        if (actual !== expected)
          throw new Error(`${name}: wasm ${JSON.stringify(actual)}, reference ${JSON.stringify(expected)}`);
        return;
      }
      for (const [i, output] of expected.outputs.entries())
        assertClose(`${name}: result ${i + 1}`, actual.outputs[i]!, output, TOLERANCE);
      for (const [i, gradient] of expected.gradients.entries()) {
        const other = actual.gradients[i];
        if (!gradient !== !other) throw new Error(`${name}: gradient ${i + 1} exists on one backend only`);
        if (gradient && other) assertClose(`${name}: gradient ${i + 1}`, other, gradient, 4 * TOLERANCE);
      }
    });
  },
};

const anyShape = fc.array(fc.nat({ max: 4 }), { maxLength: 4 });
const anyArgument = fc.oneof(
  anyShape.map((shape) => ({ shape })),
  fc.constantFrom(null, undefined, "x", Number.NaN, true, [], {}, 3),
);

/** All operations by name, called with anything. */
const byName = heed.builtInOps.map((op) => op as unknown as { opName: string } & ((...args: unknown[]) => unknown));

const wrongCalls: FuzzTarget = {
  name: "operations: any arguments",
  inputs: 60_000,
  async property() {
    await use(cpu());
    const dtype = fc.constantFrom("f32" as const, "i32" as const, "bool" as const);
    return fc.property(
      fc.constantFrom(...byName),
      fc.array(fc.tuple(anyArgument, dtype), { maxLength: 4 }),
      (op, args) => {
        heed.scope(() => {
          const operands = args.map(([value, dtype]) =>
            typeof value === "object" && value !== null && "shape" in value
              ? tensor(new Array<number>(sizeOf(value.shape as Shape)).fill(1), { shape: value.shape as Shape, dtype })
              : value,
          );
          try {
            op(...operands);
          } catch (error) {
            if (!isHeedError(error)) throw new Error(`${op.opName} threw ${String(error)}`, { cause: error });
            assertMessage(error.message);
          }
        });
      },
    );
  },
};

export const opTargets = [values, wrongCalls];
