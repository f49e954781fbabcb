import type { Encoding } from "@heed/tokenizers";
import type { Sides } from "../data/choose-tokenizers.js";
import { normalizer } from "../data/normalizer.js";
import type { Run } from "../run/run.js";

/**
 * Encodes a sentence of a side as in training: the text is normalized, and then encoded by the run's tokenizer.
 *
 * @throws UnknownTokenError when a token is unknown and the vocabulary has no `<unk>`
 * @example
 * const { tokens } = encodeText(run, "target", "I am a student.");
 */
export function encodeText(run: Run, side: keyof Sides<unknown>, text: string): Encoding {
  return run[`${side}Tokenizer`].encode(normalizer(run.config.data, side)(text));
}
