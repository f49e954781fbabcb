import type { BuildContext } from "./build-context.js";
import { OptionError } from "./option-error.js";

/** @throws OptionError when an embedding is to be shared by two vocabularies */
export function checkSharing(shareEmbedding: boolean, { sharedVocabulary }: BuildContext): void {
  if (!shareEmbedding || sharedVocabulary) return;
  throw new OptionError(
    "model.shareEmbedding needs one vocabulary for source and target: set data.sharedVocabulary to true, or model.shareEmbedding to false.",
  );
}
