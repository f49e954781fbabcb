import { tokenizerLimits } from "../limits.js";
import { isRecord } from "../tokenizer-json.js";
import { Vocabulary } from "../vocabulary.js";
import { wrong } from "./tokenizer-file.js";

/**
 * Reads the vocabulary of a `tokenizer.json`: an object whose keys are the tokens and whose values are the ids.
 * @throws TokenizerError when it is something else, or the ids are not those from 0 to the number of tokens
 */
export function readVocabulary(vocab: unknown): Vocabulary {
  if (!isRecord(vocab)) throw wrong("model.vocab", "an object of ids by token", vocab);
  const entries = Object.entries(vocab);
  const { vocabulary: limit } = tokenizerLimits;
  if (entries.length > limit) throw wrong("model.vocab", `an object of at most ${limit} tokens`, entries.length);
  const tokens = new Array<string>(entries.length);
  for (const [token, id] of entries) {
    const free = Number.isInteger(id) && (id as number) >= 0 && (id as number) < entries.length;
    if (!free || tokens[id as number] !== undefined)
      throw wrong(`model.vocab.${token}`, `an id from 0 to ${entries.length - 1} that no other token has`, id);
    tokens[id as number] = token;
  }
  return Vocabulary.fromTokens(tokens);
}
