import { readFile } from "node:fs/promises";
import { cpu, decodeSafetensors, memory, sqrt, use } from "@heed/tensor";
import { beforeEach, describe, expect, test } from "vitest";
import { listener, ownRecipe, temporaryFolder, tinyConfig } from "../testing/tiny.js";
import { train } from "./node.js";
import type { AnyRecipe } from "./recipe.js";
import { DivergenceError } from "./training-error.js";

beforeEach(() => use(cpu()));

/** The copy recipe. The gradient of one step, from 1, is NaN, although its loss is finite. */
function badGradient(step: number): AnyRecipe {
  return ownRecipe((model) => {
    let calls = 0;
    const decode = model.decode.bind(model);
    model.decode = (...inputs) => {
      const output = decode(...inputs);
      if (!model.training || ++calls < step) return output;
      // Once more while the source is searched.
      return { ...output, logits: output.logits.add(sqrt(output.logits.mul(0)).mul(0)) };
    };
  });
}

describe("parameters that are not finite", () => {
  test.each([
    ["of a step", { checkpointSteps: 1 }, 12],
    ["of an epoch", {}, 10],
    ["of an interrupted run", {}, 10],
  ])("never replace the checkpoint (%s)", async (which, training, kept) => {
    const out = await temporaryFolder();
    const control = new AbortController();
    const { events, on } = listener();
    const step = which === "of an epoch" ? 15 : 13;
    const bad = badGradient(step);
    const error = await train({
      config: tinyConfig(training, { recipe: "mine" }, [bad]),
      out,
      plugins: [bad],
      signal: control.signal,
      on: (event) => {
        on(event);
        if (which === "of an interrupted run" && event.event === "step" && event.step === step) control.abort();
      },
    }).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(DivergenceError);
    expect(error).toMatchObject({ epoch: 3, step, source: { step, op: "sqrt", gradient: true } });
    expect((error as Error).message).toContain(`step ${kept}, in ${out} is not changed.`);
    expect(events.filter(({ event }) => event === "checkpoint").at(-1)).toMatchObject({ step: kept });
    expect(memory().buffers).toBe(0);
    const { tensors } = decodeSafetensors(await readFile(`${out}/model.safetensors`));
    for (const [name, { data }] of tensors) expect(Array.from(data, Number).every(Number.isFinite), name).toBe(true);
    const resumed = await train({ out, resume: true, plugins: [ownRecipe()] });
    expect(resumed.done.epochs).toBe(4);
    resumed.model.dispose();
  });
});
