import { ConfigError } from "../config/config-error.js";
import type { BuildContext } from "../recipe.js";

/** @throws ConfigError when an embedding is to be shared by two vocabularies */
export function checkSharing(shareEmbedding: boolean, { sharedVocabulary }: BuildContext): void {
  if (!shareEmbedding || sharedVocabulary) return;
  const message =
    "model.shareEmbedding needs one vocabulary for source and target: set data.sharedVocabulary to true, or model.shareEmbedding to false.";
  throw new ConfigError([{ path: "model.shareEmbedding", message }]);
}
