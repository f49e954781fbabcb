import type { Random } from "@heed/core";
import type { PlantedFault } from "@heed/core/testing";
import {
  add,
  concat,
  detach,
  div,
  exp,
  greater,
  keep,
  mean,
  mul,
  Parameter,
  relu,
  slice,
  sqrt,
  sub,
  sum,
  type Tensor,
  where,
} from "@heed/tensor";
import type { Module } from "../src/index.js";
import type { ModuleChecksOptions } from "../src/testing/index.js";
import {
  CachedWithoutGraph,
  CountsCalls,
  changed,
  Detached,
  DisposesNothing,
  DrawsInEvaluation,
  DropoutInEvaluation,
  doubled,
  ForgetsOnDispose,
  Forgotten,
  Healthy,
  HiddenParameter,
  KeepsGradients,
  LoadsBeforeRefusal,
  LoadsPart,
  OtherBackend,
  OwnGenerator,
  OwnRandomness,
  PlainTensor,
  RenamedEachTime,
  ReturnsNothing,
  RunningMean,
  SavesPart,
  SeedIgnored,
  StaleTranspose,
  SwitchInTraining,
  WithDropout,
  WritesParameters,
} from "./broken-modules.js";

type Options = ModuleChecksOptions<Module, Tensor>;

const firstRow = (x: Tensor): Tensor => slice(x, { axis: 0, start: 0, end: 1 });

const names = "parameters are found by name";
const seeds = "the seed alone decides the first values";
const reach = "gradients reach every parameter";
const differences = "gradients agree with central differences";
const scales = "zeros and large numbers give finite results";
const evaluation = "evaluation repeats itself and draws nothing";
const training = "training differs only as declared";
const calls = "calls do not affect each other";
const rows = "rows do not depend on each other";
const written = "a call changes neither its input nor the parameters";
const fresh = "a call without gradients does not change later gradients";
const updates = "new parameters are used at once";
const roundTrip = "saving and loading changes nothing";
const backend = "computes on the backend of its parameters";
const leaks = "nothing leaks";
const dispose = "dispose frees everything";
const f32 = "results agree in f32 and on other backends";

/** A class, and how it is declared. */
export interface ModulePlant {
  readonly Class: new (random: Random) => Module;
  readonly options?: Partial<Options>;
}

const row = (
  name: string,
  Class: ModulePlant["Class"],
  caughtBy: string | null,
  options: Partial<Options> = {},
): PlantedFault<ModulePlant> => ({ name, plant: { Class, options }, caughtBy });

