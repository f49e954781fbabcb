import { beforeStepOptions, withDefaults } from "@heed/seq2seq";

/** Model options of the recipes for tasks with meaning: small, and with an encoder that reads in both directions. */
export const taskModelOptions = withDefaults(beforeStepOptions, {
  embeddingSize: 32,
  hiddenSize: 64,
  bidirectional: true,
});
