import { BeforeStepModel } from "@heed/seq2seq";
import { defineRecipe } from "../recipe.js";
import { taskModelOptions } from "../task-model.js";

/** Addition, digit by digit. */
export const add = defineRecipe({
  name: "add",
  summary: "The sum of two numbers up to 999: each digit looks at two digits, and at what is carried.",
  reference: "Bahdanau et al. 2015, arXiv:1409.0473 (the model)",
  model: taskModelOptions,
  data: { task: "add", train: 100_000, validation: 500, test: 1000 },
  training: { epochs: 5, batchSize: 64, learningRate: 4e-3, schedule: "linear", clipNorm: 1 },
  build: (options, context) => new BeforeStepModel(options, context),
});
