import { BeforeStepModel, beforeStepOptions } from "@heed/seq2seq";
import * as z from "zod";
import { defineRecipe } from "../recipe.js";

/** Queries, keys and values, each with a learned matrix of its own, in a recurrent decoder. */
export const scaledQkv = defineRecipe({
  name: "scaled-qkv",
  summary: "Scaled dot products of learned queries and keys before the decoder's step; learned values join the input.",
  reference: "Vaswani et al. 2017, arXiv:1706.03762, eq. 1, in a recurrent decoder",
  model: beforeStepOptions.extend({
    scorer: z.string().default("multi-head"),
    heads: z.int().positive().default(1),
    projectValues: z.boolean().default(true),
  }),
  data: { task: "copy" },
  training: {},
  build: (options, context) => new BeforeStepModel(options, context),
});
