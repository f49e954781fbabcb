import { beforeStepOptions, withDefault } from "@heed/seq2seq";

/** Model options of the recipes for tasks with meaning: small, and with an encoder that reads in both directions. */
export const taskModelOptions = beforeStepOptions.extend({
  embeddingSize: withDefault(beforeStepOptions.shape.embeddingSize, 32),
  hiddenSize: withDefault(beforeStepOptions.shape.hiddenSize, 64),
  bidirectional: withDefault(beforeStepOptions.shape.bidirectional, true),
});
