import { type Check, checksOf } from "@heed/core/testing";
import { cpu, use } from "@heed/tensor";
import type { OptimizerExtension } from "../define-optimizer.js";
import {
  checkConvergence,
  checkExtremes,
  checkGradientsStay,
  checkIndependence,
  checkLeaks,
  checkOptionValues,
  checkPrecision,
  checkRateScale,
  checkRates,
  checkReference,
  checkRepeats,
  checkWithoutGradient,
  checkZeroGrad,
} from "./optimizer-properties.js";
import { checkBackend, checkRefusal, checkResume } from "./optimizer-state-properties.js";
import { makeOptimizerTrial, type OptimizerChecksOptions, type OptimizerTrial } from "./optimizer-trial.js";

/**
 * The checks that an optimizer must pass. The reference backend is in use afterwards.
 *
 * It solves a quadratic, with noise as well. A parameter without a gradient and its state do not change. A saved state continues
 * bit for bit in a new optimizer, and one of other parameters is refused. A wrong learning rate throws, and a rate of 0 changes
 * nothing. Each parameter moves as it would alone. Results agree in f32 and f64, also for gradients of 0, and for tiny and huge
 * ones. Nothing leaks.
 *
 * @param definition - what `defineOptimizer` returns
 * @param given - options that differ from the defaults, and what the author promises
 * @example
 * for (const check of optimizerChecks(adam, { options: { weightDecay: 0.1 } })) test(check.name, check.run);
 */
export function optimizerChecks(definition: OptimizerExtension, given: OptimizerChecksOptions = {}): Check[] {
  const { independent = true, proportional = true, reference, options = {} } = given;
  const properties: Readonly<Record<string, (trial: OptimizerTrial) => Promise<void>>> = {
    "solves a quadratic, with noise as well": checkConvergence,
    "the same steps give the same values": checkRepeats,
    "a parameter without a gradient and its state stay": checkWithoutGradient,
    "a saved state continues bit for bit": checkResume,
    "a state of other parameters is refused": checkRefusal,
    "a step without a valid rate throws and changes nothing": checkRates,
    ...(proportional ? { "a step is proportional to its rate": checkRateScale } : {}),
    "a step does not change gradients": checkGradientsStay,
    "zeroGrad clears all gradients": checkZeroGrad,
    ...(independent ? { "each parameter moves as it would alone": checkIndependence } : {}),
    "gradients of any size give finite values": checkExtremes,
    "f32 agrees with f64": checkPrecision,
    "works on the backend of its parameters": checkBackend,
    ...(reference ? { "agrees with the reference": checkReference } : {}),
    "options are checked": checkOptionValues,
    "nothing leaks": checkLeaks,
  };
  const chosen = Object.keys(options).length > 0 ? ` ${JSON.stringify(options)}` : "";
  return checksOf(
    definition.name + chosen,
    Object.fromEntries(
      Object.entries(properties).map(([name, check]) => [
        name,
        async () => {
          try {
            await check(await makeOptimizerTrial(definition, given));
          } finally {
            await use(cpu());
          }
        },
      ]),
    ),
  );
}
