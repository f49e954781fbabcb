import type { Random } from "@heed/core";
import { type Check, checksOf } from "@heed/core/testing";
import { cpu, use } from "@heed/tensor";
import type { Module } from "../module.js";
import {
  checkCalls,
  checkDispose,
  checkEvaluation,
  checkFresh,
  checkInputs,
  checkLeaks,
  checkOtherBackend,
  checkRoundTrip,
  checkRows,
  checkTraining,
  checkUpdates,
} from "./module-call-properties.js";
import {
  checkBackends,
  checkDifferences,
  checkGradientsReach,
  checkNames,
  checkScales,
  checkSeeds,
} from "./module-properties.js";
import { type ModuleChecksOptions, type ModuleTrial, makeModuleTrial } from "./module-trial.js";

/**
 * The checks that a module must pass. The reference backend is in use afterwards.
 *
 * Parameters are found by name, and the seed alone decides their values. Gradients reach every parameter and agree with
 * central differences in f64. Results agree in f32 and on other backends, also for zeros and large numbers. Evaluation
 * repeats itself and draws no random number. A call depends on nothing but its input: not on earlier calls, on other rows of
 * the batch, or on parameters of the past. Saving and loading changes nothing. Nothing leaks.
 *
 * @param make - builds the module, with small sizes that differ from each other
 * @param options - how the module is called, and what its author promises
 * @example
 * const make = (random: Random) => new Linear({ inFeatures: 3, outFeatures: 2, random });
 * for (const check of moduleChecks(make, { input: (draw, rows) => draw.randn(rows, 3) })) test(check.name, check.run);
 */
export function moduleChecks<M extends Module, I>(
  make: (random: Random) => M,
  options: ModuleChecksOptions<M, I>,
): Check[] {
  const { independentRows = true, exactGradient = true } = options;
  const properties: Readonly<Record<string, (trial: ModuleTrial<M, I>) => Promise<void>>> = {
    "parameters are found by name": checkNames,
    "the seed alone decides the first values": checkSeeds,
    "gradients reach every parameter": checkGradientsReach,
    ...(exactGradient ? { "gradients agree with central differences": checkDifferences } : {}),
    "zeros and large numbers give finite results": checkScales,
    "evaluation repeats itself and draws nothing": checkEvaluation,
    "training differs only as declared": checkTraining,
    "calls do not affect each other": checkCalls,
    ...(independentRows ? { "rows do not depend on each other": checkRows } : {}),
    "a call changes neither its input nor the parameters": checkInputs,
    "a call without gradients does not change later gradients": checkFresh,
    "new parameters are used at once": checkUpdates,
    "saving and loading changes nothing": checkRoundTrip,
    "computes on the backend of its parameters": checkOtherBackend,
    "nothing leaks": checkLeaks,
    "dispose frees everything": checkDispose,
  };
  const onReference = async (run: () => Promise<void>): Promise<void> => {
    try {
      await run();
    } finally {
      await use(cpu());
    }
  };
  return checksOf(options.name ?? nameOf(make), {
    ...Object.fromEntries(
      Object.entries(properties).map(([name, check]) => [
        name,
        () => onReference(async () => check(await makeModuleTrial(make, options))),
      ]),
    ),
    "results agree in f32 and on other backends": () => onReference(() => checkBackends(make, options)),
  });
}

/** `Linear` for `(random) => new Linear(…)`, `module` for other functions. */
function nameOf(make: (random: Random) => Module): string {
  return /new (?:\w+\.)*(\w+)/.exec(make.toString())?.[1] ?? "module";
}
