import { BeforeStepModel } from "@heed/seq2seq";
import { defineRecipe } from "../recipe.js";
import { taskModelOptions } from "../task-model.js";

/** Hangul to Latin letters, as it is pronounced. */
export const romanize = defineRecipe({
  name: "romanize",
  summary: "Hangul to Latin letters: two letters next to each other change each other's sound.",
  reference: "Bahdanau et al. 2015, arXiv:1409.0473 (the model)",
  model: taskModelOptions,
  data: { task: "romanize", train: 40_000, validation: 500, test: 1000 },
  training: { epochs: 5, batchSize: 64, learningRate: 4e-3, schedule: "linear", clipNorm: 1 },
  build: (options, context) => new BeforeStepModel(options, context),
});
