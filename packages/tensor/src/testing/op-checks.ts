import { Random } from "@heed/core";
import { type Check, CheckError, checksOf, withOtherGlobals } from "@heed/core/testing";
import { type AnyOp, builtInOps, cpu, isTensor, type Parameter, use } from "../index.js";
import { matchLegend } from "../legend.js";
import { checkDirections } from "./check-directions.js";
import { checkGradients } from "./check-gradients.js";
import { assertClose, type HostTensor, toHost } from "./compare.js";
import {
  asIs,
  assertNoLeak,
  drawInputs,
  largerCase,
  outputsOf,
  resultIfSmall,
  runSample,
  type SampleCase,
  sampleCases,
  weigh,
} from "./sample-run.js";

/**
 * The checks that every operation must pass on the reference backend, for each of its samples. Results have the shapes of
 * the legend; gradients agree with central differences in f64, at the sample's sizes and at larger ones, and are the same
 * when one argument alone needs a gradient; a second call gives the same results, and arguments stay as they are; results
 * and gradients in f32 are those of f64; nothing leaks.
 *
 * @example
 * for (const check of opChecks([myOp])) test(check.name, check.run);
 */
export function opChecks(ops: readonly AnyOp[] = builtInOps): Check[] {
  return sampleCases(ops).flatMap((sampleCase) => {
    const { name, op, sample } = sampleCase;
    const differentiable = op.description.differentiable !== false;
    const exact = differentiable && sample.exactGradient !== false;
    return checksOf(name, {
      "shapes and leaks": () => checkShapesAndLeaks(sampleCase),
      "calls do not affect each other": () => checkCalls(sampleCase),
      "in f32 as in f64": () => checkF32(sampleCase),
      ...(exact ? { gradients: () => checkSampleGradients(sampleCase) } : {}),
      ...(exact ? { "gradients, larger": () => checkLarger(sampleCase) } : {}),
      ...(differentiable ? { "gradients one at a time": () => checkParts(sampleCase) } : {}),
    });
  });
}

const inF64 = (): Promise<unknown> => use(cpu({ precision: "f64" }));

async function checkCalls(sampleCase: SampleCase): Promise<void> {
  const { name, op, sample } = sampleCase;
  await inF64();
  const { inputs } = drawInputs(sample);
  const tensors = inputs.flat().filter((input) => isTensor(input));
  const before = await Promise.all(tensors.map(toHost));
  const call = async (): Promise<HostTensor[]> =>
    Promise.all(outputsOf(asIs(op, inputs, sample.params ?? {})).map(toHost));
  // An operation that draws numbers gets its generator as an option, which moves on with each call.
  const draws = Object.values(sample.params ?? {}).some((value) => value instanceof Random);
  const first = await call();
  const elsewhere = await withOtherGlobals(call);
  if (!draws) {
    for (const [i, output] of first.entries())
      assertClose(`${name}: result ${i + 1} with other values of Math.random`, elsewhere[i]!, output, 0);
  }
  for (let turn = 2; turn <= 6; turn++) {
    const again = await call();
    if (draws) continue;
    for (const [i, output] of first.entries())
      assertClose(`${name}: result ${i + 1} of call ${turn}`, again[i]!, output, 0);
  }
  for (const [i, tensor] of tensors.entries())
    assertClose(`${name}: argument ${i + 1} after the call`, await toHost(tensor), before[i]!, 0);
}

async function checkF32(sampleCase: SampleCase): Promise<void> {
  await inF64();
  const expected = await runSample(sampleCase);
  await use(cpu());
  const actual = await runSample(sampleCase);
  for (const [i, output] of expected.outputs.entries())
    assertClose(`${sampleCase.name}: result ${i + 1} in f32`, actual.outputs[i]!, output, 1e-4);
  for (const [i, gradient] of expected.gradients.entries()) {
    const other = actual.gradients[i];
    if (gradient && other) assertClose(`${sampleCase.name}: gradient ${i + 1} in f32`, other, gradient, 1e-3);
  }
}

/** Gradients along a random direction, with longer axes, where the operation accepts them. */
async function checkLarger(sampleCase: SampleCase): Promise<void> {
  for (const factor of [9, 5, 3, 2]) {
    await inF64();
    const { op, sample } = largerCase(sampleCase, factor);
    if (!(await resultIfSmall({ ...sampleCase, sample }))) continue;
    const { inputs, leaves } = drawInputs(sample);
    if (leaves.length > 0)
      await checkDirections(() => weigh(outputsOf(asIs(op, inputs, sample.params ?? {}))), named(sampleCase, leaves));
    return;
  }
}

/** The gradient for one argument must not depend on which others need one. */
async function checkParts(sampleCase: SampleCase): Promise<void> {
  await inF64();
  const { gradients } = await runSample(sampleCase);
  if (gradients.length < 2) return;
  for (const [input, expected] of gradients.entries()) {
    const [alone] = (await runSample(sampleCase, asIs, { input })).gradients;
    if (!expected && !alone) continue;
    const what = `${sampleCase.name}: gradient ${input + 1}, needed alone,`;
    if (!expected || !alone) throw new CheckError(`${what} is ${alone ? "there, but should not be" : "missing"}.`);
    assertClose(what, alone, expected, 1e-12);
  }
}

function named({ op }: SampleCase, leaves: readonly Parameter[]): Record<string, Parameter> {
  const names = op.description.inputs;
  return Object.fromEntries(
    leaves.map((leaf, index) => [names[index]?.replace("?", "") ?? `input ${index + 1}`, leaf]),
  );
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
    named({ name: op.opName, op, sample }, leaves),
  );
}
