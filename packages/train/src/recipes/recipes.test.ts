import { wasm } from "@heed/backend-wasm";
import type { Seq2SeqModel } from "@heed/seq2seq";
import { cpu, noGrad, softmaxCrossEntropy, type Tensor, use, valueAndGrad } from "@heed/tensor";
import { describe, expect, test } from "vitest";
import { compareAll, ints, sentences, sourceOf, testContext } from "../../../seq2seq/testing/test-context.js";
import { smallOptions, variants } from "../../testing/variants.js";
import { recipeChecks } from "../testing/index.js";
import { builtInRecipes } from "./index.js";

const { source, lengths, target } = sentences;

for (const { recipe, options, differentiated, sumsToOne } of variants()) {
  describe(`${recipe.name} ${JSON.stringify(options)}`, () => {
    const backends = [() => cpu(), () => wasm({ threads: 1 })];
    const checks = recipeChecks(recipe, { options, centralDifferences: differentiated, sumsToOne, backends });
    for (const { name, run } of checks) test(name.slice(name.lastIndexOf(": ") + 2), run);
  });
}

test("only the recipe without attention has no weights", async () => {
  await use(cpu());
  const without = builtInRecipes.filter((recipe) => {
    const model = recipe.build(smallOptions(recipe), testContext());
    return model.forward({ ...sourceOf(source, lengths), decoderInput: ints(target) }).weights === null;
  });
  expect(without.map((recipe) => recipe.name)).toEqual(["fixed-context"]);
});

test.each(builtInRecipes)(
  "$name: an encoding without gradients does not cut off those of the decoder",
  async (recipe) => {
    await use(cpu({ precision: "f64" }));
    const [model, fresh] = [1, 1].map((seed) => recipe.build(smallOptions(recipe), testContext({ seed })));
    const batch = () => sourceOf(source, lengths);
    const encoded = noGrad(() => model!.encode(batch()));
    const loss = (of: Seq2SeqModel, given: ReturnType<Seq2SeqModel["encode"]>): Tensor =>
      softmaxCrossEntropy(of.decode(given, ints(target)).logits, ints(target), { ignoreIndex: 0 });
    // The keys and values of a Transformer's decoder are part of the encoding.
    const names = [...model!.parameters().keys()].filter((name) => /^(decoder(?!.*multihead)|cells)/.test(name));
    const own = (of: Seq2SeqModel) => names.map((name) => of.parameters().get(name)!);
    const { gradients } = valueAndGrad(() => loss(model!, encoded), own(model!));
    const reference = valueAndGrad(() => loss(fresh!, fresh!.encode(batch())), own(fresh!)).gradients;
    await compareAll("gradient of the decoder", gradients, reference);
  },
);
