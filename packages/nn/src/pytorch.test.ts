import { Random } from "@heed/core";
import {
  adamStep,
  add,
  additiveScores,
  attention,
  cpu,
  gelu,
  logSoftmax,
  maskedSoftmax,
  matmul,
  mul,
  noGrad,
  type Parameter,
  scope,
  softmax,
  stack,
  sum,
  type Tensor,
  tanh,
  tensor,
  unstack,
  use,
  zeros,
} from "@heed/tensor";
import { type Fixture, fixtureNames, loadFixture } from "@heed/tooling/pytorch";
import { describe, expect, it } from "vitest";
import { expectClose, stateOf, tensorOf } from "../testing/expect-close.js";
import { operations } from "../testing/pytorch-operations.js";
import {
  binaryCrossEntropy,
  Conv1d,
  type Conv1dOptions,
  crossEntropy,
  Embedding,
  LayerNorm,
  Linear,
  Module,
  mseLoss,
  type Nonlinearity,
  parameterFrom,
  type RecurrentKind,
  type RecurrentState,
  RMSNorm,
  recurrentCell,
  recurrentLayer,
  Sequential,
} from "./index.js";

/** A case of PyTorch's, built from ours: outputs by the fixture's names. */
interface Case {
  readonly module: Module;
  forward(inputs: Record<string, Tensor>): Record<string, Tensor>;
}

class Parameters extends Module {
  [name: string]: unknown;
}

const random = new Random(1);

function buildCase({ case: name, config, parameters }: Fixture): Case {
  const number = (key: string): number => config[key] as number;
  if (name.startsWith("linear")) {
    const options = { inFeatures: number("in_features"), outFeatures: number("out_features") };
    const module = new Linear({ ...options, bias: config.bias as boolean, random });
    return { module, forward: ({ input }) => ({ output: module.forward(input!) }) };
  }
  if (name.startsWith("embedding")) {
    const padding = config.padding_idx === null ? {} : { paddingIndex: number("padding_idx") };
    const options = { numEmbeddings: number("num_embeddings"), embeddingSize: number("embedding_dim") };
    const module = new Embedding({ ...options, ...padding, random });
    return { module, forward: ({ ids }) => ({ output: module.forward(ids!) }) };
  }
  if (name === "layer-norm") {
    const module = new LayerNorm({ size: (config.normalized_shape as number[])[0]!, epsilon: number("eps") });
    return { module, forward: ({ input }) => ({ output: module.forward(input!) }) };
  }
  if (name.startsWith("conv1d")) {
    const { stride = 1, padding = 0, dilation = 1, groups = 1 } = config as unknown as Conv1dOptions;
    const module = new Conv1d({
      inChannels: number("in_channels"),
      outChannels: number("out_channels"),
      kernelSize: number("kernel_size"),
      bias: config.bias as boolean,
      stride,
      padding,
      dilation,
      groups,
      random,
    });
    return { module, forward: ({ input }) => ({ output: module.forward(input!) }) };
  }
  if (name === "rms-norm") {
    const module = new RMSNorm({ size: (config.normalized_shape as number[])[0]!, epsilon: number("eps") });
    return { module, forward: ({ input }) => ({ output: module.forward(input!) }) };
  }
  if (name === "sequential") {
    const linear = (inFeatures: number, outFeatures: number) => new Linear({ inFeatures, outFeatures, random });
    const module = new Sequential(linear(4, 5), tanh, linear(5, 3));
    return { module, forward: ({ input }) => ({ output: module.forward(input!) }) };
  }
  if (/^(rnn|gru|lstm)/.test(name)) return buildRecurrent(name, config);
  if (name.startsWith("additive-attention")) {
    const module = new Parameters();
    for (const key of ["W", "U", "v"]) module[key] = parameterFrom(zeros(parameters[key]!.shape));
    const forward: Case["forward"] = ({ query, keys, mask }) => {
      const { W, U, v } = module as unknown as Record<string, Parameter>;
      const scores = additiveScores(matmul(query!, W!), matmul(keys!, U!), v!);
      const weights = maskedSoftmax(scores, mask ?? null);
      return { scores, weights, context: matmul(weights, keys!) };
    };
    return { module, forward };
  }
  return { module: new Parameters(), forward: (inputs) => applyFunction(name, config, inputs) };
}

