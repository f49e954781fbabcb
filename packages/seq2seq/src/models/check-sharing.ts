import { OptionError } from "../options/option-error.js";
import type { BuildContext } from "./build-context.js";

/** @throws OptionError when an embedding is to be shared by two vocabularies */
export function checkSharing(shareEmbedding: boolean, { sharedVocabulary }: BuildContext): void {
  if (!shareEmbedding || sharedVocabulary) return;
  throw new OptionError(
    "shareEmbedding needs one vocabulary for source and target, but sharedVocabulary is false. Build both sides with one vocabulary, or set shareEmbedding to false.",
  );
}
