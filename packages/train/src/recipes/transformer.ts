import { TransformerModel, transformerOptions } from "@heed/seq2seq";
import { defineRecipe } from "../recipe.js";

/** Attention is all you need. */
export const transformer = defineRecipe({
  name: "transformer",
  summary: "Self-attention in place of recurrence: four heads, two layers, a cache for decoding step by step.",
  reference: "Vaswani et al. 2017, arXiv:1706.03762",
  model: transformerOptions,
  data: { task: "copy" },
  training: { learningRate: 2e-3, schedule: "linear", warmupSteps: 100, clipNorm: 1 },
  build: (options, context) => new TransformerModel(options, context),
});
