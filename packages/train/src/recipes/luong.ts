import { LuongModel, luongOptions } from "@heed/seq2seq";
import { defineRecipe } from "../recipe.js";

/** Effective approaches to attention. */
export const luong = defineRecipe({
  name: "luong",
  summary:
    "Attention after the decoder's step, mixed with the state into an attentional state; input feeding on demand.",
  reference: "Luong et al. 2015, arXiv:1508.04025",
  model: luongOptions,
  data: { task: "copy" },
  training: {},
  build: (options, context) => new LuongModel(options, context),
});
