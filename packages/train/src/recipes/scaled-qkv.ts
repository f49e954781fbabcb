import { BeforeStepModel, beforeStepOptions, withDefaults } from "@heed/seq2seq";
import { defineRecipe } from "../recipe.js";

/** Queries, keys and values, each with a learned matrix of its own, in a recurrent decoder. */
export const scaledQkv = defineRecipe({
  name: "scaled-qkv",
  summary: "Scaled dot products of learned queries and keys before the decoder's step; learned values join the input.",
  reference: "Vaswani et al. 2017, arXiv:1706.03762, eq. 1, in a recurrent decoder",
  model: withDefaults(beforeStepOptions, {
    scorer: "multi-head",
    heads: 1,
    projectValues: true,
  }),
  data: { task: "copy" },
  training: {},
  build: (options, context) => new BeforeStepModel(options, context),
});