/** Modules without a fault, and modules with one. */
export const moduleFaults: readonly PlantedFault<ModulePlant>[] = [
  row("no fault", Healthy, null),
  row("no fault: declared dropout", WithDropout, null, { random: true }),
  row("no fault: a declared parameter without effect", Forgotten, null, { unused: ["scale"] }),
  row("no fault: a declared straight-through estimator", changed(doubled), null, { exactGradient: false }),
  row(
    "no fault: rows that are declared to depend on each other",
    changed((y) => sub(y, mean(y, { axis: 0, keepDims: true }))),
    null,
    {
      independentRows: false,
      unused: ["layer.bias"],
      exactGradient: true,
    },
  ),
  row("a learned parameter in a private field", HiddenParameter, names),
  row("a learned tensor that is no parameter", PlainTensor, names),
  row("names that change from module to module", RenamedEachTime, names),
  row("a state that leaves a parameter out", SavesPart, names),
  row("first values from Math.random", OwnRandomness, seeds),
  row("first values from a seed of its own", SeedIgnored, seeds),
  row("a parameter that is not used", Forgotten, reach),
  row("a parameter that is detached", Detached, reach),
  row("a parameter that is declared as unused, but used", Healthy, reach, { unused: ["layer.bias"] }),
  row("zeroGrad that forgets a parameter", KeepsGradients, reach),
  row("a gradient of twice the size", changed(doubled), differences),
  row(
    "an input without a gradient",
    changed((y, x, { layer }) => add(mul(y, 0), layer.forward(detach(x)))),
    differences,
  ),
  row(
    "a norm whose epsilon vanishes in f32",
    changed((y, x) => div(y, sqrt(add(sum(mul(x, x), { axis: 1, keepDims: true }), 1e-50)))),
    scales,
  ),
  row(
    "exp that overflows",
    changed((y) => exp(y)),
    scales,
  ),
  row(
    "a division by zero",
    changed((y, x) => mul(y, div(sum(x, { axis: 1, keepDims: true }), sum(x, { axis: 1, keepDims: true })))),
    scales,
  ),
  row(
    "a difference that f32 cannot represent",
    changed((y) => sub(add(y, 1e6), 1e6)),
    f32,
  ),
  row("dropout that eval() does not reach", DropoutInEvaluation, evaluation, { random: true }),
  row("random numbers drawn in evaluation", DrawsInEvaluation, evaluation),
  row(
    "noise from Math.random",
    changed((y) => add(y, Math.random())),
    evaluation,
  ),
  row("dropout with a generator of its own", OwnGenerator, training, { random: true }),
  row("training that differs, not declared", SwitchInTraining, training),
  row("dropout that never drops", Healthy, training, { random: true }),
  row("a value remembered from the first call", RunningMean, calls),
  row("a counter of calls", CountsCalls, calls),
  row(
    "the mean of the batch taken off",
    changed((y) => sub(y, mean(y, { axis: 0, keepDims: true }))),
    rows,
  ),
  row(
    "the first row added to all",
    changed((y) => add(y, firstRow(y))),
    rows,
  ),
  row(
    "rows after the sixteenth left as 0",
    changed((y) =>
      y.shape[0]! <= 16
        ? y
        : concat(
            [slice(y, { axis: 0, start: 0, end: 16 }), mul(slice(y, { axis: 0, start: 16, end: y.shape[0]! }), 0)],
            { axis: 0 },
          ),
    ),
    rows,
  ),
  row(
    "a single row that loses its axis",
    changed((y) => (y.shape[0] === 1 ? y.reshape(2) : y)),
    rows,
  ),
  row(
    "another computation for one row",
    changed((y) => (y.shape[0] === 1 ? relu(y) : y)),
    rows,
  ),
  row(
    "an input that is freed",
    changed((y, x) => {
      x.dispose();
      return y;
    }),
    written,
  ),
  row(
    "an input that is overwritten",
    changed((y, x) => {
      if (x instanceof Parameter) x.assign(mul(detach(x), 2));
      return y;
    }),
    written,
  ),
  row("parameters that a call changes", WritesParameters, written),
  row("a cache made without gradients and used with them", CachedWithoutGraph, fresh),
  row("a cached weight", StaleTranspose, updates),
  row("loading that leaves a parameter out", LoadsPart, roundTrip),
  row("constants on the backend in use", OtherBackend, backend),
  row(
    "a kept intermediate result",
    changed((y) => {
      keep(mul(y, 1));
      return y;
    }),
    leaks,
  ),
  row("a table that dispose() forgets", ForgetsOnDispose, dispose, { constants: 1 }),
  row("a dispose() that does nothing", DisposesNothing, dispose),
  row(
    "a gradient that is wrong for many rows",
    changed((y) => (y.shape[0]! > 8 ? add(mul(y, 0.5), mul(detach(y), 0.5)) : y)),
    differences,
  ),
  row(
    "a gradient that large inputs do not get",
    changed((y, x) => where(greater(sum(mul(x, x), { axis: -1, keepDims: true }), 16), detach(y), y)),
    differences,
  ),
  row(
    "rows after the 64th left as 0",
    changed((y) =>
      y.shape[0]! > 64
        ? concat([slice(y, { axis: 0, start: 0, end: 64 }), mul(slice(y, { axis: 0, start: 64 }), 0)], { axis: 0 })
        : y,
    ),
    "rows do not depend on each other",
  ),
  row(
    "a root of 0",
    changed((y) => sqrt(mul(y, y))),
    scales,
  ),
  row(
    "a rare draw from Math.random",
    changed((y) => (Math.random() < 1e-4 ? mul(y, 2) : y)),
    calls,
  ),
  row("a state that is loaded in part before it is refused", LoadsBeforeRefusal, roundTrip),
  row("train() that returns nothing", ReturnsNothing, evaluation),
];
