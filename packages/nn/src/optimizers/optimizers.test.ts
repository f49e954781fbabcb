import { cpu, memory, Parameter, scope, type Tensor, tensor, use } from "@heed/tensor";
import { type Fixture, type FixtureTensor, fixtureNames, loadFixture } from "@heed/tooling/pytorch";
import { beforeEach, describe, expect, test } from "vitest";
import { clipGradNorm } from "../clip-grad-norm.js";
import { defineOptimizer } from "../define-optimizer.js";
import { findOptimizer } from "../find-optimizer.js";
import type { Optimizer } from "../optimizer.js";
import { type OptimizerChecksOptions, optimizerChecks } from "../testing/index.js";
import { Adam } from "./adam.js";
import { AdamW } from "./adamw.js";
import { builtInOptimizers } from "./index.js";
import { SGD } from "./sgd.js";

type Options = {
  lr: number;
  betas?: [number, number];
  eps?: number;
  weight_decay: number;
  momentum?: number;
  nesterov?: boolean;
};

beforeEach(() => use(cpu({ precision: "f64" })));

const make = ({ shape, data }: FixtureTensor): Tensor => tensor(Float64Array.from(data), { shape });
const parametersOf = (fixture: Fixture): Map<string, Parameter> =>
  new Map(Object.entries(fixture.parameters).map(([name, value]) => [name, scope(() => new Parameter(make(value)))]));

function optimizerOf(fixture: Fixture, parameters: Map<string, Parameter>): { optimizer: Optimizer; lr: number } {
  const { name, options } = fixture.optimizer!;
  const { lr, betas, eps, weight_decay: weightDecay, momentum, nesterov } = options as Options;
  if (name === "SGD") {
    return {
      lr,
      optimizer: new SGD(parameters, { momentum: momentum ?? 0, nesterov: nesterov ?? false, weightDecay }),
    };
  }
  const adam = { betas: betas!, eps: eps!, weightDecay };
  return { lr, optimizer: name === "Adam" ? new Adam(parameters, adam) : new AdamW(parameters, adam) };
}

function setGradients(parameters: Map<string, Parameter>, gradients: Fixture["parameters"]): void {
  for (const [name, parameter] of parameters) parameter.grad = make(gradients[name]!);
}

const names = fixtureNames().filter((name) => name.startsWith("optimizer-"));

test("there are reference values", () => expect(names.length).toBeGreaterThanOrEqual(7));

describe.each(names)("%s", (name) => {
  const fixture = loadFixture(name);

  test("three steps equal PyTorch's", async () => {
    const parameters = parametersOf(fixture);
    const { optimizer, lr } = optimizerOf(fixture, parameters);
    for (const step of fixture.optimizer!.steps) {
      setGradients(parameters, step.gradients!);
      optimizer.step(lr);
      optimizer.zeroGrad();
      for (const [name, parameter] of parameters) {
        const values = await parameter.data();
        step.parameters[name]!.data.forEach((expected, i) => {
          expect(Math.abs(values[i]! - expected)).toBeLessThanOrEqual(1e-12);
        });
      }
    }
  });
});

test("a state of other parameters is refused with both shapes, and nothing is loaded", async () => {
  const from = new SGD(new Map([["w", new Parameter(tensor([1, 2]))]]), { momentum: 0.9 });
  from.parameters.get("w")!.grad = tensor([1, 1]);
  from.step(0.1);
  const state = await from.state();
  const into = (name: string, values: number[]) =>
    new SGD(new Map([[name, new Parameter(tensor(values))]]), { momentum: 0.9 });
  expect(() => into("w", [1, 2, 3]).load(state)).toThrow("momentum_buffer.w has shape [2], the parameter has [3]");
  expect(() => into("v", [1, 2]).load(state)).toThrow("step.w, momentum_buffer.w, which no parameter has");
  state.delete("step.w");
  expect(() => into("w", [1, 2]).load(state)).toThrow("momentum_buffer.w without step.w");
});

test("options out of range are refused", () => {
  expect(() => new Adam(none, { betas: [1, 0.9] })).toThrow("betas[0] must be in [0, 1); got 1");
  expect(() => new Adam(none, { eps: 0 })).toThrow("eps must be above 0; got 0");
  expect(() => new SGD(none, { momentum: 1 })).toThrow("momentum");
  // @ts-expect-error there is no such option
  expect(() => new SGD(none, { nonsense: 1 })).toThrow('new SGD: there is no option "nonsense".');
  // @ts-expect-error there is no such option
  expect(() => new AdamW(none, { lr: 1 })).toThrow('new AdamW: there is no option "lr".');
  // @ts-expect-error a rate in place of options
  expect(() => new Adam(none, 0.1)).toThrow("new Adam: expected an object with options, got 0.1.");
  // @ts-expect-error a list in place of a map
  expect(() => new Adam([])).toThrow("Adam: parameters must be a Map of names to parameters");
  expect(() => new SGD(none, { nesterov: true })).toThrow("nesterov needs a momentum");
});

