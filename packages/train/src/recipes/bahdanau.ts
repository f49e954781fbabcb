import { BeforeStepModel, beforeStepOptions } from "@heed/seq2seq";
import { defineRecipe } from "../recipe.js";

/** Learning to align and translate. */
export const bahdanau = defineRecipe({
  name: "bahdanau",
  summary: "Additive attention before the decoder's step, from its previous state; the context joins the input.",
  reference: "Bahdanau et al. 2015, arXiv:1409.0473",
  model: beforeStepOptions,
  data: { task: "copy" },
  training: {},
  build: (options, context) => new BeforeStepModel(options, context),
});
