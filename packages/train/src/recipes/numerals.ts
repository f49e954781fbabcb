import { BeforeStepModel } from "@heed/seq2seq";
import { defineRecipe } from "../recipe.js";
import { taskModelOptions } from "../task-model.js";

/** Numbers from digits to words, and back. */
export const numerals = defineRecipe({
  name: "numerals",
  summary: "Numbers from 0 to 9,999 between digits and words, in Korean and English.",
  reference: "Bahdanau et al. 2015, arXiv:1409.0473 (the model)",
  model: taskModelOptions,
  data: { task: "numerals", train: 12_000, validation: 500, test: 1000 },
  training: { epochs: 16, batchSize: 64, learningRate: 4e-3, schedule: "linear", clipNorm: 1 },
  build: (options, context) => new BeforeStepModel(options, context),
});
