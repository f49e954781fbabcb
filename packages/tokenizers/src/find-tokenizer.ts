import { type OptionValues, Registry } from "@heed/core";
import type { TokenizerExtension } from "./define-tokenizer.js";
import type { Tokenizer } from "./tokenizer.js";
import { type TokenizerJSON, tokenizerHead } from "./tokenizer-json.js";
import { builtInTokenizers } from "./tokenizers/index.js";

/**
 * Returns the definition with a name.
 *
 * @param extra - definitions besides the built-in ones
 * @throws UnknownNameError when there is none; the message suggests a similar name and lists all names
 * @throws HeedError when two definitions have the same name
 * @example
 * findTokenizer("word").options.locale.meaning; // "Language of the text, …"
 */
export function findTokenizer(name: string, extra: readonly TokenizerExtension[] = []): TokenizerExtension {
  return new Registry<TokenizerExtension>("tokenizer", [...builtInTokenizers, ...extra]).get(name);
}

/**
 * Trains the tokenizer with a name. The code of subword tokenizers is loaded when one is used.
 *
 * @param lines - sentences of the training data
 * @param options - the options that differ from the defaults
 * @param extra - definitions besides the built-in ones
 * @throws UnknownNameError when there is no such tokenizer
 * @throws OptionError when an option is unknown or has a wrong value
 * @example
 * const tokenizer = await trainTokenizer("word", ["나는 학생이다.", "나는 간다."], { locale: "ko", minFrequency: 1 });
 * tokenizer.encode("나는 간다.").ids; // [5, 6, 4]
 */
export async function trainTokenizer(
  name: string,
  lines: Iterable<string>,
  options: OptionValues = {},
  extra: readonly TokenizerExtension[] = [],
): Promise<Tokenizer> {
  return await findTokenizer(name, extra).train(lines, options);
}

/**
 * Builds the tokenizer that `tokenizer.toJSON()` described.
 *
 * @param json - a parsed JSON value of any origin: everything is checked
 * @param extra - definitions besides the built-in ones
 * @throws TokenizerError when it is not a tokenizer, has another version, or a property is wrong
 * @throws OptionError when an option of it is unknown or wrong
 * @throws UnknownNameError when there is no tokenizer with its name
 * @example
 * const same = await tokenizerFromJSON(JSON.parse(JSON.stringify(tokenizer)));
 */
export async function tokenizerFromJSON(json: unknown, extra: readonly TokenizerExtension[] = []): Promise<Tokenizer> {
  const { name } = tokenizerHead(json);
  return await findTokenizer(name, extra).fromJSON(json as TokenizerJSON);
}
