import type { PlantedFault } from "@heed/core/testing";
import { defineOptimizer, type Optimizer, type OptimizerExtension } from "../src/index.js";
import type { OptimizerChecksOptions } from "../src/testing/index.js";

import {
  AnyRate,
  Cancels,
  ClearsGradients,
  Climbs,
  ClipsInPlace,
  CountsAll,
  DecaysAll,
  DividesByNorm,
  EpsilonVanishes,
  FirstIsFaster,
  FirstSixteen,
  ForgetsBuffers,
  FreesParameters,
  Healthy,
  KeepsGradients,
  KeepsState,
  Leaks,
  LoadAdds,
  LoadIgnored,
  LoadsAnything,
  LoadsHalf,
  NeedsParameters,
  NoCorrection,
  Noisy,
  NoScope,
  OtherBackend,
  Overflows,
  type Parameters,
  RateCheckedLate,
  RateFloor,
  RateIgnored,
  RateSquared,
  SharedScale,
  SkipsLast,
  StateInHalf,
  StateLost,
  StateResets,
  StepsLost,
} from "./broken-optimizers.js";
import {
  ExtraIgnored,
  FirstRate,
  FirstSixtyFour,
  LeaksOnRefusal,
  Lion,
  LiveState,
  MatricesClimb,
  MeanRate,
  NoScalars,
  PrefixState,
  SmallRates,
  StepsOfParameter,
} from "./more-broken-optimizers.js";

/** An optimizer, and how it is declared. */
export interface OptimizerPlant {
  readonly definition: OptimizerExtension;
  readonly given: OptimizerChecksOptions;
}

const definitionOf = (Class: new (parameters: Parameters) => Optimizer): OptimizerExtension =>
  defineOptimizer({ name: "planted", summary: "a test", options: {}, create: (parameters) => new Class(parameters) });

/** A definition that does not come from `defineOptimizer`, and takes all options. */
const unchecked: OptimizerExtension = { ...definitionOf(Healthy), create: (parameters) => new Healthy(parameters) };

/** A definition whose optimizers lack the check of the learning rate that `defineOptimizer` adds. */
function unguarded(Class: new (parameters: Parameters) => Optimizer): OptimizerExtension {
  const definition = definitionOf(Class);
  const create: OptimizerExtension["create"] = (parameters, options) => {
    definition.create(parameters, options);
    return new Class(parameters);
  };
  return { ...definition, create };
}

const reference: OptimizerChecksOptions["reference"] = (start, gradients, rate) => {
  const values = [...start];
  const momentum = start.map(() => 0);
  for (const [t, gradient] of gradients.entries()) {
    for (const [i, value] of gradient.entries()) {
      momentum[i] = 0.5 * momentum[i]! + 0.5 * value;
      values[i]! -= (rate * momentum[i]!) / (1 - 0.5 ** (t + 1));
    }
  }
  return values;
};

const row = (
  name: string,
  Class: (new (parameters: Parameters) => Optimizer) | OptimizerExtension,
  caughtBy: string | null,
  given: OptimizerChecksOptions = { reference },
): PlantedFault<OptimizerPlant> => ({
  name,
  plant: { definition: typeof Class === "function" ? definitionOf(Class) : Class, given },
  caughtBy,
});

const solves = "solves a quadratic, with noise as well";
const resumes = "a saved state continues bit for bit";
const without = "a parameter without a gradient and its state stay";
const refuses = "a state of other parameters is refused";
const rates = "a step without a valid rate throws and changes nothing";
const proportional = "a step is proportional to its rate";
const gradients = "a step does not change gradients";
const cleared = "zeroGrad clears all gradients";
const alone = "each parameter moves as it would alone";
const finite = "gradients of any size give finite values";
const leaks = "nothing leaks";

/** Optimizers without a fault, and optimizers with one. */
export const optimizerFaults: readonly PlantedFault<OptimizerPlant>[] = [
  row("no fault", Healthy, null),
  row("no fault: declared as scaled together", SharedScale, null, { independent: false }),
  row("no fault: declared as not proportional", RateSquared, null, { proportional: false }),
  row("the last parameter is left out", SkipsLast, solves),
  row("a step up the gradient", Climbs, solves),
  row("elements after the sixteenth are left out", FirstSixteen, solves),
  row("noise from Math.random", Noisy, "the same steps give the same values"),
  row("weight decay without a gradient", DecaysAll, without),
  row("one counter of steps for all parameters", CountsAll, without),
  row("an empty state", StateLost, resumes),
  row("a state that is not loaded", LoadIgnored, resumes),
  row("an empty state that is not loaded", LoadAdds, resumes),
  row("a number of steps that is not loaded", StepsLost, resumes),
  row("a state that is rounded", StateInHalf, resumes),
  row("state() that clears the state", StateResets, resumes),
  row("state() that writes into what it returned before", LiveState, resumes),
  row("entries of the state that are found by a part of their name", PrefixState, resumes),
  row("a state of other parameters that is ignored", LoadsAnything, refuses),
  row("a state that is cleared before the new one is checked", LoadsHalf, refuses),
  row("a learning rate that is not checked", unguarded(AnyRate), rates),
  row("a learning rate that is checked after the step", unguarded(RateCheckedLate), rates),
  row("a step with the rate 0", RateFloor, rates),
  row("elements after the 64th are left out", FirstSixtyFour, solves),
  row("parameters without an axis are left out", NoScalars, solves),
  row("matrices that climb", MatricesClimb, solves),
  row("state that belongs to the parameter", StepsOfParameter, "the same steps give the same values"),
  row("more entries of the state than there are parameters", ExtraIgnored, refuses),
  row("a tensor that is kept when a state is refused", LeaksOnRefusal, refuses),
  row("the learning rate of the first step", FirstRate, proportional),
  row("a mean of learning rates", MeanRate, proportional),
  row("small learning rates that count as 0", SmallRates, proportional),
  row("no fault: Lion", Lion, null, {}),
  row("a squared learning rate", RateSquared, proportional),
  row("a learning rate that is ignored", RateIgnored, proportional),
  row("a step that clears gradients", ClearsGradients, gradients),
  row("gradients clipped in place", ClipsInPlace, gradients),
  row("zeroGrad that forgets a parameter", KeepsGradients, cleared),
  row("zeroGrad that does not free", ForgetsBuffers, cleared),
  row("a scale that other parameters change", SharedScale, alone),
  row("a first parameter that moves faster", FirstIsFaster, alone),
  row("0 / 0 for a gradient of 0", DividesByNorm, finite),
  row("an epsilon that vanishes in f32", EpsilonVanishes, finite),
  row("a fifth power that overflows", Overflows, finite),
  row("a difference that f32 cannot represent", Cancels, "f32 agrees with f64"),
  row("state on the backend in use", OtherBackend, "works on the backend of its parameters"),
  row("no bias correction", NoCorrection, "agrees with the reference"),
  row("options that are not checked", unchecked, "options are checked"),
  row("a crash without parameters", NeedsParameters, "options are checked"),
  row("a kept intermediate result", Leaks, leaks),
  row("a step that leaves its results to the caller's scope", NoScope, leaks),
  row("dispose() that keeps the state", KeepsState, leaks),
  row("dispose() that frees the parameters", FreesParameters, leaks),
];
