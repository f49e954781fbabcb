import { Random } from "@heed/core";
import { BeforeStepModel } from "@heed/seq2seq";
import { sizeOf, tensor } from "@heed/tensor";
import { values } from "../values.js";
import { type ModelSize, type ParameterName, type ParameterSpec, specials } from "../work.js";

/** What heed calls the parameters. */
const names: Readonly<Record<ParameterName, string>> = {
  "source.embedding": "encoder.embedding.weight",
  "encoder.weight_ih": "encoder.rnn.weight_ih_l0",
  "encoder.weight_hh": "encoder.rnn.weight_hh_l0",
  "encoder.bias_ih": "encoder.rnn.bias_ih_l0",
  "encoder.bias_hh": "encoder.rnn.bias_hh_l0",
  "target.embedding": "embedding.weight",
  "decoder.weight_ih": "decoder.weight_ih",
  "decoder.weight_hh": "decoder.weight_hh",
  "decoder.bias_ih": "decoder.bias_ih",
  "decoder.bias_hh": "decoder.bias_hh",
  "attention.W": "attention.scorer.W",
  "attention.U": "attention.scorer.U",
  "attention.v": "attention.scorer.v",
  "output.weight": "output.weight",
  "output.bias": "output.bias",
};

/** The model of the copy lesson in any size, with the parameters that the work prescribes. */
export function buildModel(
  { hidden, embedding, vocabulary }: ModelSize,
  parameters: readonly ParameterSpec[],
): BeforeStepModel {
  const options = { hiddenSize: hidden, embeddingSize: embedding, scorer: "additive" };
  const model = new BeforeStepModel(options, {
    source: { size: vocabulary, ...specials },
    target: { size: vocabulary, ...specials },
    sharedVocabulary: true,
    random: new Random(1),
  });
  const own = model.parameters();
  if (own.size !== parameters.length) {
    throw new Error(`The model has ${own.size} parameters, the work gives ${parameters.length}.`);
  }
  for (const { name, shape, seed, scale } of parameters) {
    const first = tensor(values(seed, sizeOf(shape), scale), { shape });
    own.get(names[name])!.assign(first);
    first.dispose();
  }
  return model;
}