function buildRecurrent(name: string, config: Fixture["config"]): Case {
  const kind = name.split("-")[0] as RecurrentKind;
  const options = {
    inputSize: config.input_size as number,
    hiddenSize: config.hidden_size as number,
    ...(kind === "rnn" ? { nonlinearity: config.nonlinearity as Nonlinearity } : {}),
    random,
  };
  if (name.endsWith("-cell")) {
    const module = recurrentCell(kind, options);
    const forward: Case["forward"] = ({ input, h_0, c_0 }) => {
      const { hidden, cell } = module.forward(input!, c_0 ? { hidden: h_0!, cell: c_0 } : { hidden: h_0! });
      return { h_1: hidden, ...(cell ? { c_1: cell } : {}) };
    };
    return { module, forward };
  }
  const layers = config.num_layers as number;
  const residualFrom = (config.residual_from as number | undefined) ?? layers;
  const bidirectional = config.bidirectional as boolean;
  const module = recurrentLayer(kind, { ...options, layers, bidirectional, residualFrom });
  const forward: Case["forward"] = ({ input, h_0, c_0, lengths }) => {
    const cells = c_0 ? unstack(c_0, { axis: 0 }) : null;
    const first = unstack(h_0!, { axis: 0 }).map(
      (hidden, index): RecurrentState => (cells ? { hidden, cell: cells[index]! } : { hidden }),
    );
    const { outputs, state } = module.forward(input!, { lengths: lengths ?? null, state: first });
    const h_n = stack(
      state.map(({ hidden }) => hidden),
      { axis: 0 },
    );
    return {
      output: outputs,
      h_n,
      ...(c_0
        ? {
            c_n: stack(
              state.map(({ cell }) => cell!),
              { axis: 0 },
            ),
          }
        : {}),
    };
  };
  return { module, forward };
}

function applyFunction(
  name: string,
  config: Fixture["config"],
  inputs: Record<string, Tensor>,
): Record<string, Tensor> {
  const { input, logits, targets, query, keys, values, mask } = inputs;
  if (name.startsWith("softmax")) return { output: softmax(input!, { axis: config.dim as number }) };
  if (name.startsWith("log-softmax")) return { output: logSoftmax(input!, { axis: config.dim as number }) };
  if (name.startsWith("gelu")) return { output: gelu(input!, { approximate: config.approximate as "none" | "tanh" }) };
  if (name.startsWith("cross-entropy")) {
    const ignored = "ignore_index" in config ? { ignoreIndex: config.ignore_index as number } : {};
    const smoothed = "label_smoothing" in config ? { labelSmoothing: config.label_smoothing as number } : {};
    return { loss: crossEntropy(logits!, targets!, { ...ignored, ...smoothed }) };
  }
  const operation = operations[name];
  if (operation) return operation(inputs);
  if (name === "losses") {
    const weights = {
      weight: tensor(config.weight as number[][]),
      posWeight: tensor(config.pos_weight as number[]),
    };
    return {
      mse: mseLoss(logits!, targets!),
      "mse-sum": mseLoss(logits!, targets!, { reduction: "sum" }),
      "mse-none": mseLoss(logits!, targets!, { reduction: "none" }),
      bce: binaryCrossEntropy(logits!, targets!),
      "bce-large": binaryCrossEntropy(mul(logits!, 1000), targets!),
      "bce-sum": binaryCrossEntropy(logits!, targets!, { ...weights, reduction: "sum" }),
      "bce-none": binaryCrossEntropy(logits!, targets!, { ...weights, reduction: "none" }),
    };
  }
  if (name.startsWith("attention")) {
    const [context, weights] = attention(query!, keys!, values!, mask ?? null, { scale: config.scale as number });
    return { context, weights };
  }
  throw new Error(`no test knows the case ${name}`);
}

/** The gradients of every case are those of the sum over all outputs of sum(output * cotangent). */
function lossOf(outputs: Record<string, Tensor>, { cotangents }: Fixture): Tensor {
  const terms = Object.entries(cotangents).map(([name, cotangent]) => sum(mul(outputs[name]!, tensorOf(cotangent))));
  return terms.reduce((total, term) => add(total, term));
}

