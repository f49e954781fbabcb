import { PointerGeneratorModel, pointerGeneratorOptions } from "@heed/seq2seq";
import { defineRecipe } from "../recipe.js";

/** Get to the point. */
export const pointerGenerator = defineRecipe({
  name: "pointer-generator",
  summary:
    "Generates each word from the vocabulary or copies it from the source, also words that are in no vocabulary.",
  reference: "See et al. 2017, arXiv:1704.04368",
  copies: true,
  model: pointerGeneratorOptions,
  data: { task: "copy" },
  training: { clipNorm: 2 },
  build: (options, context) => new PointerGeneratorModel(options, context),
});
