import { AfterStepModel, afterStepOptions, withDefaults } from "@heed/seq2seq";
import { defineRecipe } from "../recipe.js";

/** Plain recurrent networks, and dot-product attention over all steps at once. */
export const dotRnn = defineRecipe({
  name: "dot-rnn",
  summary: "Elman networks with one shared embedding; dot-product attention after the decoder's step.",
  reference: "Luong et al. 2015, arXiv:1508.04025, eq. 8 (score dot)",
  model: withDefaults(afterStepOptions, {
    cell: "rnn",
    scorer: "dot",
    shareEmbedding: true,
  }),
  data: { task: "copy" },
  training: {},
  build: (options, context) => new AfterStepModel(options, context),
});
