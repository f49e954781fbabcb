import { BeforeStepModel } from "@heed/seq2seq";
import { defineRecipe } from "../recipe.js";
import { taskModelOptions } from "../task-model.js";

/** Dates as people write them: characters in, ISO 8601 out. */
export const dates = defineRecipe({
  name: "dates",
  summary: "Dates in Korean and English to ISO 8601: the model looks for year, month and day, wherever they stand.",
  reference: "Bahdanau et al. 2015, arXiv:1409.0473 (the model)",
  model: taskModelOptions,
  data: { task: "dates", train: 10_000, validation: 500, test: 1000 },
  training: { epochs: 6, batchSize: 64, learningRate: 4e-3, schedule: "linear", clipNorm: 1 },
  build: (options, context) => new BeforeStepModel(options, context),
});
