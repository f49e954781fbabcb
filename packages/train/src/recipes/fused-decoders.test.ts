import { cpu, softmaxCrossEntropy, sum, tensor, use, valueAndGrad } from "@heed/tensor";
import { beforeEach, describe, test } from "vitest";
import { compareAll, ints, sentences, sourceOf, testContext } from "../../../seq2seq/testing/test-context.js";
import { variants } from "../../testing/variants.js";

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
