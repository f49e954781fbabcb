import { FixedContextModel, recurrentOptions } from "@heed/seq2seq";
import { defineRecipe } from "../recipe.js";

/** The baseline whose weakness attention cures. */
export const fixedContext = defineRecipe({
  name: "fixed-context",
  summary: "No attention: the decoder starts from the encoder's last state and sees nothing else of the source.",
  reference: "Sutskever et al. 2014, arXiv:1409.3215",
  model: recurrentOptions,
  data: { task: "copy" },
  training: {},
  build: (options, context) => new FixedContextModel(options, context),
});