/** One step of Adam for each parameter, with PyTorch's options. */
function makeAdam(parameters: ReadonlyMap<string, Parameter>, { optimizer }: Fixture): (step: number) => void {
  const options = optimizer!.options as { lr: number; betas: [number, number]; eps: number; weight_decay: number };
  const moments = new Map(Array.from(parameters, ([name, { shape }]) => [name, [zeros(shape), zeros(shape)] as const]));
  return (step) =>
    noGrad(() => {
      for (const [name, parameter] of parameters) {
        const [first, second] = moments.get(name)!;
        const [value, ...updated] = adamStep(parameter, parameter.grad ?? zeros(parameter.shape), first, second, {
          learningRate: options.lr,
          beta1: options.betas[0],
          beta2: options.betas[1],
          epsilon: options.eps,
          weightDecay: options.weight_decay,
          decoupled: optimizer!.name === "AdamW",
          step,
        });
        parameter.assign(value);
        moments.set(name, updated as [Tensor, Tensor]);
      }
    });
}

// Optimizers other than Adam, schedules and clipping belong to training; heads and models have packages of their own.
const elsewhere = /^(optimizer-sgd|clip-grad-norm|schedule|multihead-attention|transformer|pointer-generator)/;
const adamCases = fixtureNames().filter((name) => name.startsWith("optimizer-adam"));
const cases = fixtureNames().filter((name) => !elsewhere.test(name) && !adamCases.includes(name));

// Relative to the largest magnitude in the tensor compared.
const precisions = [
  { precision: "f64", forward: 1e-12, gradients: 1e-12, steps: 1e-11 },
  { precision: "f32", forward: 1e-5, gradients: 1e-4, steps: 1e-5 },
] as const;

describe.each(precisions)("PyTorch's values in $precision", ({ precision, ...tolerance }) => {
  it.each(cases)("%s", async (name) => {
    await use(cpu({ precision }));
    const fixture = loadFixture(name);
    const { module, forward } = buildCase(fixture);
    module.loadStateDict(stateOf(fixture.parameters));
    const inputs: Record<string, Tensor> = {};
    for (const [key, value] of Object.entries(fixture.inputs)) {
      inputs[key] = value.dtype === "f64" ? parameterFrom(tensorOf(value)) : tensorOf(value);
    }

    const outputs = forward(inputs);
    expect(Object.keys(outputs).sort()).toEqual(Object.keys(fixture.outputs).sort());
    for (const [key, expected] of Object.entries(fixture.outputs)) {
      await expectClose(key, outputs[key]!, expected, tolerance.forward);
    }

    lossOf(outputs, fixture).backward();
    for (const [key, expected] of Object.entries(fixture.gradients.inputs)) {
      const { grad } = inputs[key] as Parameter;
      // Softmax has one-hot rows there: its gradient is the difference of equal numbers, as large as the cotangents.
      const least = name === "softmax-large" ? Math.max(...fixture.cotangents.output!.data.map(Math.abs)) : 0;
      await expectClose(`gradient of ${key}`, grad!, expected, tolerance.gradients, least);
    }
    const parameters = module.parameters();
    expect([...parameters.keys()].sort()).toEqual(Object.keys(fixture.gradients.parameters).sort());
    for (const [key, expected] of Object.entries(fixture.gradients.parameters)) {
      await expectClose(`gradient of ${key}`, parameters.get(key)!.grad!, expected, tolerance.gradients);
    }

    if (!fixture.optimizer) return;
    const adam = makeAdam(parameters, fixture);
    for (const [index, step] of fixture.optimizer.steps.entries()) {
      module.zeroGrad();
      scope(() => mul(lossOf(forward(inputs), fixture), step.lossScale!).backward());
      adam(index + 1);
      for (const [key, expected] of Object.entries(step.parameters)) {
        await expectClose(`${key} after step ${index + 1}`, parameters.get(key)!, expected, tolerance.steps);
      }
    }
  });

  it.each(adamCases)("%s", async (name) => {
    await use(cpu({ precision }));
    const fixture = loadFixture(name);
    const parameters = new Map(
      Object.entries(fixture.parameters).map(([key, value]) => [key, parameterFrom(tensorOf(value))]),
    );
    const adam = makeAdam(parameters, fixture);
    for (const [index, step] of fixture.optimizer!.steps.entries()) {
      for (const [key, parameter] of parameters) parameter.grad = tensorOf(step.gradients![key]!);
      adam(index + 1);
      for (const [key, expected] of Object.entries(step.parameters)) {
        await expectClose(`${key} after step ${index + 1}`, parameters.get(key)!, expected, tolerance.steps);
      }
    }
  });
});

it("leaves out only what belongs elsewhere", () => {
  expect(cases.length + adamCases.length).toBe(61);
  expect(fixtureNames().filter((name) => elsewhere.test(name))).toHaveLength(6 + 5 + 7 + 10 + 1);
});
