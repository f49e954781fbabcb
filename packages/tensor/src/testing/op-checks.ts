import type { Check } from "@heed/core/testing";
import { type AnyOp, builtInOps, cpu, isTensor, use } from "../index.js";
import { matchLegend } from "../legend.js";
import { checkGradients } from "./check-gradients.js";
import { asIs, assertNoLeak, drawInputs, outputsOf, type SampleCase, sampleCases, weigh } from "./sample-run.js";

/**
 * The checks that every operation must pass on the reference backend, for each of its samples: results have the shapes
 * of the legend, gradients agree with central differences in f64, and nothing leaks.
 *
 * @example
 * for (const check of opChecks([myOp])) test(check.name, check.run);
 */
export function opChecks(ops: readonly AnyOp[] = builtInOps): Check[] {
  return sampleCases(ops).flatMap((sampleCase) => [
    { name: `${sampleCase.name}: shapes and leaks`, run: () => checkShapesAndLeaks(sampleCase) },
    ...(sampleCase.op.description.differentiable === false || sampleCase.sample.exactGradient === false
      ? []
      : [{ name: `${sampleCase.name}: gradients`, run: () => checkSampleGradients(sampleCase) }]),
  ]);
}

async function checkShapesAndLeaks(sampleCase: SampleCase): Promise<void> {
  const { op, sample } = sampleCase;
  await use(cpu({ precision: "f64" }));
  const { inputs } = drawInputs(sample);
  const flat = inputs.flat();
  const outputs = outputsOf(asIs(op, inputs, sample.params ?? {}));
  const names = op.description.inputs;
  const shapes = flat.map((input) => (isTensor(input) ? input.shape : null));
  const sizes = matchLegend(op.opName, op.legend, "inputs", names, shapes);
  const results = outputs.map((_, index) => `result ${index + 1}`);
  matchLegend(
    op.opName,
    op.legend,
    "outputs",
    results,
    outputs.map((output) => output.shape),
    sizes,
  );
  await assertNoLeak(sampleCase);
}

async function checkSampleGradients({ op, sample }: SampleCase): Promise<void> {
  await use(cpu({ precision: "f64" }));
  const { inputs, leaves } = drawInputs(sample);
  if (leaves.length === 0) return;
  await checkGradients(
    () => weigh(outputsOf(asIs(op, inputs, sample.params ?? {}))),
    Object.fromEntries(
      leaves.map((leaf, index) => [op.description.inputs[index]?.replace("?", "") ?? `input ${index + 1}`, leaf]),
    ),
  );
}
