import { type Check, CheckError } from "@heed/core/testing";
import { type AnyOp, type Backend, builtInOps, cpu, type Sample, use } from "../index.js";
import { assertClose } from "./compare.js";
import { kernelChecks } from "./kernel-checks.js";
import { numericsChecks } from "./numerics-checks.js";
import { primitiveChecks } from "./primitive-checks.js";
import {
  type Application,
  asIs,
  assertNoLeak,
  composed,
  largerCase,
  type Part,
  resultIfSmall,
  runSample,
  type SampleCase,
  type SampleResult,
  sampleCases,
} from "./sample-run.js";
import { specialChecks } from "./special-checks.js";

export interface BackendChecksOptions {
  /** Which operations to try; by default all of heed's. */
  readonly ops?: readonly AnyOp[];
  /** Allowed difference of values, relative to the largest magnitude; by default 1e-5. */
  readonly valueTolerance?: number;
  /** Allowed difference of gradients, relative to the largest magnitude; by default 1e-4. */
  readonly gradientTolerance?: number;
}

/**
 * The checks that certify a backend. Every sample of every operation gives the values and gradients of the reference in f64:
 * fused or composed, with axes several times as long, and for a fused kernel also with one gradient at a time. Each kernel
 * agrees with the reference at many sizes, for each dtype, axis and kind of broadcasting; operands stay as they are, and
 * results are new buffers. NaN, infinity, zeros, empty axes and single elements give what they give on the reference.
 * Functions are as exact as docs/numerics.md states. Nothing leaks. Register each with a test runner.
 *
 * @param create - makes the backend; called once, before the first check runs
 * @example
 * for (const check of backendChecks(() => myBackend())) test(check.name, check.run);
 */
export function backendChecks(
  create: () => Backend | Promise<Backend>,
  { ops = builtInOps, valueTolerance = 1e-5, gradientTolerance = 1e-4 }: BackendChecksOptions = {},
): Check[] {
  let backend: Promise<Backend> | null = null;
  const candidate = (): Promise<Backend> => {
    backend ??= Promise.resolve(create());
    return backend;
  };
  const compare = (name: string, actual: SampleResult, expected: SampleResult, slack = 1): void => {
    if (actual.dtypes.join() !== expected.dtypes.join())
      throw new CheckError(`${name}: the results are ${actual.dtypes.join()} instead of ${expected.dtypes.join()}.`);
    for (const [index, output] of expected.outputs.entries()) {
      const exact = expected.dtypes[index] !== "f32";
      assertClose(`${name}: result ${index + 1}`, actual.outputs[index]!, output, exact ? 0 : valueTolerance * slack);
    }
    for (const [index, gradient] of expected.gradients.entries()) {
      const other = actual.gradients[index];
      if (!gradient && !other) continue;
      if (!gradient || !other)
        throw new CheckError(`${name}: gradient ${index + 1} is ${other ? "there, but should not be" : "missing"}.`);
      assertClose(`${name}: gradient ${index + 1}`, other, gradient, gradientTolerance * slack);
    }
  };
  const parity = async (sampleCase: SampleCase, apply: Application, part?: Part): Promise<void> => {
    await use(cpu({ precision: "f64" }));
    const expected = await runSample(sampleCase, asIs, part);
    await use(candidate());
    compare(sampleCase.name, await runSample(sampleCase, apply, part), expected);
  };
  /** The sample with larger axes, where the operation accepts them and they are not too large. */
  const largerParity = async (sampleCase: SampleCase): Promise<void> => {
    const made = await largerReference(sampleCase);
    if (!made) return;
    await use(candidate());
    for (const apply of sampleCase.op.compose ? [asIs, composed] : [asIs])
      compare(made.larger.name, await runSample(made.larger, apply), made.expected, 10);
  };
  /** A fused kernel must also be right where one argument needs a gradient, or the loss depends on one result. */
  const partialParity = async (sampleCase: SampleCase): Promise<void> => {
    const { fused = [] } = await candidate();
    const { opName, description } = sampleCase.op;
    if (description.differentiable === false || !fused.some(({ op }) => op.opName === opName)) return;
    await use(cpu({ precision: "f64" }));
    const { gradients, dtypes } = await runSample(sampleCase);
    const inputs = gradients.length > 1 ? [...gradients.keys()].map((input) => ({ input })) : [];
    const floats = [...dtypes.keys()].filter((output) => dtypes[output] === "f32");
    const outputs = floats.length > 1 ? floats.map((output) => ({ output })) : [];
    for (const part of [...inputs, ...outputs]) await parity(sampleCase, asIs, part);
  };
  const checks = sampleCases(ops).flatMap((sampleCase) => [
    { name: `${sampleCase.name}: as the reference`, run: () => parity(sampleCase, asIs) },
    ...(sampleCase.op.compose
      ? [{ name: `${sampleCase.name}: composed, as the reference`, run: () => parity(sampleCase, composed) }]
      : []),
    { name: `${sampleCase.name}: larger, as the reference`, run: () => largerParity(sampleCase) },
    ...(sampleCase.op.compose
      ? [{ name: `${sampleCase.name}: gradients one at a time`, run: () => partialParity(sampleCase) }]
      : []),
    {
      name: `${sampleCase.name}: leaks`,
      run: async () => {
        await use(candidate());
        await assertNoLeak(sampleCase);
      },
    },
  ]);
  return [
    ...kernelChecks(candidate, valueTolerance),
    ...primitiveChecks(candidate, valueTolerance),
    ...numericsChecks(candidate),
    ...checks,
    ...specialChecks(candidate, ops, compare),
  ];
}

interface LargerReference {
  readonly larger: SampleCase;
  readonly expected: SampleResult;
}

/** What the reference computes in f64, for all backends that are certified in one program. */
const largerReferences = new WeakMap<Sample, Promise<LargerReference | null>>();

function largerReference(sampleCase: SampleCase): Promise<LargerReference | null> {
  const known = largerReferences.get(sampleCase.sample);
  if (known) return known;
  const make = async (): Promise<LargerReference | null> => {
    await use(cpu({ precision: "f64" }));
    for (const factor of [9, 5, 3, 2]) {
      const larger = largerCase(sampleCase, factor);
      const expected = await resultIfSmall(larger);
      if (expected) return { larger, expected };
    }
    return null;
  };
  const made = make();
  largerReferences.set(sampleCase.sample, made);
  return made;
}
