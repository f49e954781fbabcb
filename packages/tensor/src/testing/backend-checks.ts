import { type Check, CheckError } from "@heed/core/testing";
import { type AnyOp, type Backend, builtInOps, cpu, use } from "../index.js";
import { assertClose } from "./compare.js";
import { kernelChecks } from "./kernel-checks.js";
import {
  type Application,
  asIs,
  assertNoLeak,
  composed,
  runSample,
  type SampleCase,
  sampleCases,
} from "./sample-run.js";

export interface BackendChecksOptions {
  /** Which operations to try; by default all of heed's. */
  readonly ops?: readonly AnyOp[];
  /** Allowed difference of values, relative to the largest magnitude; by default 1e-5. */
  readonly valueTolerance?: number;
  /** Allowed difference of gradients, relative to the largest magnitude; by default 1e-4. */
  readonly gradientTolerance?: number;
}

/**
 * The checks that certify a backend: every sample of every operation gives the values and gradients of the reference in
 * f64, whether fused or composed; the kernels agree with the reference on sizes that samples leave out; and nothing
 * leaks. Register each with a test runner.
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
  const parity = async (sampleCase: SampleCase, apply: Application): Promise<void> => {
    await use(cpu({ precision: "f64" }));
    const expected = await runSample(sampleCase);
    await use(candidate());
    const actual = await runSample(sampleCase, apply);
    if (actual.dtypes.join() !== expected.dtypes.join()) {
      throw new CheckError(
        `${sampleCase.name}: the results are ${actual.dtypes.join()} instead of ${expected.dtypes.join()}.`,
      );
    }
    expected.outputs.forEach((output, index) => {
      const exact = expected.dtypes[index] !== "f32";
      assertClose(
        `${sampleCase.name}: result ${index + 1}`,
        actual.outputs[index]!,
        output,
        exact ? 0 : valueTolerance,
      );
    });
    expected.gradients.forEach((gradient, index) => {
      const other = actual.gradients[index];
      if (!gradient && !other) return;
      if (!gradient || !other) {
        throw new CheckError(
          `${sampleCase.name}: gradient ${index + 1} is ${other ? "there, but should not be" : "missing"}.`,
        );
      }
      assertClose(`${sampleCase.name}: gradient ${index + 1}`, other, gradient, gradientTolerance);
    });
  };
  const checks = sampleCases(ops).flatMap((sampleCase) => [
    { name: `${sampleCase.name}: as the reference`, run: () => parity(sampleCase, asIs) },
    ...(sampleCase.op.compose
      ? [{ name: `${sampleCase.name}: composed, as the reference`, run: () => parity(sampleCase, composed) }]
      : []),
    {
      name: `${sampleCase.name}: leaks`,
      run: async () => {
        await use(candidate());
        await assertNoLeak(sampleCase);
      },
    },
  ]);
  return [...kernelChecks(candidate, valueTolerance), ...checks];
}
