import { Module, SGD } from "@heed/nn";
import { cpu, div, log, memory, mul, Parameter, scope, sqrt, sum, type Tensor, tensor, use } from "@heed/tensor";
import { beforeEach, describe, expect, test } from "vitest";
import { DivergenceError } from "../training-error.js";
import { fit as fitModule } from "./fit.js";

/** Two parameters, 0 and 1. The gradient of √a is infinite, and a loss can use b alone. */
class Pair extends Module {
  readonly a = scope(() => new Parameter(tensor([0])));
  readonly b = scope(() => new Parameter(tensor([1])));
}

beforeEach(() => use(cpu()));

describe("a parameter that is not finite although the loss is", () => {
  async function run(uses: string, options: { readonly abortAt?: number } = {}) {
    const model = new Pair();
    const before = memory().buffers;
    const control = new AbortController();
    const events: string[] = [];
    const error = await fitModule({
      model,
      optimizer: new SGD(model.parameters()),
      epochs: 1,
      batches: () => [...uses],
      loss: (use) => (use === "a" ? sum(sqrt(mul(model.a, 1))) : sum(mul(model.b, model.b))),
      learningRate: 0.1,
      signal: control.signal,
      on: ({ event, step }) => {
        events.push(event);
        if (step === options.abortAt) control.abort();
      },
    }).catch((error: unknown) => error);
    expect(memory().buffers).toBe(before);
    expect(error).toBeInstanceOf(DivergenceError);
    return { error: error as DivergenceError, events };
  }

  test("ends the epoch with an error that names the gradient", async () => {
    const { error, events } = await run("ba");
    expect(events).toEqual(["step", "step"]);
    expect(error).toMatchObject({
      of: "parameters",
      epoch: 1,
      step: 2,
      source: { step: 2, op: "sqrt", gradient: true },
    });
    expect(error.message).toMatch(
      /^A parameter is not finite in epoch 1, at step 2, with learning rate 0\.1\. .* sqrt, /,
    );
    expect(error.message).toContain("train again, into another folder or with overwrite");
  });

  test("is an error of an aborted run, too", async () => {
    const { error } = await run("bab", { abortAt: 2 });
    expect(error).toMatchObject({ of: "parameters", step: 2, source: { op: "sqrt", gradient: true } });
  });

  test("is described as older when the last step began with it", async () => {
    expect((await run("abb")).error.message).toContain("The parameters were not finite before this step.");
    const { error } = await run("abba");
    expect(error).toMatchObject({ of: "training", step: 4, source: { step: 3, op: null, earlier: true } });
    expect(error.message).toContain("The parameters were not finite before step 3.");
  });
});

test("an error while the value is searched does not hide the divergence", async () => {
  const model = new Pair();
  let calls = 0;
  const run = fitModule({
    model,
    optimizer: new SGD(model.parameters()),
    epochs: 1,
    batches: () => [1],
    loss: () => {
      if (++calls > 1) throw new Error("the second call");
      return sum(mul(model.b, Number.NaN));
    },
    learningRate: 0.1,
  });
  const error = await run.catch((error: unknown) => error);
  expect(error).toBeInstanceOf(DivergenceError);
  expect(error).toMatchObject({ step: 1, source: null });
});

test("two runs that diverge at the same time both find their operation", async () => {
  const run = (spoil: (loss: Tensor) => Tensor): Promise<unknown> => {
    const model = new Pair();
    return fitModule({
      model,
      optimizer: new SGD(model.parameters()),
      epochs: 1,
      batches: () => [1],
      loss: () => spoil(sum(model.b)),
      learningRate: 0.1,
    });
  };
  const ends = await Promise.allSettled([
    run((loss) => log(loss.mul(0)).mul(loss)),
    run((loss) => div(loss, loss.mul(0))),
  ]);
  expect(ends).toMatchObject([{ reason: { source: { op: "log" } } }, { reason: { source: { op: "div" } } }]);
});
