import { Random } from "@heed/core";
import { GRUCell } from "@heed/nn";
import { cpu, softmaxCrossEntropy, sum, tensor, use, valueAndGrad } from "@heed/tensor";
import { beforeEach, describe, expect, test } from "vitest";
import { compareAll } from "../../testing/compare-all.js";
import { ints, sentences, sourceOf, testContext } from "../../testing/test-context.js";
import { variants } from "../../testing/variants.js";
import { BeforeStepModel, beforeStepOptions } from "./before-step-model.js";
import { findFusedDecoder } from "./fused-decoders.js";

const { source, lengths, target } = sentences;
const batch = () => ({ ...sourceOf(source, lengths), decoderInput: ints(target) });

beforeEach(() => use(cpu({ precision: "f64" })));

describe("fused decoders and their steps", () => {
  for (const { recipe, options } of variants()) {
    test(`give the same values and gradients: ${recipe.name} ${JSON.stringify(options)}`, async () => {
      const [fused, steps] = [true, false].map((on) => {
        const model = recipe.build(options, testContext());
        model.fused = on;
        const parameters = [...model.parameters().values()];
        const output = model.forward(batch());
        const cotangent = tensor([1, 2, 3, 4]);
        const { gradients } = valueAndGrad(() => {
          const { logits, weights } = model.forward(batch());
          const loss = softmaxCrossEntropy(logits, ints(target), { ignoreIndex: 0 });
          // The weights take part in the loss, as in guided alignment.
          return weights ? loss.add(sum(weights.mul(weights).mul(cotangent))) : loss;
        }, parameters);
        return { output: [output.logits, output.weights], gradients };
      });
      await compareAll("output", fused!.output, steps!.output);
      await compareAll("gradient", fused!.gradients, steps!.gradients);
    });
  }
});

test("a cell that a subclass changes is not replaced by a fused decoder", () => {
  class OwnCell extends GRUCell {}
  const model = new BeforeStepModel(beforeStepOptions.parse({ embeddingSize: 4, hiddenSize: 6 }), testContext());
  expect(findFusedDecoder(model)).not.toBeNull();
  const { inputSize, hiddenSize } = model.decoder as GRUCell;
  Object.assign(model, { decoder: new OwnCell({ inputSize, hiddenSize, random: new Random(1) }) });
  expect(findFusedDecoder(model)).toBeNull();
});
