import { BeforeStepModel, beforeStepOptions, withDefaults } from "@heed/seq2seq";
import { defineRecipe } from "../recipe.js";

/** Several heads in a recurrent decoder. */
export const multiHead = defineRecipe({
  name: "multi-head",
  summary: "Four heads side by side before the decoder's step, each with its own part of queries, keys and values.",
  reference: "Vaswani et al. 2017, arXiv:1706.03762, section 3.2.2, in a recurrent decoder",
  model: withDefaults(beforeStepOptions, {
    scorer: "multi-head",
    projectValues: true,
    projectContext: true,
  }),
  data: { task: "copy" },
  training: {},
  build: (options, context) => new BeforeStepModel(options, context),
});
