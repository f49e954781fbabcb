import { BeforeStepModel, beforeStepOptions, withDefault } from "@heed/seq2seq";
import { defineRecipe } from "../recipe.js";

/** Queries, keys and values, each with a learned matrix of its own, in a recurrent decoder. */
export const scaledQkv = defineRecipe({
  name: "scaled-qkv",
  summary: "Scaled dot products of learned queries and keys before the decoder's step; learned values join the input.",
  reference: "Vaswani et al. 2017, arXiv:1706.03762, eq. 1, in a recurrent decoder",
  model: beforeStepOptions.extend({
    scorer: withDefault(beforeStepOptions.shape.scorer, "multi-head"),
    heads: withDefault(beforeStepOptions.shape.heads, 1),
    projectValues: withDefault(beforeStepOptions.shape.projectValues, true),
  }),
  data: { task: "copy" },
  training: {},
  build: (options, context) => new BeforeStepModel(options, context),
});
