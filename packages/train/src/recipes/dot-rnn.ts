import { AfterStepModel, afterStepOptions } from "@heed/seq2seq";
import * as z from "zod";
import { defineRecipe } from "../recipe.js";

/** Plain recurrent networks, and dot-product attention over all steps at once. */
export const dotRnn = defineRecipe({
  name: "dot-rnn",
  summary: "Elman networks with one shared embedding; dot-product attention after the decoder's step.",
  reference: "Luong et al. 2015, arXiv:1508.04025, eq. 8 (score dot)",
  model: afterStepOptions.extend({
    cell: afterStepOptions.shape.cell.removeDefault().default("rnn"),
    scorer: z.string().default("dot"),
    shareEmbedding: z.boolean().default(true),
  }),
  data: { task: "copy" },
  training: {},
  build: (options, context) => new AfterStepModel(options, context),
});
