import { BeforeStepModel, beforeStepOptions, withDefaults } from "@heed/seq2seq";
import { defineRecipe } from "../recipe.js";

/** The first lesson: letters in, the same letters out, and weights that show a diagonal. */
export const copy = defineRecipe({
  name: "copy",
  summary: "The copy lesson: eight letters, additive attention, a diagonal heatmap after a minute.",
  reference: "Bahdanau et al. 2015, arXiv:1409.0473 (the model)",
  model: withDefaults(beforeStepOptions, {
    embeddingSize: 32,
    hiddenSize: 64,
  }),
  data: { task: "copy", symbols: 8, minLength: 3, maxLength: 7, train: 2000, validation: 200 },
  training: { epochs: 15, batchSize: 32, optimizer: "adam", learningRate: 1e-3 },
  build: (options, context) => new BeforeStepModel(options, context),
});