describe.each(fixtureNames().filter((name) => name.startsWith("clip-grad-norm")))("%s", (name) => {
  test("equals PyTorch's", async () => {
    const { inputs, outputs, config } = loadFixture(name);
    const parameters = Object.entries(inputs).map(([name, value]): [string, Parameter] => {
      const parameter = new Parameter(make(value));
      parameter.grad = make(value);
      return [name, parameter];
    });
    const before = memory().buffers;
    const norm = clipGradNorm(
      parameters.map(([, parameter]) => parameter),
      config.max_norm as number,
    );
    expect(memory().buffers).toBe(before + 1);
    expect(await norm.item()).toBeCloseTo(outputs.total_norm!.data[0]!, 12);
    for (const [name, parameter] of parameters) {
      const values = await parameter.grad!.data();
      outputs[name]!.data.forEach((expected, i) => {
        expect(values[i]).toBeCloseTo(expected, 12);
      });
    }
  });
});

test("clipping passes over parameters without a gradient, and refuses a norm of 0", async () => {
  const parameter = new Parameter(tensor([3]));
  expect(await clipGradNorm([parameter], 1).item()).toBe(0);
  expect(parameter.grad).toBeNull();
  expect(() => clipGradNorm([parameter], 0)).toThrow("maxNorm must be above 0; got 0");
});

const none = new Map<string, Parameter>();

describe.each(builtInOptimizers.map((each) => [each.name, each] as const))("%s", (name, definition) => {
  test("is found by its name, and builds an optimizer with its defaults", () => {
    expect(findOptimizer(name)).toBe(definition);
    expect(definition.create(none).parameters).toBe(none);
  });

  test("a step without a rate says what to do", () => {
    expect(() => definition.create(none).step(undefined as unknown as number)).toThrow(
      ".step: the learning rate must be a finite number of at least 0, got undefined. Give the rate of this step",
    );
  });
});

/** Options that choose another path through the optimizer. */
const variants: Readonly<Record<string, readonly OptimizerChecksOptions[]>> = {
  adam: [{ options: { weightDecay: 0.1 } }, { options: { betas: [0.5, 0.6], eps: 1e-3 } }],
  adamw: [{ options: { weightDecay: 0 } }],
  sgd: [{ options: { momentum: 0.5 } }, { options: { momentum: 0.5, nesterov: true, weightDecay: 0.01 } }],
};

describe.each(
  builtInOptimizers.flatMap((each) => [{}, ...(variants[each.name] ?? [])].map((given) => [each, given] as const)),
)("$name", (definition, given) => {
  test.each(optimizerChecks(definition, given))("$name", ({ run }) => run());
});

test("a definition builds the optimizer that its options describe", async () => {
  const step = async (optimizer: Optimizer) => {
    const w = optimizer.parameters.get("w")!;
    for (const _ of [1, 2]) {
      w.grad = tensor([1, 3]);
      optimizer.step(0.1);
    }
    return w.data();
  };
  const make = () => new Map([["w", new Parameter(tensor([1, 2]))]]);
  const decay = { weightDecay: 0.1 };
  const pairs: [string, Optimizer, object?][] = [
    ["adam", new Adam(make())],
    ["adam", new Adam(make(), { betas: [0.5, 0.6], eps: 0.1 }), { betas: [0.5, 0.6], eps: 0.1 }],
    ["adam", new Adam(make(), decay), decay],
    ["adamw", new AdamW(make())],
    ["adamw", new AdamW(make(), decay), decay],
    ["sgd", new SGD(make())],
    ["sgd", new SGD(make(), { momentum: 0.5, nesterov: true }), { momentum: 0.5, nesterov: true }],
  ];
  for (const [name, expected, options] of pairs) {
    expect(await step(findOptimizer(name).create(make(), { ...options }))).toEqual(await step(expected));
  }
});

test("unknown names and options are refused: no other optimizer takes their place", () => {
  expect(() => findOptimizer("adm")).toThrow('There is no optimizer "adm". Did you mean "adam"?');
  expect(() => findOptimizer("constructor")).toThrow('There is no optimizer "constructor".');
  const refused: [string, Readonly<Record<string, unknown>>, string][] = [
    ["adam", { momentum: 0.9 }, 'The optimizer "adam" has no option "momentum". Known: betas, eps, weightDecay.'],
    ["adam", { betas: [0.9, 1] }, "must be a list of 2 numbers of at least 0 and below 1, got [0.9,1]."],
    ["adamw", { eps: 0 }, "The option eps of the optimizer adamw must be a number above 0, got 0."],
    ["sgd", { momentum: "much" }, 'must be a number of at least 0 and below 1, got "much".'],
    ["sgd", { nesterov: true }, "nesterov needs a momentum"],
  ];
  for (const [name, options, message] of refused) {
    expect(() => findOptimizer(name).create(none, options)).toThrow(message);
  }
});

test("an optimizer of one's own is found beside the built-in ones, and what it builds is checked", () => {
  const mine = (create: () => unknown) =>
    defineOptimizer({ name: "mine", summary: "a test", options: {}, create: create as () => Optimizer });
  const sgd = new SGD(none);
  const own = mine(() => sgd);
  expect(findOptimizer("mine", [own]).create(none).parameters).toBe(none);
  expect(() => findOptimizer("mine", [own, mine(() => sgd)])).toThrow("Two optimizers have the name");
  const broken = mine(() => ({ parameters: none, step: () => undefined }));
  expect(() => broken.create(none)).toThrow(
    'create of the optimizer "mine" must return an Optimizer, but its zeroGrad',
  );
  expect(() => mine(() => undefined).create(none)).toThrow("but its step is missing");
});
